import { useEffect, useState } from 'preact/hooks';
import { traceTagValues, traceTags } from '../../api/tempo.ts';
import { serviceCondition, traceqlOf } from '../../parts/trace/write-traceql.ts';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { type SearchForm, emptyForm, readSearch, writeSearch } from './search-form.ts';
import { attributeOptions } from './traceql-completion.ts';

interface FormFieldsProps {
  readonly query: string;
  onQuery(query: string): void;
}

/** The usual questions without the language; whatever is filled in is written as TraceQL. */
export function FormFields({ query, onQuery }: FormFieldsProps) {
  const read = readSearch(query);
  const [form, setForm] = useState<SearchForm>(read ?? emptyForm);
  // The query is the truth: also when somebody wrote it by hand, or came by a link.
  useEffect(() => {
    if (read !== undefined && writeSearch(form) !== writeSearch(read)) setForm(read);
  }, [query]);
  const services = useValues('resource.service.name');
  const operations = useValues(
    'name',
    form.service === '' ? undefined : traceqlOf([serviceCondition(form.service)]),
  );
  const tags = useQuery('trace tags', (signal) => traceTags(timeRange.peek(), signal), { live: false });
  const attributes = attributeOptions(tags.data ?? []).filter(({ text }) => text.includes('.'));
  const values = useValues(
    attributes.some(({ text }) => text === form.attribute) ? form.attribute : undefined,
  );

  function change(part: Partial<SearchForm>): void {
    const next = { ...form, ...part };
    setForm(next);
    onQuery(writeSearch(next));
  }

  return (
    <fieldset class="search-form" aria-label="Search by form">
      <label>
        Service
        <select
          value={form.service}
          onChange={({ currentTarget }) => change({ service: currentTarget.value })}
        >
          <option value="">any</option>
          {withOwn(services, form.service).map((service) => (
            <option key={service} value={service}>
              {service}
            </option>
          ))}
        </select>
      </label>
      <Field
        name="Operation"
        value={form.operation}
        options={operations}
        onChange={(operation) => change({ operation })}
      />
      <Field
        name="At least"
        value={form.minDuration}
        placeholder="100ms"
        pattern="\d+(\.\d+)?(ns|us|µs|ms|s|m|h)"
        onChange={(minDuration) => change({ minDuration })}
      />
      <label>
        Status
        <select
          value={form.status}
          onChange={({ currentTarget }) => change({ status: currentTarget.value as SearchForm['status'] })}
        >
          <option value="">any</option>
          <option value="error">error</option>
          <option value="ok">ok</option>
          <option value="unset">unset</option>
        </select>
      </label>
      <Field
        name="Attribute"
        value={form.attribute}
        placeholder="span.http.route"
        options={attributes.map(({ text }) => text)}
        onChange={(attribute) => change({ attribute })}
      />
      <Field name="Value" value={form.value} options={values} onChange={(value) => change({ value })} />
      {read === undefined && (
        <p class="muted">This query says more than the form can; a change here replaces it.</p>
      )}
    </fieldset>
  );
}

interface FieldProps {
  readonly name: string;
  readonly value: string;
  readonly options?: readonly string[];
  readonly placeholder?: string;
  readonly pattern?: string;
  onChange(value: string): void;
}

function Field({ name, value, options = [], placeholder, pattern, onChange }: FieldProps) {
  const list = `search-${name.toLowerCase().replaceAll(' ', '-')}`;
  return (
    <label>
      {name}
      <input
        type="text"
        list={options.length > 0 ? list : undefined}
        value={value}
        placeholder={placeholder ?? 'any'}
        pattern={pattern}
        autocomplete="off"
        spellcheck={false}
        onChange={({ currentTarget }) => onChange(currentTarget.value.trim())}
      />
      {options.length > 0 && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </label>
  );
}

const MOST_VALUES = 500;

function useValues(tag: string | undefined, query?: string): readonly string[] {
  const { data = [] } = useQuery(
    tag === undefined ? undefined : `values of ${tag} ${query ?? ''}`,
    (signal) => traceTagValues(tag ?? '', { ...timeRange.peek(), query }, signal),
    { live: false },
  );
  return data
    .map(({ value }) => value)
    .toSorted()
    .slice(0, MOST_VALUES);
}

/** A value that came by a link is shown although no trace of these minutes has it. */
function withOwn(values: readonly string[], own: string): readonly string[] {
  return own === '' || values.includes(own) ? values : [own, ...values];
}

import { useId, useState } from 'preact/hooks';
import { logLabelNames, logLabelValues } from '../../api/loki.ts';
import { labelNames, labelValues } from '../../api/prometheus.ts';
import { setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { OPERATORS, filterText, readFilter } from './model/adhoc-filters.ts';

interface AdhocVariableProps {
  readonly name: string;
  readonly label: string;
  readonly source: string;
  /** `job|=|api` each. */
  readonly chosen: readonly string[];
}

/** What all queries of a data source are narrowed down to: filters that are there, and a line to add one. */
export function AdhocVariable({ name, label, source, chosen }: AdhocVariableProps) {
  const [key, setKey] = useState('');
  const [operator, setOperator] = useState<string>('=');
  const [value, setValue] = useState('');
  const id = useId();
  const { keys, values } = useSuggestions(source, key);
  // An empty one stands for none: without it the address would say nothing, and the filters of the file were back.
  const choose = (next: readonly string[]): void =>
    setParams({ [`var-${name}`]: next.length === 0 ? ['|'] : next }, { replace: false });
  const filters = chosen.flatMap((text) => {
    const filter = readFilter(text);
    return filter === undefined ? [] : [{ text, filter }];
  });
  return (
    <form
      class="variable variable-filters"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() === '') return;
        choose([
          ...filters.map(({ text }) => text),
          filterText({ key: key.trim(), operator, value: value.trim() }),
        ]);
        setKey('');
        setValue('');
      }}
    >
      <span>{label}</span>
      {filters.map(({ text, filter }) => (
        <span key={text} class="variable-filter">
          <code>
            <bdi>
              {filter.key} {filter.operator} {filter.value}
            </bdi>
          </code>
          <button
            type="button"
            class="plain"
            aria-label={`Take ${filter.key} ${filter.operator} ${filter.value} away`}
            onClick={() => choose(filters.flatMap((each) => (each.text === text ? [] : each.text)))}
          >
            ✕
          </button>
        </span>
      ))}
      <input
        aria-label={`${label}: label`}
        placeholder="label"
        size={10}
        list={`${id}-keys`}
        value={key}
        onInput={({ currentTarget }) => setKey(currentTarget.value)}
      />
      <datalist id={`${id}-keys`}>
        {keys.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <select
        aria-label={`${label}: how`}
        value={operator}
        onChange={({ currentTarget }) => setOperator(currentTarget.value)}
      >
        {OPERATORS.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <input
        aria-label={`${label}: value`}
        placeholder="value"
        size={10}
        list={`${id}-values`}
        value={value}
        onInput={({ currentTarget }) => setValue(currentTarget.value)}
      />
      <datalist id={`${id}-values`}>
        {values.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <button type="submit">Add</button>
    </form>
  );
}

const MAX_SUGGESTIONS = 300;

function useSuggestions(
  source: string,
  key: string,
): { readonly keys: readonly string[]; readonly values: readonly string[] } {
  const isLoki = source === 'loki';
  const keys = useQuery(
    `labels of ${source}`,
    (signal) => (isLoki ? logLabelNames(timeRange.peek(), signal) : labelNames([], signal)),
    { live: false },
  );
  const isKnown = keys.data?.includes(key) === true;
  const values = useQuery(
    isKnown ? `values of ${source} ${key}` : undefined,
    (signal) => (isLoki ? logLabelValues(key, timeRange.peek(), signal) : labelValues(key, [], signal)),
    { live: false },
  );
  return {
    keys: (keys.data ?? []).filter((each) => each !== '__name__').slice(0, MAX_SUGGESTIONS),
    values: (values.data ?? []).slice(0, MAX_SUGGESTIONS),
  };
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { location, setParams } from '../../state/location.ts';
import { AdhocVariable } from './adhoc-variable.tsx';
import { type ResolvedVariable, withChoice } from './data/resolve-variables.ts';
import { ALL } from './model/variables.ts';

/** What is looked at: each variable with what may be chosen. The address keeps it. */
export function VariableBar({ variables }: { readonly variables: readonly ResolvedVariable[] }) {
  const { params } = location.value;
  const shown = variables
    .filter(({ definition: { hide, type } }) => hide !== 2 && type !== 'datasource' && type !== 'constant')
    .map((variable) => {
      const name = `var-${variable.definition.name}`;
      return withChoice(variable, params.has(name) ? params.getAll(name) : undefined);
    });
  if (shown.length === 0) return null;
  return (
    <div class="variables" role="group" aria-label="What is shown">
      {shown.map((variable) => (
        <Variable key={variable.definition.name} variable={variable} />
      ))}
    </div>
  );
}

function choose(name: string, values: readonly string[]): void {
  setParams({ [`var-${name}`]: values }, { replace: false });
}

function Variable({ variable }: { readonly variable: ResolvedVariable }) {
  const { definition, options, chosen, value, problem } = variable;
  const { name, type, multi, includeAll, description } = definition;
  const label = definition.label === '' ? name : definition.label;
  if (type === 'adhoc')
    return <AdhocVariable name={name} label={label} source={definition.source} chosen={chosen} />;
  if (type === 'textbox') return <TextVariable name={name} label={label} value={chosen[0] ?? ''} />;
  if (problem !== undefined && options.length === 0) {
    return (
      <span class="variable warn" title={problem}>
        {label}: not known <span class="visually-hidden">{problem}</span>
      </span>
    );
  }
  if (multi) return <MultiVariable variable={variable} label={label} />;
  return (
    <label class="variable" title={description}>
      {label}
      <select value={chosen[0]} onChange={({ currentTarget }) => choose(name, [currentTarget.value])}>
        {includeAll && <option value={ALL}>All</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
        {chosen[0] !== undefined &&
          chosen[0] !== ALL &&
          !options.some((option) => option.value === chosen[0]) && (
            <option value={chosen[0]}>{value.text}</option>
          )}
      </select>
    </label>
  );
}

function TextVariable({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string;
}) {
  return (
    <label class="variable">
      {label}
      <input
        key={value}
        defaultValue={value}
        spellcheck={false}
        onChange={({ currentTarget }) =>
          // An empty text is a choice too, which the address says by the name alone.
          choose(name, [currentTarget.value])
        }
      />
    </label>
  );
}

const MAX_OPTIONS = 300;

function MultiVariable({ variable, label }: { readonly variable: ResolvedVariable; readonly label: string }) {
  const { definition, options, chosen, value } = variable;
  const { name, includeAll, description } = definition;
  const [open, setOpen] = useState(false);
  const [search, setSearch] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: PointerEvent): void => {
      if (box.current?.contains(event.target as Node) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', close);
    return () => document.removeEventListener('pointerdown', close);
  }, [open]);

  const isAll = chosen.includes(ALL);
  const known = [
    ...new Map(
      [...options, ...chosen.filter((each) => each !== ALL).map((each) => ({ value: each, text: each }))].map(
        (each) => [each.value, each],
      ),
    ).values(),
  ];
  const found = known.filter(({ text }) => text.toLowerCase().includes(search.toLowerCase()));
  const toggle = (each: string): void => {
    if (each === ALL) {
      choose(name, [ALL]);
      return;
    }
    const kept = chosen.filter((other) => other !== ALL);
    const next = kept.includes(each) ? kept.filter((other) => other !== each) : [...kept, each];
    choose(name, next.length === 0 && includeAll ? [ALL] : next);
  };
  return (
    <div
      class="variable"
      ref={box}
      title={description}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <span>{label}</span>
      <button
        ref={button}
        aria-expanded={open}
        aria-label={`${label}: ${value.text}`}
        onClick={() => setOpen(!open)}
      >
        <span class="variable-text">{value.text === '' ? 'none' : value.text}</span> ▾
      </button>
      {open && (
        <div class="variable-options" role="group" aria-label={label}>
          {options.length > 8 && (
            <input
              aria-label={`Search ${label}`}
              placeholder="Search"
              value={search}
              onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            />
          )}
          {includeAll && (
            <label>
              <input type="checkbox" checked={isAll} onChange={() => toggle(ALL)} /> All
            </label>
          )}
          {found.slice(0, MAX_OPTIONS).map((option) => (
            <label key={option.value}>
              <input
                type="checkbox"
                checked={chosen.includes(option.value)}
                onChange={() => toggle(option.value)}
              />{' '}
              {option.text}
            </label>
          ))}
          {found.length > MAX_OPTIONS && (
            <span class="muted">and {found.length - MAX_OPTIONS} more: search</span>
          )}
          {options.length === 0 && <span class="muted">There is nothing to choose from.</span>}
        </div>
      )}
    </div>
  );
}

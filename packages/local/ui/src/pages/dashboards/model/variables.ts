import { matchersText, readFilter } from './adhoc-filters.ts';
import type { VariableDefinition } from './dashboard.ts';
import type { VariableValue } from './formats.ts';
import { referencesOf } from './interpolate.ts';
import { intervalMs } from './interval.ts';
import { asRecord, asText } from './json.ts';

export interface Option {
  readonly value: string;
  readonly text: string;
}

export const ALL = '$__all';

/** What the options of a variable are asked by. */
export type OptionQuery =
  | { readonly kind: 'label-values'; readonly label: string; readonly selector: string | undefined }
  | { readonly kind: 'label-names'; readonly selector: string | undefined }
  | { readonly kind: 'metrics'; readonly pattern: string }
  | { readonly kind: 'query-result'; readonly query: string }
  | { readonly kind: 'trace-values'; readonly tag: string }
  | { readonly kind: 'trace-names' }
  | { readonly kind: 'unknown'; readonly query: string };

/** The text or object that Grafana keeps, before its variables are put in. */
function queryTextOf({ query }: VariableDefinition): string {
  if (typeof query === 'string') return query;
  const raw = asRecord(query);
  return asText(raw['query'], JSON.stringify(raw));
}

/**
 * Reads what a variable asks: `label_values(up{job="x"}, instance)` and its like, or the objects of Loki and Tempo.
 *
 * @param fill puts the values of other variables in
 */
export function optionQueryOf(definition: VariableDefinition, fill: (text: string) => string): OptionQuery {
  const raw = asRecord(definition.query);
  if (definition.source === 'loki' && 'label' in raw) {
    const stream = fill(asText(raw['stream']));
    if (raw['type'] === 0) return { kind: 'label-names', selector: undefined };
    return {
      kind: 'label-values',
      label: fill(asText(raw['label'])),
      selector: stream === '' ? undefined : stream,
    };
  }
  if (definition.source === 'tempo') {
    return raw['type'] === 0
      ? { kind: 'trace-names' }
      : { kind: 'trace-values', tag: fill(asText(raw['label'])) };
  }
  const text = fill(queryTextOf(definition)).trim();
  const call = /^(\w+)\(([\s\S]*)\)$/.exec(text);
  const [, name, inner = ''] = call ?? [];
  if (name === 'label_values') {
    const comma = inner.lastIndexOf(',');
    return comma === -1
      ? { kind: 'label-values', label: inner.trim(), selector: undefined }
      : {
          kind: 'label-values',
          label: inner.slice(comma + 1).trim(),
          selector: inner.slice(0, comma).trim(),
        };
  }
  if (name === 'label_names')
    return { kind: 'label-names', selector: inner.trim() === '' ? undefined : inner.trim() };
  if (name === 'metrics') return { kind: 'metrics', pattern: inner.trim() };
  if (name === 'query_result') return { kind: 'query-result', query: inner };
  return { kind: 'unknown', query: text };
}

/** The variables that one needs to be known before it can be asked. */
export function dependenciesOf(definition: VariableDefinition): ReadonlySet<string> {
  const { query, regex } = definition;
  return referencesOf(`${typeof query === 'string' ? query : JSON.stringify(query ?? '')} ${regex}`);
}

/** `/pattern/flags`, or a pattern alone; undefined where it is none that the browser understands. */
export function parseRegex(text: string): RegExp | undefined {
  const parts = /^\/([\s\S]*)\/([a-z]*)$/.exec(text);
  try {
    return parts === null
      ? new RegExp(text)
      : new RegExp(parts[1] ?? '', (parts[2] ?? '').replaceAll(/[gy]/g, ''));
  } catch {
    return undefined;
  }
}

/** Keeps what the expression matches; what it captures is taken, by the names `text` and `value` if it has them. */
export function filterOptions(found: readonly string[], regex: string): readonly Option[] {
  if (regex === '') return unique(found.map((value) => ({ value, text: value })));
  const pattern = parseRegex(regex);
  if (pattern === undefined) return [];
  return unique(
    found.flatMap((each) => {
      const match = pattern.exec(each);
      if (match === null) return [];
      const { value, text } = match.groups ?? {};
      const taken = value ?? text ?? match[1] ?? match[0];
      return [{ value: taken, text: text ?? taken }];
    }),
  );
}

function unique(options: readonly Option[]): readonly Option[] {
  return [...new Map(options.map((option) => [option.value, option])).values()];
}

/** The first number in a text; -1 where there is none. */
const numberIn = (text: string): number => Number(/\d+(?:\.\d+)?/.exec(text)?.[0] ?? -1);

/** In the order that Grafana numbers: by letters, by numbers, without case; odd ones rise. */
export function sortOptions(options: readonly Option[], sort: number): readonly Option[] {
  if (sort === 0) return options;
  const direction = sort % 2 === 1 ? 1 : -1;
  const kind = Math.ceil(sort / 2);
  return options.toSorted((one, other) => {
    if (kind === 2) return direction * (numberIn(one.text) - numberIn(other.text));
    if (kind === 4) return direction * one.text.localeCompare(other.text, 'en', { numeric: true });
    const [a, b] = kind === 3 ? [one.text.toLowerCase(), other.text.toLowerCase()] : [one.text, other.text];
    return a === b ? 0 : direction * (a < b ? -1 : 1);
  });
}

/** The options of a variable that asks nobody; undefined for one that does. */
export function fixedOptions(definition: VariableDefinition, rangeMs: number): readonly Option[] | undefined {
  const text = queryTextOf(definition);
  switch (definition.type) {
    case 'custom':
      return splitList(text).map((each) => {
        const pair = /^(.+?) : (.+)$/s.exec(each);
        return pair === null
          ? { value: each, text: each }
          : { value: pair[2]?.trim() ?? '', text: pair[1]?.trim() ?? '' };
      });
    case 'constant':
    case 'textbox':
      return [{ value: text, text }];
    case 'interval': {
      const given = splitList(text).map((value) => ({ value, text: value }));
      return definition.auto ? [{ value: autoInterval(definition, rangeMs), text: 'auto' }, ...given] : given;
    }
    case 'datasource':
      return [{ value: text, text }];
    // What somebody writes, not what there is to choose.
    case 'adhoc':
      return [];
    default:
      return undefined;
  }
}

function autoInterval({ autoCount, autoMin }: VariableDefinition, rangeMs: number): string {
  const least = intervalMs(autoMin) ?? 10_000;
  return `${Math.max(1, Math.round(Math.max(least, rangeMs / Math.max(1, autoCount)) / 1000))}s`;
}

/** `a,b\,c` is `a` and `b,c`. */
function splitList(text: string): readonly string[] {
  return [...text.matchAll(/(?:\\,|[^,])+/g)]
    .map(([each]) => each.replaceAll(String.raw`\,`, ',').trim())
    .filter((each) => each !== '');
}

/**
 * What is chosen: of the address, else of the file, as far as there are such options; else all, or the first.
 *
 * @param chosen the values of the address; undefined where it has none
 */
export function chooseValues(
  definition: VariableDefinition,
  options: readonly Option[],
  chosen: readonly string[] | undefined,
): readonly string[] {
  const { type, current, includeAll, multi, allValue } = definition;
  if (type === 'adhoc') return (chosen ?? definition.filters).filter((each) => each !== '');
  if (type === 'textbox') return [chosen?.[0] ?? current.value[0] ?? queryTextOf(definition)];
  if (type === 'constant' || type === 'datasource') return options.slice(0, 1).map(({ value }) => value);
  if (chosen !== undefined && chosen.length > 0) {
    // What somebody writes into the address is shown, also where nothing is there now.
    const isAll = [ALL, 'All'].some((each) => chosen.includes(each));
    // A link that has what stands for all in queries means all, not something that is called so.
    const known = isAll || (allValue !== '' && chosen.includes(allValue)) ? [ALL] : chosen;
    return multi ? known : known.slice(0, 1);
  }
  if (current.value.includes(ALL) && includeAll) return [ALL];
  const kept = current.value.filter((value) => options.some((option) => option.value === value));
  if (kept.length > 0) return multi ? kept : kept.slice(0, 1);
  if (includeAll) return [ALL];
  return options.slice(0, 1).map(({ value }) => value);
}

/** What a variable is in texts, of what is chosen. */
export function valueOf(
  definition: VariableDefinition,
  options: readonly Option[],
  chosen: readonly string[],
): VariableValue {
  if (definition.type === 'adhoc') {
    const text = matchersText(chosen.flatMap((each) => readFilter(each) ?? []));
    return { value: text, text, isList: false };
  }
  const isList = definition.multi || definition.includeAll;
  if (chosen.includes(ALL)) {
    return {
      value: options.map(({ value }) => value),
      text: 'All',
      isList,
      // Nothing to choose from would be no value at all, and a query that finds nothing by mistake.
      ...(definition.allValue !== ''
        ? { allValue: definition.allValue }
        : options.length === 0 && { allValue: '.*' }),
    };
  }
  const texts = chosen.map((value) => options.find((option) => option.value === value)?.text ?? value);
  return { value: definition.multi ? chosen : (chosen[0] ?? ''), text: texts.join(' + '), isList };
}

/** The options of a chosen "all", or the chosen ones: what a panel is repeated for. */
export function repeatedValues(options: readonly Option[], chosen: readonly string[]): readonly Option[] {
  if (chosen.includes(ALL)) return options;
  return chosen.map((value) => options.find((option) => option.value === value) ?? { value, text: value });
}

/** Values of `query_result`: one a series, as Grafana writes them for the expression to cut. */
export function queryResultTexts(
  series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly timeMs: number;
  }[],
): readonly string[] {
  return series.map(({ labels: { __name__: name = '', ...labels }, value, timeMs }) => {
    const inner = Object.entries(labels).map(([key, each]) => `${key}="${each}"`);
    return `${name}{${inner.join(',')}} ${value} ${timeMs}`;
  });
}

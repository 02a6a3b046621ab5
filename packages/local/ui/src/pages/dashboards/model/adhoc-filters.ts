import { querySelectors } from '../../../parts/query-selectors.ts';
import { asList, asRecord, asText } from './json.ts';

/** What somebody narrows all queries of a data source down to. */
export interface AdhocFilter {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
}

/** Grafana's operators; one of several values is a regular expression to the servers. */
export const OPERATORS = ['=', '!=', '=~', '!~', '=|', '!=|'] as const;

const ESCAPES = [
  ['|', '__gfp__'],
  [',', '__gfc__'],
  ['#', '__gfh__'],
] as const;

const escaped = (text: string): string =>
  ESCAPES.reduce((all, [sign, name]) => all.replaceAll(sign, name), text);
const plain = (text = ''): string => ESCAPES.reduce((all, [sign, name]) => all.replaceAll(name, sign), text);

/** `job|=|api`, as Grafana's addresses have it. */
export function filterText({ key, operator, value }: AdhocFilter): string {
  return `${escaped(key)}|${operator}|${escaped(value)}`;
}

/** @returns undefined for what is none */
export function readFilter(text: string): AdhocFilter | undefined {
  const found = /^([^|]+)\|(=\||!=\||=~|!~|!=|=)\|([^]*)$/.exec(text);
  if (found === null) return undefined;
  return { key: plain(found[1]), operator: found[2] ?? '=', value: plain(found[3]) };
}

/** The filters that a file gives a variable: `filters`, and those that cannot be taken away. */
export function filtersOfFile(raw: Readonly<Record<string, unknown>>): readonly string[] {
  return [...asList(raw['baseFilters']), ...asList(raw['filters'])].flatMap((each) => {
    const { key, operator, value, values } = asRecord(each);
    if (asText(key) === '') return [];
    const several = asList(values).map((one) => asText(one));
    return filterText({
      key: asText(key),
      operator: asText(operator, '='),
      value: several.length > 0 ? several.join('|') : asText(value),
    });
  });
}

const LABEL = /^[a-zA-Z_]\w*$/;

function matcher({ key, operator, value }: AdhocFilter): string {
  const isOneOf = operator.endsWith('|');
  const text = isOneOf
    ? value
        .split('|')
        .map((each) => each.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`))
        .join('|')
    : value;
  const sign = isOneOf ? `${operator.startsWith('!') ? '!' : '='}~` : operator;
  return `${LABEL.test(key) ? key : JSON.stringify(key)}${sign}${JSON.stringify(text)}`;
}

/** Filters as the matchers of a selector, which is what a query sees that names the variable. */
export function matchersText(filters: readonly AdhocFilter[]): string {
  return filters.map(matcher).join(',');
}

/**
 * Narrows every selector of a query down.
 *
 * @param source `loki` has selectors in braces alone, `prometheus` also names without; other queries stay as they are
 */
export function withFilters(query: string, filters: readonly AdhocFilter[], source: string): string {
  if (filters.length === 0 || (source !== 'prometheus' && source !== 'loki')) return query;
  const added = matchersText(filters);
  return querySelectors(query).reduceRight((text, { nameEnd, brace, inner }) => {
    if (brace !== undefined) {
      const comma = inner.trim() === '' ? '' : ',';
      return `${text.slice(0, brace + 1)}${added}${comma}${text.slice(brace + 1)}`;
    }
    return source === 'loki' ? text : `${text.slice(0, nameEnd)}{${added}}${text.slice(nameEnd)}`;
  }, query);
}

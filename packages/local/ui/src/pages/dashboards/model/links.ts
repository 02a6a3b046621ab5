import { type Marks, type QueryKind, createMarks, fillMarks, fillQuery } from './fill-query.ts';
import { encodePart, listOf, queryParameters, rawFormat } from './formats.ts';
import { type Found, type Scope, replaceReferences, textOf } from './interpolate.ts';
import { type JsonRecord, asList, asRecord, asText } from './json.ts';

/** Where a link of a dashboard leads in this app, or out of it. */
export type LinkTarget =
  | {
      readonly kind: 'page';
      readonly path: string;
      readonly params: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly kind: 'outside'; readonly url: string };

export interface LinkScope extends Scope {
  /** `from=…&to=…` of the page, as `${__url_time_range}`. */
  readonly urlTimeRange: string;
  /** The names of all variables, for `${__all_variables}`. */
  readonly names: readonly string[];
}

/**
 * Translates a link that was written for Grafana: its dashboards, its Explore and its alerts are pages of this app; other
 * addresses are kept where they are http or https, and nothing else becomes a link.
 *
 * A value cannot change the address around it: references are filled in when the address is in its parts.
 */
export function linkTarget(url: string, scope: LinkScope): LinkTarget | undefined {
  const marks = createMarks();
  const marked = replaceReferences(
    expandParameters(url.trim(), scope),
    scope,
    // What stands for whole parameters is put in at once; it comes encoded.
    (found) =>
      /^(?:custom)?queryparam/.test(found.format ?? '') ? textOf(found, rawFormat) : marks.mark(found),
    () => '',
  );
  const filling = fillingOf(marks, scope);
  if (FIRST_MARK.test(marked)) {
    // A scheme that comes out of a value is nobody's link.
    const whole = marked.replace(FIRST_MARK, filling.plain);
    return isWeb(whole) ? outsideTarget(whole, marks) : undefined;
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(marked)) return outsideTarget(marked, marks);
  return pageTarget(marked, filling);
}

const FIRST_MARK = /^\uE000\d+\uE001/;

function expandParameters(url: string, scope: LinkScope): string {
  const queryOf = (name: string): string => {
    const variable = scope.variable(name);
    return variable === undefined ? '' : queryParameters(name, variable);
  };
  return url
    .replaceAll(/\$\{__url_time_range\}|\$__url_time_range\b/g, () => scope.urlTimeRange)
    .replaceAll(/\$\{__all_variables\}|\$__all_variables\b/g, () => scope.names.map(queryOf).join('&'));
}

/** The ways in which a part of an address is filled in. */
interface Filling {
  /** As it is. */
  readonly plain: (text: string) => string;
  /** The same where references may be encoded. */
  readonly late: (text: string) => string;
  /** Of a parameter, which may stand several times. */
  readonly values: (text: string) => readonly string[];
  /** A query keeps what it is made of. */
  readonly query: (text: string, kind: QueryKind) => string;
}

function fillingOf(marks: Marks, scope: Scope): Filling {
  const plain = (text: string): string => fillMarks(text, marks, decodedText);
  // What Grafana's own editor writes into Explore has its references encoded, so that they are seen only now.
  const markMore = (text: string): string => replaceReferences(text, scope, marks.mark);
  return {
    plain,
    late: (text) => plain(markMore(text)),
    values(text) {
      const found = marks.at(Number(/^\uE000(\d+)\uE001$/.exec(text)?.[1]));
      if (found === undefined || found.format !== undefined || found.isBuiltIn) return [plain(text)];
      return found.variable.allValue === undefined ? listOf(found.variable) : ['$__all'];
    },
    query(text, kind) {
      const at = (index: number): Found | undefined => {
        const found = marks.at(index);
        return found === undefined ? undefined : decoded(found);
      };
      return fillQuery(markMore(text), { ...marks, at }, kind);
    },
  };
}

const isEncoded = ({ format = '' }: Found): boolean => /^(?:percent|uri)encode/.test(format);

/** Where parameters are values, what would be encoded for an address is as it is. */
const decoded = (found: Found): Found => (isEncoded(found) ? { ...found, format: 'glob' } : found);

const decodedText = (found: Found): string => textOf(decoded(found), rawFormat);

function outsideTarget(marked: string, marks: Marks): LinkTarget | undefined {
  const host = /^https?:\/\/[^/?#]*/i.exec(marked)?.[0];
  if (host === undefined) return undefined;
  const rest = marked.slice(host.length);
  const pathEnd = rest.search(/[?#]/);
  const [path, query] = pathEnd === -1 ? [rest, ''] : [rest.slice(0, pathEnd), rest.slice(pathEnd)];
  const url = [
    fillMarks(host, marks, (found) => {
      const text = decodedText(found);
      return /^[\w.-]+(?::\d+)?$/.test(text) ? text : encodePart(text);
    }),
    fillMarks(path, marks, (found) =>
      outsideText(found, (text) => text.split('/').map(encodePart).join('/')),
    ),
    fillMarks(query, marks, (found) => outsideText(found, encodePart)),
  ].join('');
  return isWeb(url) ? { kind: 'outside', url } : undefined;
}

/** A value within an address is a part of it and no more, unless the dashboard asks for it as it is. */
function outsideText(found: Found, encode: (text: string) => string): string {
  const text = textOf(found, rawFormat);
  if (isEncoded(found) || (found.format === 'raw' && !found.isBuiltIn)) return text;
  return found.format === undefined ? encode(text) : encodePart(text);
}

const BASE = 'http://this.app.invalid';

function pageTarget(marked: string, filling: Filling): LinkTarget | undefined {
  if (marked.startsWith('//')) return undefined;
  let parsed: URL;
  try {
    parsed = new URL(marked.startsWith('/') || marked.startsWith('?') ? marked : `/${marked}`, BASE);
  } catch {
    return undefined;
  }
  if (parsed.origin !== BASE) return undefined;
  const params = new Map<string, string[]>();
  for (const [name, value] of parsed.searchParams) {
    const key = filling.plain(name);
    params.set(key, [...(params.get(key) ?? []), value]);
  }
  return pageOf(parsed.pathname, params, filling);
}

function pageOf(
  path: string,
  raw: ReadonlyMap<string, readonly string[]>,
  filling: Filling,
): LinkTarget | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [first = '', second = ''] = parts.map(decodeURIComponentSafely);
  const valuesOf = (name: string, value: string): readonly string[] => {
    if (name.startsWith('var-')) return filling.values(value);
    if (name === 'query' && (first === 'logs' || first === 'explore')) return [filling.query(value, 'regex')];
    if (name === 'query' && first === 'traces') return [filling.query(value, 'pipe')];
    return [filling.plain(value)];
  };
  const params = Object.fromEntries(
    [...raw].map(([name, values]) => [name, values.flatMap((value) => valuesOf(name, value))]),
  );
  const kept = Object.fromEntries(
    Object.entries(params).filter(([name]) => /^(?:from|to|refresh|var-.*)$/.test(name)),
  );
  if (first === 'd' && second !== '')
    return { kind: 'page', path: `/d/${encodePart(filling.plain(second))}`, params: kept };
  if (first === 'dashboards') return { kind: 'page', path: '/dashboards', params: {} };
  if (first === 'explore' && !raw.has('query')) return explorePage(raw, filling);
  if (first === 'alerting') {
    const name = /rule:"?([^"]+)"?/.exec(params['search']?.[0] ?? params['queryString']?.[0] ?? '')?.[1];
    return { kind: 'page', path: '/alerts', params: name === undefined ? {} : { alert: [name] } };
  }
  // The app's own pages, where a dashboard was written for it.
  if (!['', 'explore', 'logs', 'traces', 'trace', 'service', 'map', 'alerts', 'runs', 'self'].includes(first))
    return undefined;
  const filled = parts.map((part) => {
    const text = decodeURIComponentSafely(part);
    const full = filling.plain(text);
    return full === text ? part : encodePart(full);
  });
  return { kind: 'page', path: `/${filled.join('/')}`, params };
}

function explorePage(
  raw: ReadonlyMap<string, readonly string[]>,
  { late, query: fillIn }: Filling,
): LinkTarget | undefined {
  const panes = parseJson(raw.get('panes')?.[0] ?? '');
  const [pane] =
    panes === undefined ? [parseJson(raw.get('left')?.[0] ?? '')] : Object.values(panes).map(asRecord);
  if (pane === undefined) return undefined;
  const range = asRecord(pane['range']);
  const [from, to] = [late(asText(range['from'])), late(asText(range['to']))];
  const time = from === '' || to === '' ? {} : { from: [from], to: [to] };
  const queries = asList(pane['queries']).map(asRecord);
  const [query] = queries;
  if (query === undefined) return undefined;
  const source = asText(asRecord(query['datasource'])['type'], asText(pane['datasource']));
  const expr = (each: JsonRecord): string =>
    fillIn(asText(each['expr'], asText(each['query'])), source === 'tempo' ? 'pipe' : 'regex');
  if (source === 'loki') return { kind: 'page', path: '/logs', params: { query: [expr(query)], ...time } };
  if (source === 'tempo') {
    const text = expr(query);
    return /^[\da-f]{16,32}$/i.test(text.trim())
      ? { kind: 'page', path: `/trace/${text.trim()}`, params: time }
      : { kind: 'page', path: '/traces', params: { query: [text], ...time } };
  }
  return { kind: 'page', path: '/explore', params: { query: queries.map(expr), ...time } };
}

function parseJson(text: string): JsonRecord | undefined {
  try {
    return text === '' ? undefined : asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function isWeb(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

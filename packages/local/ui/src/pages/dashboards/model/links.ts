import { type Scope, interpolate, queryParameters, rawFormat } from './interpolate.ts';
import { type JsonRecord, asList, asRecord, asText } from './json.ts';

/** Where a link of a dashboard leads in this app, or out of it. */
export type LinkTarget =
  | {
      readonly kind: 'page';
      readonly path: string;
      readonly params: Readonly<Record<string, readonly string[]>>;
    }
  | { readonly kind: 'outside'; readonly url: string };

/** `${…}` of a link with what it stands for still open, so that a value cannot change the address around it. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

export interface LinkScope extends Scope {
  /** `from=…&to=…` of the page, as `${__url_time_range}`. */
  readonly urlTimeRange: string;
  /** The names of all variables, for `${__all_variables}`. */
  readonly names: readonly string[];
}

/**
 * Translates a link that was written for Grafana: its dashboards, its Explore and its alerts are pages of this app; other
 * addresses are kept where they are http or https, and nothing else becomes a link.
 */
export function linkTarget(url: string, scope: LinkScope): LinkTarget | undefined {
  const values: string[] = [];
  const keep = (value: string): string => `${OPEN}${values.push(value) - 1}${CLOSE}`;
  const marked = expandParameters(url.trim(), scope).replaceAll(
    /\$\{\w+(?:\.[^:}]+)?(?::[^}]+)?\}|\$\w+|\[\[\w+(?::\w+)?\]\]/g,
    (reference) => {
      const value = interpolate(reference, scope, rawFormat);
      return value === reference ? keep('') : keep(value);
    },
  );
  const fill = (text: string): string =>
    text.replaceAll(/\uE000(\d+)\uE001/g, (_, index: string) => values[Number(index)] ?? '');
  // What Grafana's own editor writes has its references encoded, so that they are seen only now.
  const fillEncoded = (text: string): string => fill(interpolate(text, scope, rawFormat));
  return resolve(marked, { fill, fillEncoded });
}

/** What stands for whole parameters is put in at once; it comes encoded. */
function expandParameters(url: string, scope: LinkScope): string {
  const queryOf = (name: string): string => {
    const variable = scope.variable(name);
    return variable === undefined ? '' : queryParameters(name, variable);
  };
  return url
    .replaceAll(/\$\{__url_time_range\}|\$__url_time_range\b/g, () => scope.urlTimeRange)
    .replaceAll(/\$\{__all_variables\}|\$__all_variables\b/g, () => scope.names.map(queryOf).join('&'))
    .replaceAll(/\$\{(\w+):queryparam\}/g, (_, name: string) => queryOf(name));
}

interface Fill {
  readonly fill: (text: string) => string;
  readonly fillEncoded: (text: string) => string;
}

const BASE = 'http://this.app.invalid';

function resolve(marked: string, { fill, fillEncoded }: Fill): LinkTarget | undefined {
  // A scheme that comes out of a value is nobody's link.
  if (marked.startsWith(OPEN)) {
    const whole = fill(marked);
    return isWeb(whole) ? { kind: 'outside', url: whole } : undefined;
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(marked)) {
    if (!isWeb(marked)) return undefined;
    const url = fillParts(marked, fill);
    return isWeb(url) ? { kind: 'outside', url } : undefined;
  }
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
    const key = fill(name);
    params.set(key, [...(params.get(key) ?? []), value]);
  }
  return pageOf(decodeURIComponentSafely(parsed.pathname), params, { fill, fillEncoded });
}

function pageOf(
  path: string,
  raw: ReadonlyMap<string, readonly string[]>,
  { fill, fillEncoded }: Fill,
): LinkTarget | undefined {
  const params = Object.fromEntries([...raw].map(([name, values]) => [name, values.map(fill)]));
  const kept = Object.fromEntries(
    Object.entries(params).filter(([name]) => /^(?:from|to|refresh|var-.*)$/.test(name)),
  );
  const [first = '', second = ''] = path.split('/').filter((part) => part !== '');
  if (first === 'd' && second !== '')
    return { kind: 'page', path: `/d/${encodeURIComponent(fill(second))}`, params: kept };
  if (first === 'dashboards') return { kind: 'page', path: '/dashboards', params: {} };
  if (first === 'explore') return explorePage(raw, fillEncoded);
  if (first === 'alerting') {
    const name = /rule:"?([^"]+)"?/.exec(params['search']?.[0] ?? params['queryString']?.[0] ?? '')?.[1];
    return { kind: 'page', path: '/alerts', params: name === undefined ? {} : { alert: [name] } };
  }
  // The app's own pages, where a dashboard was written for it.
  if (['', 'logs', 'traces', 'trace', 'service', 'map', 'alerts', 'runs', 'self'].includes(first))
    return { kind: 'page', path: fillParts(path, fill), params };
  return undefined;
}

function explorePage(
  raw: ReadonlyMap<string, readonly string[]>,
  fill: (text: string) => string,
): LinkTarget | undefined {
  const panes = parseJson(raw.get('panes')?.[0] ?? '');
  const [pane] =
    panes === undefined ? [parseJson(raw.get('left')?.[0] ?? '')] : Object.values(panes).map(asRecord);
  if (pane === undefined) return undefined;
  const range = asRecord(pane['range']);
  const [from, to] = [fill(asText(range['from'])), fill(asText(range['to']))];
  const time = from === '' || to === '' ? {} : { from: [from], to: [to] };
  const queries = asList(pane['queries']).map(asRecord);
  const [query] = queries;
  if (query === undefined) return undefined;
  const source = asText(asRecord(query['datasource'])['type'], asText(pane['datasource']));
  const expr = (each: JsonRecord): string => fill(asText(each['expr'], asText(each['query'])));
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

/** A value within an address is a part of it and no more. */
function fillParts(text: string, fill: (text: string) => string): string {
  return text.replaceAll(/\uE000\d+\uE001/g, (mark) => encodeURIComponent(fill(mark)));
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

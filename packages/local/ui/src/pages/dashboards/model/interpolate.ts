import type { AdhocFilter } from './adhoc-filters.ts';
import { patternMoment } from '../../../parts/units/moment-text.ts';

/** What a variable is now. */
export interface VariableValue {
  /** One, or the chosen ones; where all are, what stands for all. */
  readonly value: string | readonly string[];
  readonly text: string;
  /** Several may be chosen, so that queries match by regular expression and values are escaped for it. */
  readonly isList: boolean;
  /** What "all" is in queries as it is, without escaping; undefined where the values themselves are taken. */
  readonly allValue?: string;
}

/** Looks up `${name.path}`; undefined leaves the text as it is. */
export interface Scope {
  readonly variable: (name: string) => VariableValue | undefined;
  /** What is no variable of the dashboard: `__range`, `__field.labels.job`, `__value.raw`. */
  readonly builtIn?: (name: string, path: string | undefined) => string | undefined;
  /** Ad hoc filters for all queries of a data source. */
  readonly filters?: (source: string) => readonly AdhocFilter[];
}

/** How a variable without a format of its own is written. */
export type DefaultFormat = (variable: VariableValue) => string;

const REFERENCE = /\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:}]+))?(?::([^}]+))?\}/g;

/** Puts the values in the place of `$name`, `${name}`, `${name:format}`, `${name.path}` and `[[name]]`. */
export function interpolate(text: string, scope: Scope, otherwise: DefaultFormat = globFormat): string {
  if (!text.includes('$') && !text.includes('[[')) return text;
  return text.replaceAll(
    REFERENCE,
    (
      whole: string,
      plain?: string,
      old?: string,
      oldFormat?: string,
      name?: string,
      path?: string,
      format?: string,
    ) => {
      const wanted = plain ?? old ?? name ?? '';
      const builtIn = scope.builtIn?.(wanted, path);
      const how = format ?? oldFormat;
      if (builtIn !== undefined) return how === undefined ? builtIn : formatBuiltIn(builtIn, how);
      const variable = scope.variable(wanted);
      if (variable === undefined) return whole;
      if (path === 'text') return variable.text;
      return how === undefined ? otherwise(variable) : formatVariable(wanted, variable, how);
    },
  );
}

/** The names of the variables that a text speaks of. */
export function referencesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(REFERENCE)].map(([, plain, old, , name]) => plain ?? old ?? name ?? ''));
}

function listOf({ value }: VariableValue): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** What a value is outside of query languages: `a`, or `{a,b}`. */
function globFormat(variable: VariableValue): string {
  if (variable.allValue !== undefined) return variable.allValue;
  const values = listOf(variable);
  return values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? '');
}

/** For PromQL and LogQL: a regular expression in a text of the query, where several may be chosen. */
export function queryFormat(variable: VariableValue): string {
  if (variable.allValue !== undefined) return variable.allValue;
  if (!variable.isList) return listOf(variable).map(escapeText).join('');
  const values = listOf(variable).map((value) => escapeText(escapeRegex(value)));
  return values.length > 1 ? `(${values.join('|')})` : (values[0] ?? '');
}

/** For TraceQL, whose texts take the values with bars between. */
export function pipeFormat(variable: VariableValue): string {
  return variable.allValue ?? listOf(variable).join('|');
}

export function rawFormat(variable: VariableValue): string {
  return variable.allValue ?? listOf(variable).join(',');
}

function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** A backslash or quotation mark within a text of a query. */
function escapeText(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`);
}

function encode(value: string): string {
  return encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
}

function quoted(values: readonly string[], mark: string, escaped: (value: string) => string): string {
  return values.map((value) => `${mark}${escaped(value)}${mark}`).join(',');
}

function formatVariable(name: string, variable: VariableValue, format: string): string {
  const values = variable.allValue === undefined ? listOf(variable) : [variable.allValue];
  switch (format.split(':')[0]) {
    case 'raw':
    case 'csv':
      return values.join(',');
    case 'pipe':
      return values.join('|');
    case 'regex': {
      if (variable.allValue !== undefined) return variable.allValue;
      const escaped = values.map(escapeRegex);
      return escaped.length > 1 ? `(${escaped.join('|')})` : (escaped[0] ?? '');
    }
    case 'json':
      return JSON.stringify(typeof variable.value === 'string' ? variable.value : values);
    case 'queryparam':
      return queryParameters(name, variable);
    case 'percentencode':
    case 'uriencode':
      return encode(globFormat(variable));
    case 'doublequote':
      return quoted(values, '"', (value) => value.replaceAll('"', String.raw`\"`));
    case 'singlequote':
      return quoted(values, "'", (value) => value.replaceAll("'", String.raw`\'`));
    case 'sqlstring':
      return quoted(values, "'", (value) => value.replaceAll("'", "''"));
    case 'distributed':
      return values.map((value, index) => (index === 0 ? value : `${name}=${value}`)).join(',');
    case 'lucene': {
      const marked = values.map((value) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`);
      return marked.length > 1 ? `(${marked.join(' OR ')})` : (marked[0] ?? '');
    }
    case 'text':
      return variable.text;
    case 'date':
      return formatBuiltIn(values[0] ?? '', format);
    default:
      return globFormat(variable);
  }
}

/** `var-service=a&var-service=b`, so that another dashboard shows the same; all of them is one word. */
export function queryParameters(name: string, variable: VariableValue): string {
  const values = variable.allValue === undefined ? listOf(variable) : ['$__all'];
  return values.map((value) => `var-${encode(name)}=${encode(value)}`).join('&');
}

function formatBuiltIn(value: string, format: string): string {
  const [kind, ...rest] = format.split(':');
  if (kind === 'date') {
    // Nothing is no moment, while a number it would be 0.
    if (value.trim() === '') return '';
    const pattern = rest.join(':');
    if (pattern === 'seconds') return String(Math.floor(Number(value) / 1000));
    if (pattern === '' || pattern === 'iso') {
      const date = new Date(Number(value));
      return Number.isNaN(date.getTime()) ? value : date.toISOString();
    }
    return patternMoment(Number(value), pattern);
  }
  if (kind === 'percentencode' || kind === 'uriencode') return encode(value);
  if (kind === 'regex') return escapeRegex(value);
  return value;
}

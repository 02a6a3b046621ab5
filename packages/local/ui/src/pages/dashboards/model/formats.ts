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

export function listOf({ value }: VariableValue): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** What a value is outside of query languages: `a`, or `{a,b}`. */
export function globFormat(variable: VariableValue): string {
  if (variable.allValue !== undefined) return variable.allValue;
  const values = listOf(variable);
  return values.length > 1 ? `{${values.join(',')}}` : (values[0] ?? '');
}

export function rawFormat(variable: VariableValue): string {
  return variable.allValue ?? listOf(variable).join(',');
}

/** One of the values as a regular expression: `a\.b`, or `(a\.b|c)`. */
export function regexFormat(variable: VariableValue): string {
  if (variable.allValue !== undefined) return variable.allValue;
  const escaped = listOf(variable).map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  return escaped.length > 1 ? `(${escaped.join('|')})` : (escaped[0] ?? '');
}

/** For TraceQL, whose texts take the values with bars between. */
export function pipeFormat(variable: VariableValue): string {
  return variable.allValue ?? listOf(variable).join('|');
}

/** More than `encodeURIComponent` and `encodeURI` do: the signs that RFC 3986 keeps for itself as well. */
function strictly(encoded: string): string {
  return encoded.replaceAll(
    /[!'()*]/g,
    (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
}

/** Half of a surrogate pair, which no address can hold. */
const LONE_SURROGATE = /\p{Surrogate}/gu;
const whole = (text: string): string => text.replaceAll(LONE_SURROGATE, '\uFFFD');

/** A text as a part of an address and no more. */
export const encodePart = (text: string): string => strictly(encodeURIComponent(whole(text)));

/** A text that is an address, or several parts of one. */
const encodeAddress = (text: string): string => strictly(encodeURI(whole(text)));

/**
 * What `${name:format}` is, by the formats that Grafana documents; one that it does not know is `glob`.
 *
 * @param format with what belongs to it behind colons: `date:YYYY-MM`, `join: or `
 */
export function formatVariable(name: string, variable: VariableValue, format: string): string {
  const [kind = '', ...rest] = format.split(':');
  if (kind === 'text') return variable.text;
  if (kind === 'queryparam') return queryParameters(name, variable);
  if (kind === 'customqueryparam') return queryParameters(name, variable, rest);
  if (kind === 'percentencode') return encodePart(globFormat(variable));
  // What stands for all is a piece of a query already, and neither a value nor a list of them.
  if (variable.allValue !== undefined) return variable.allValue;
  const values = listOf(variable);
  switch (kind) {
    case 'raw':
    case 'csv':
      return values.join(',');
    case 'join':
      return values.join(rest.length === 0 ? ',' : rest.join(':'));
    case 'pipe':
      return pipeFormat(variable);
    case 'regex':
      return regexFormat(variable);
    case 'json':
      return typeof variable.value === 'string' ? variable.value : JSON.stringify(values);
    case 'html':
      return values.join(', ').replaceAll(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0) ?? 0};`);
    case 'uriencode':
      return encodeAddress(globFormat(variable));
    case 'doublequote':
      return values.map((value) => `"${value.replaceAll('"', String.raw`\"`)}"`).join(',');
    case 'singlequote':
      return values.map((value) => `'${value.replaceAll("'", String.raw`\'`)}'`).join(',');
    case 'sqlstring':
      return values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',');
    case 'distributed':
      return values.map((value, index) => (index === 0 ? value : `${name}=${value}`)).join(',');
    case 'lucene':
      return luceneText(variable);
    case 'date':
      return dateText(values[0] ?? '', rest.join(':'));
    default:
      return globFormat(variable);
  }
}

/** One value is a word with its signs escaped; of several one has to be met. */
function luceneText({ value }: VariableValue): string {
  if (typeof value === 'string') return escapeLucene(value);
  // What Grafana asks for where nothing is chosen, and nothing is called.
  return value.length === 0
    ? '__empty__'
    : `(${value.map((each) => `"${escapeLucene(each)}"`).join(' OR ')})`;
}

function escapeLucene(text: string): string {
  if (text !== '' && !Number.isNaN(Number(text))) return text;
  return text.replaceAll(/[!*+\-=<>\s&|()[\]{}^~?:\\/"]/g, String.raw`\$&`);
}

function dateText(value: string, pattern: string): string {
  // Nothing is no moment, while a number it would be 0.
  if (value.trim() === '') return '';
  const date = new Date(Number(value));
  if (Number.isNaN(date.getTime())) return value;
  if (pattern === 'ms') return value;
  if (pattern === 'seconds') return String(Math.round(Number(value) / 1000));
  return pattern === '' || pattern === 'iso' ? date.toISOString() : patternMoment(Number(value), pattern);
}

/**
 * `var-service=a&var-service=b`, so that another dashboard shows the same; all of them is one word.
 *
 * @param custom another name, and what stands before each value: `['p-server', 'v-']`
 */
export function queryParameters(
  name: string,
  variable: VariableValue,
  [as = '', before = '']: readonly string[] = [`var-${name}`],
): string {
  const values = variable.allValue === undefined ? listOf(variable) : ['$__all'];
  const key = encodePart(as === '' ? name : as);
  return values.map((value) => `${key}=${encodePart(before)}${encodePart(value)}`).join('&');
}

import type { z } from 'zod';
import { numberRangeAt } from './schema-walk.ts';

/**
 * Stands for "the schema has no message of its own". Passed to zod as the message of last resort, so that a message
 * which an author wrote can be told from zod's.
 */
export const NO_MESSAGE = '\0';

/** One thing that zod found wrong. */
export type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  bigint: 'a bigint',
  boolean: 'true or false',
  date: 'a valid Date',
  array: 'an array',
  tuple: 'an array',
  object: 'an object',
  record: 'an object',
  map: 'a Map',
  set: 'a Set',
  function: 'a function',
  nonoptional: 'a value',
  never: 'nothing',
  undefined: 'nothing',
  void: 'nothing',
  null: 'null',
  nan: 'NaN',
};

const FORMATS: Readonly<Record<string, string>> = {
  url: 'a URL',
  email: 'an e-mail address',
  uuid: 'a UUID',
  guid: 'a UUID',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  datetime: 'an ISO 8601 date and time',
  date: 'an ISO 8601 date',
  time: 'an ISO 8601 time',
  duration: 'an ISO 8601 duration',
  json_string: 'a JSON text',
};

/** The noun that goes with a count. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

export function article(word: string): string {
  return /^[aeiou]/i.test(word) ? 'an' : 'a';
}

function oneOf(values: readonly unknown[]): string {
  const words = values.map((value) =>
    typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? 'nothing'),
  );
  return words.length === 1 ? words[0]! : `one of ${words.join(', ')}`;
}

function expectedSize(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const [bound, least] = issue.code === 'too_small' ? [issue.minimum, true] : [issue.maximum, false];
  if (issue.origin === 'date')
    return `a Date ${least ? 'from' : 'up to'} ${new Date(Number(bound)).toISOString()}`;
  const units: Record<string, string> = { string: 'character', file: 'byte', map: 'entry' };
  const countable = ['string', 'array', 'set', 'map', 'file'].includes(issue.origin);
  if (!countable) {
    const word = least
      ? issue.inclusive
        ? 'of at least'
        : 'above'
      : issue.inclusive
        ? 'of at most'
        : 'below';
    return `a number ${word} ${bound}`;
  }
  const unit = units[issue.origin] ?? 'element';
  const noun = plural(Number(bound), unit, unit === 'entry' ? 'entries' : `${unit}s`);
  if (issue.exact) return `exactly ${bound} ${noun}`;
  if (issue.inclusive === false) return `${least ? 'more' : 'fewer'} than ${bound} ${noun}`;
  return `at ${least ? 'least' : 'most'} ${bound} ${noun}`;
}

function expectedFormat(issue: Extract<Issue, { code: 'invalid_format' }>): string {
  if ('prefix' in issue) return `a string that starts with ${JSON.stringify(issue.prefix)}`;
  if ('suffix' in issue) return `a string that ends with ${JSON.stringify(issue.suffix)}`;
  if ('includes' in issue) return `a string that contains ${JSON.stringify(issue.includes)}`;
  if (issue.format === 'regex') return `a string that matches ${issue.pattern}`;
  return FORMATS[issue.format] ?? `a string in the format ${issue.format}`;
}

/** What would have been right. The author's own message goes first: it knows the meaning, zod only the type. */
export function expectedOf(issue: Issue, schema: z.ZodType): string {
  if (issue.message !== NO_MESSAGE && issue.message !== '') return issue.message.replace(/\.$/, '');
  const range = numberRangeAt(schema, issue.path);
  switch (issue.code) {
    case 'invalid_type':
      if (range && ['number', 'int', 'bigint'].includes(issue.expected)) return range;
      return KINDS[issue.expected] ?? `${article(issue.expected)} ${issue.expected}`;
    case 'too_small':
    case 'too_big':
      return (['number', 'int', 'bigint'].includes(issue.origin) && range) || expectedSize(issue);
    case 'not_multiple_of':
      return range ?? `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return expectedFormat(issue);
    case 'invalid_value':
      return oneOf(issue.values);
    case 'invalid_union':
      if (issue.inclusive === false) return 'a value that fits exactly one of the alternatives';
      if ('options' in issue && issue.options) return oneOf(issue.options);
      return (
        [...new Set(issue.errors.flat().map((inner) => expectedOf(inner, schema)))].join(' or ') ||
        'a valid value'
      );
    case 'invalid_key':
      return `a key that is ${issue.issues.map((inner) => expectedOf(inner, schema)).join(' and ')}`;
    case 'invalid_element':
      return `elements that are ${issue.issues.map((inner) => expectedOf(inner, schema)).join(' and ')}`;
    default:
      return 'a valid value';
  }
}

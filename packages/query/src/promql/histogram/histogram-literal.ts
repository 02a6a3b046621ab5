import { compactHistogram } from './compact.ts';
import { createHistogram, hasCustomBounds } from './create-histogram.ts';
import type { BucketSpan, FloatHistogram } from './float-histogram.ts';
import { goNumber } from './go-number.ts';

/** A histogram of a text like `{{schema:0 sum:5 count:4 buckets:[1 2 1]}}`, or why it is none. */
export type HistogramLiteral =
  | {
      readonly histogram: FloatHistogram;
      /** Whether the text says what is known of a reset; where it does not, tests compare nothing of it. */
      readonly hasResetHint: boolean;
    }
  | { readonly problem: string };

const hints: Readonly<Record<string, FloatHistogram['counterReset']>> = {
  unknown: 'unknown',
  reset: 'reset',
  not_reset: 'not-reset',
  gauge: 'gauge',
};
const hintNames = Object.fromEntries(Object.entries(hints).map(([name, hint]) => [hint, name]));

const number = /^[+-]?(?:0x[\da-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|inf|nan)$/i;
const integer = /^[+-]?\d+$/;

function readNumber(text: string): number | undefined {
  if (!number.test(text)) return undefined;
  const negative = text.startsWith('-');
  const unsigned = text.replace(/^[+-]/, '').toLowerCase();
  if (unsigned === 'nan') return NaN;
  const value = unsigned === 'inf' ? Infinity : Number(unsigned);
  return negative ? -value : value;
}

function readList(text: string): readonly number[] | undefined {
  if (!/^\[.*\]$/.test(text)) return undefined;
  const values = text
    .slice(1, -1)
    .split(/\s+/)
    .filter((part) => part !== '')
    .map(readNumber);
  return values.length === 0 || values.includes(undefined) ? undefined : (values as number[]);
}

const readers = {
  schema: 'integer',
  sum: 'number',
  count: 'number',
  z_bucket: 'number',
  z_bucket_w: 'number',
  custom_values: 'list',
  buckets: 'list',
  offset: 'integer',
  n_buckets: 'list',
  n_offset: 'integer',
  counter_reset_hint: 'hint',
} as const;
type Key = keyof typeof readers;

const expected = {
  integer: 'a whole number',
  number: 'a number',
  list: 'numbers in brackets, such as [1 2 1]',
  hint: Object.keys(hints).join(', '),
} as const;

interface Fields {
  readonly numbers: Map<Key, number>;
  readonly lists: Map<Key, readonly number[]>;
  readonly hint: FloatHistogram['counterReset'] | undefined;
}

function isKey(key: string): key is Key {
  return Object.hasOwn(readers, key);
}

function readFields(inside: string): Fields | { readonly problem: string } {
  const numbers = new Map<Key, number>();
  const lists = new Map<Key, readonly number[]>();
  let hint: FloatHistogram['counterReset'] | undefined;
  const item = /\s*([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s[\]]+)(?=\s|$)/giy;
  while (item.lastIndex < inside.trimEnd().length) {
    const start = item.lastIndex;
    const [, word = '', text = ''] = item.exec(inside) ?? [];
    const key = word.toLowerCase();
    if (word === '') return { problem: `"${inside.slice(start).trim()}" is no key:value` };
    if (!isKey(key))
      return { problem: `"${word}" is no part of a histogram (${Object.keys(readers).join(', ')})` };
    if (numbers.has(key) || lists.has(key) || (key === 'counter_reset_hint' && hint !== undefined))
      return { problem: `duplicate key "${key}" in histogram` };
    const kind = readers[key];
    const list = kind === 'list' ? readList(text) : undefined;
    const value = kind === 'integer' && !integer.test(text) ? undefined : readNumber(text);
    if (list !== undefined) lists.set(key, list);
    else if (kind === 'hint' && Object.hasOwn(hints, text)) hint = hints[text];
    else if ((kind === 'integer' || kind === 'number') && value !== undefined) numbers.set(key, value);
    else return { problem: `${key} is "${text}", expected ${expected[kind]}` };
  }
  return { numbers, lists, hint };
}

/**
 * Reads the text form of histograms in tests: `{{…}}` around `key:value` pairs, each of which may be left out.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 */
export function parseHistogramLiteral(text: string): HistogramLiteral {
  const [, inside] = /^\{\{(.*)\}\}$/s.exec(text.trim()) ?? [];
  if (inside === undefined) return { problem: 'a histogram stands between {{ and }}' };
  const fields = readFields(inside);
  if ('problem' in fields) return fields;
  const { numbers, lists, hint } = fields;
  const span = (list: Key, offset: Key): readonly BucketSpan[] => {
    const length = lists.get(list)?.length ?? 0;
    return length === 0 ? [] : [{ offset: numbers.get(offset) ?? 0, length }];
  };
  return {
    hasResetHint: hint !== undefined,
    histogram: createHistogram({
      schema: numbers.get('schema') ?? 0,
      sum: numbers.get('sum') ?? 0,
      count: numbers.get('count') ?? 0,
      zeroCount: numbers.get('z_bucket') ?? 0,
      zeroThreshold: numbers.get('z_bucket_w') ?? 0,
      customValues: lists.get('custom_values') ?? [],
      positiveSpans: span('buckets', 'offset'),
      positiveBuckets: lists.get('buckets') ?? [],
      negativeSpans: span('n_buckets', 'n_offset'),
      negativeBuckets: lists.get('n_buckets') ?? [],
      counterReset: hint ?? 'unknown',
    }),
  };
}

function sideText(
  key: string,
  offsetKey: string,
  spans: readonly BucketSpan[],
  counts: Float64Array,
): readonly string[] {
  if (counts.length === 0) return [];
  const offset = spans[0]?.offset ?? 0;
  return [...(offset === 0 ? [] : [`${offsetKey}:${offset}`]), `${key}:[${numbersText(counts)}]`];
}

function numbersText(values: Float64Array): string {
  return Array.from(values, (value) => goNumber(value)).join(' ');
}

/** Writes a histogram as `parseHistogramLiteral` reads it; gaps between its buckets are written as empty buckets. */
export function formatHistogramLiteral(histogram: FloatHistogram): string {
  const { schema, count, sum, zeroCount, zeroThreshold, customValues, counterReset, ...sides } =
    compactHistogram(histogram, Infinity);
  const numbers = { schema, count, sum, z_bucket: zeroCount, z_bucket_w: zeroThreshold };
  return `{{${[
    ...Object.entries(numbers)
      .filter(([, value]) => value !== 0)
      .map(([key, value]) => `${key}:${goNumber(value)}`),
    ...(hasCustomBounds(histogram) ? [`custom_values:[${numbersText(customValues)}]`] : []),
    ...(counterReset === 'unknown' ? [] : [`counter_reset_hint:${hintNames[counterReset]}`]),
    ...sideText('buckets', 'offset', sides.positiveSpans, sides.positiveBuckets),
    ...sideText('n_buckets', 'n_offset', sides.negativeSpans, sides.negativeBuckets),
  ].join(' ')}}}`;
}

import type { Labels } from '../../labels.ts';
import {
  type FloatHistogram,
  addHistograms,
  parseHistogramLiteral,
  subtractHistograms,
} from '../histogram/index.ts';
import { readMetric } from './metric-text.ts';

/** One value of a series in a test: a number, a histogram, the end of the series, or nothing at that time. */
export type NotationValue =
  | number
  | 'stale'
  | 'none'
  | { readonly histogram: FloatHistogram; readonly hasResetHint: boolean };

/** A series of a test: its values are one interval apart. */
export interface NotationSeries {
  readonly labels: Labels;
  readonly values: readonly NotationValue[];
}

/** Most values of one series. */
const MAX_VALUES = 1_000_000;

function problem(text: string, why: string): Error {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return new Error(`"${shown}" is no value of a series: ${why}`);
}

function readNumber(text: string): number {
  const unsigned = text.replace(/^[+-]/, '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  if (unsigned === 'inf') return sign * Infinity;
  if (unsigned === 'nan') return NaN;
  return sign * Number(unsigned.replaceAll('_', ''));
}

/** How many more values follow the first. */
function readTimes(item: string, text: string): number {
  const times = Number(text);
  if (times > MAX_VALUES) throw problem(item, `more than ${MAX_VALUES} values`);
  return times;
}

function repeat<Value>(value: Value, count: number): Value[] {
  return Array.from({ length: count }, () => value);
}

const number = String.raw`(?:(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN])`;
const numberItem = new RegExp(`^([+-]?${number})(?:([+-]${number})?x(\\d+))?$`);
const histogramItem = /^(\{\{.*?\}\})(?:(?:([+-])(\{\{.*?\}\}))?x(\d+))?$/s;

function readHistogram(item: string, text: string): Exclude<NotationValue, number | string> {
  const literal = parseHistogramLiteral(text);
  if ('problem' in literal) throw problem(item, literal.problem);
  return literal;
}

function readHistograms(item: string): readonly NotationValue[] {
  const [, first, operator, step, times] = histogramItem.exec(item) ?? [];
  if (first === undefined) throw problem(item, 'a histogram, such as {{schema:0 count:1 buckets:[1]}}');
  const start = readHistogram(item, first);
  if (times === undefined) return [start];
  if (step === undefined) return repeat(start, readTimes(item, times) + 1);
  const { histogram: change, hasResetHint } = readHistogram(item, step);
  const combine = operator === '+' ? addHistograms : subtractHistograms;
  const values: NotationValue[] = [{ ...start, hasResetHint }];
  let { histogram } = start;
  for (let count = readTimes(item, times); count > 0; count -= 1) {
    if (histogram.schema > change.schema)
      throw problem(
        item,
        `error combining histograms: cannot merge from schema ${change.schema} to ${histogram.schema}`,
      );
    const combined = combine(histogram, change);
    if (combined === undefined) throw problem(item, 'one histogram has custom bounds and the other has not');
    ({ histogram } = combined);
    values.push({ histogram, hasResetHint });
  }
  return values;
}

function readItem(item: string): readonly NotationValue[] {
  const [, blanks] = /^_(?:x(\d+))?$/.exec(item) ?? [];
  if (item.startsWith('_')) {
    if (item !== '_' && blanks === undefined) throw problem(item, '_ or _x10');
    return repeat('none', blanks === undefined ? 1 : readTimes(item, blanks));
  }
  const [, stales] = /^stale(?:x(\d+))?$/.exec(item) ?? [];
  if (item.startsWith('stale')) {
    if (item !== 'stale' && stales === undefined) throw problem(item, 'stale or stalex10');
    return repeat('stale', stales === undefined ? 1 : readTimes(item, stales) + 1);
  }
  if (item.startsWith('{{')) return readHistograms(item);
  const [, first, step, times] = numberItem.exec(item) ?? [];
  if (first === undefined) throw problem(item, 'a number, 1+2x10, 1x10, _, stale or {{…}}');
  let value = readNumber(first);
  if (times === undefined) return [value];
  const change = step === undefined ? undefined : readNumber(step);
  return Array.from({ length: readTimes(item, times) + 1 }, () => {
    const current = value;
    if (change !== undefined) value += change;
    return current;
  });
}

/** Cuts at spaces that are not within a histogram. */
function itemsOf(text: string): readonly string[] {
  return text.match(/(?:\{\{.*?\}\}|[^\s{]|\{(?!\{))+/gs) ?? [];
}

/**
 * Reads values of a series as the unit tests of Prometheus write them: `1 2 3`, `0+10x5` (0, 10, … 50), `1x3` (four
 * times 1), `_` (nothing), `stale`, `{{…}}` (a histogram), and these with `+{{…}}x3`.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
 *
 * @throws {Error} naming the first that is none of these
 */
export function readSeriesValues(text: string): readonly NotationValue[] {
  const values = itemsOf(text).flatMap(readItem);
  if (values.length > MAX_VALUES) throw problem(text, `more than ${MAX_VALUES} values`);
  return values;
}

/**
 * Reads a line such as `http_requests_total{route="/cart"} 0+10x5`.
 *
 * @throws {Error} when the metric or a value is wrong
 */
export function readSeriesLine(text: string): NotationSeries {
  const { labels, rest } = readMetric(text);
  if (rest !== '' && !/^\s/.test(rest)) throw problem(rest, 'a space comes after the metric');
  return { labels, values: readSeriesValues(rest) };
}

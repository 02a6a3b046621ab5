import { labelKey, labelSet, labelText } from '../../src/promql/label-set.ts';
import {
  compactHistogram,
  type FloatHistogram,
  formatHistogramLiteral,
} from '../../src/promql/histogram/index.ts';
import type { MatrixSeries, PromqlResult } from '../../src/promql/result.ts';
import { type NotationValue, readSeriesLine } from '../../src/promql/rules/series-notation.ts';
import { parseNumber } from '../../src/promql/syntax/number.ts';
import type { Evaluation } from './script.ts';

const tolerance = 1e-6;

/** Relative to the sum of both, and absolute close to 0; NaN equals NaN. */
function almostEqual(left: number, right: number): boolean {
  if (Number.isNaN(left) && Number.isNaN(right)) return true;
  if (left === right) return true;
  const distance = Math.abs(left - right);
  const size = Math.abs(left) + Math.abs(right);
  if (left === 0 || right === 0 || size < 2 ** -1022) return distance < tolerance * 2 ** -1022;
  return distance / Math.min(size, Number.MAX_VALUE) < tolerance;
}

function lists(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  return (
    one.length === other.length &&
    Array.from(one).every((value, at) => almostEqual(value, other[at] ?? Number.NaN))
  );
}

function spans({ positiveSpans, negativeSpans }: FloatHistogram): string {
  return JSON.stringify([positiveSpans, negativeSpans]);
}

function sameHistogram(expected: FloatHistogram, got: FloatHistogram, withHint: boolean): boolean {
  const [one, other] = [compactHistogram(expected), compactHistogram(got)];
  return (
    one.schema === other.schema &&
    almostEqual(one.count, other.count) &&
    almostEqual(one.sum, other.sum) &&
    one.zeroThreshold === other.zeroThreshold &&
    almostEqual(one.zeroCount, other.zeroCount) &&
    lists(one.customValues, other.customValues) &&
    spans(one) === spans(other) &&
    lists(one.positiveBuckets, other.positiveBuckets) &&
    lists(one.negativeBuckets, other.negativeBuckets) &&
    (!withHint || one.counterReset === other.counterReset)
  );
}

function show(value: NotationValue | FloatHistogram | undefined): string {
  if (typeof value !== 'object') return String(value);
  const histogram = 'histogram' in value ? value.histogram : value;
  return `${formatHistogramLiteral(histogram)} (${histogram.counterReset})`;
}

function sameSample(
  expected: NotationValue | undefined,
  value: number,
  histogram: FloatHistogram | undefined,
): boolean {
  if (typeof expected === 'object') {
    return histogram !== undefined && sameHistogram(expected.histogram, histogram, expected.hasResetHint);
  }
  return typeof expected === 'number' && histogram === undefined && almostEqual(expected, value);
}

/** The first difference between what a script says and what came out; undefined without one. */
export function difference(command: Evaluation, result: PromqlResult): string | undefined {
  const { results, text } = command;
  if (result.type === 'string')
    return result.value === text ? undefined : `expected ${text}, got ${result.value}`;
  const [only = ''] = results;
  const number = results.length === 1 ? scalarOf(only) : undefined;
  if (result.type === 'scalar') {
    if (number === undefined) return `expected series, got the scalar ${result.value}`;
    return almostEqual(number, result.value) ? undefined : `expected ${number}, got ${result.value}`;
  }
  if (number !== undefined) return `expected the scalar ${number}, got a ${result.type}`;
  return result.type === 'vector'
    ? vectorDifference(command, result.vector)
    : matrixDifference(command, result.matrix);
}

function scalarOf(text: string): number | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const value = /[\s{]/.test(text) ? undefined : parseNumber(text.slice(sign.length));
  return value === undefined ? undefined : sign === '-' ? -value : value;
}

function expectedSeries({
  results,
}: Evaluation): Map<string, { text: string; position: number; values: readonly NotationValue[] }> {
  return new Map(
    results.map((line, position) => {
      const { labels, values } = readSeriesLine(line);
      const set = labelSet(labels);
      return [labelKey(set), { text: labelText(set), position, values }];
    }),
  );
}

function vectorDifference(
  command: Evaluation,
  vector: Extract<PromqlResult, { type: 'vector' }>['vector'],
): string | undefined {
  const expected = expectedSeries(command);
  const ordered = command.expectations.some(({ kind }) => kind === 'ordered');
  for (const [position, { labels, value, histogram }] of vector.entries()) {
    const set = labelSet(labels);
    const wanted = expected.get(labelKey(set));
    if (wanted === undefined) return `unexpected ${labelText(set)} ${show(histogram ?? value)}`;
    if (ordered && wanted.position !== position)
      return `${wanted.text} is at ${position}, expected at ${wanted.position}`;
    if (!sameSample(wanted.values[0], value, histogram)) {
      return `${wanted.text}: expected ${show(wanted.values[0])}, got ${show(histogram ?? value)}`;
    }
    expected.delete(labelKey(set));
  }
  return missing(expected);
}

function matrixDifference(command: Evaluation, matrix: readonly MatrixSeries[]): string | undefined {
  const { startMs, stepMs } = command.rangeVector ?? command;
  const expected = expectedSeries(command);
  for (const series of matrix) {
    const set = labelSet(series.labels);
    const wanted = expected.get(labelKey(set));
    const shown = samplesText(series);
    if (wanted === undefined) return `unexpected ${labelText(set)} ${shown}`;
    const samples = new Map<number, number | FloatHistogram>();
    series.timesMs.forEach((timeMs, at) => samples.set(timeMs, series.values[at] ?? 0));
    series.histograms.forEach((histogram, at) => samples.set(series.histogramTimesMs[at] ?? 0, histogram));
    for (const [at, value] of wanted.values.entries()) {
      const got = samples.get(startMs + at * stepMs);
      samples.delete(startMs + at * stepMs);
      if (
        value === 'none'
          ? got === undefined
          : sameSample(value, typeof got === 'number' ? got : 0, typeof got === 'object' ? got : undefined)
      )
        continue;
      return `${wanted.text} at step ${at}: expected ${show(value)}, got ${show(got)} in ${shown}`;
    }
    if (samples.size > 0) return `${wanted.text}: more samples than expected in ${shown}`;
    expected.delete(labelKey(set));
  }
  return missing(expected);
}

function samplesText({ timesMs, values, histogramTimesMs, histograms }: MatrixSeries): string {
  const floats = Array.from(values, (value, at) => `${value}@${timesMs[at]}`);
  return [...floats, ...histograms.map((histogram, at) => `${show(histogram)}@${histogramTimesMs[at]}`)].join(
    ' ',
  );
}

function missing(expected: ReadonlyMap<string, { readonly text: string }>): string | undefined {
  const [first] = expected.values();
  return first === undefined ? undefined : `${first.text} is missing`;
}

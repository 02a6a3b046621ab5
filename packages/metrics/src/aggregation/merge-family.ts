import type { Exemplar, FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { type Steps, atOnce } from '../pacer.ts';
import { newer } from './newer-exemplar.ts';
import { commonBoundaries, rebucketed } from './rebucket.ts';

/** Series that are looked at before the clock is asked. */
export const STEP_SERIES = 256;

type Rule = NonNullable<FamilyDefinition['aggregate']>;

/** One label set while it is added up. */
interface Sum {
  readonly labelValues: readonly (string | undefined)[];
  readonly overflow: boolean;
  value: number | undefined;
  /** How many numbers are in `value`; what a mean is divided by. */
  parts: number;
  histogram: { counts: number[]; sum: number; exemplars: (Exemplar | undefined)[] | undefined } | undefined;
  summary: { quantiles: Record<string, number>; sum: number; count: number } | undefined;
  exemplar: Exemplar | undefined;
  startTimeMs: number | undefined;
}

/**
 * One family out of those of several processes or threads, label set by label set.
 *
 * Counters, histograms and the sums of summaries add up, whatever the definition says; gauges follow its `aggregate`. A
 * quantile of a summary becomes the highest one: that of all together is not above it. Of exemplars the newest stays.
 * Where labels differ, the family has all of them; where boundaries differ, those that all with series have, whose counts are
 * exact.
 *
 * @param parts families of one name and type, at least one; the first one's help and unit are taken
 */
export function mergeFamily(parts: readonly FamilySnapshot[]): FamilySnapshot {
  return atOnce(mergeSteps(parts));
}

/** The same in steps of some hundred series. */
export function* mergeSteps(parts: readonly FamilySnapshot[]): Steps<FamilySnapshot> {
  const definition = mergedDefinition(parts);
  const rule = ruleOf(definition);
  const sums = new Map<string, Sum>();
  let done = 0;
  for (const part of parts) {
    const place = orderOf(part.definition.labels, definition.labels);
    for (const series of part.series) {
      // The overflow series has a label of its own in place of all.
      const labelValues =
        place && !series.overflow
          ? place.map((at) => (at < 0 ? undefined : series.labelValues[at]))
          : series.labelValues;
      const key = series.overflow ? 'overflow' : labelSetKey(labelValues);
      let sum = sums.get(key);
      if (sum === undefined) sums.set(key, (sum = emptySum(labelValues, series.overflow === true)));
      addSeries(sum, series, rule, part.definition.boundaries ?? [], definition.boundaries ?? []);
      if (++done % STEP_SERIES === 0) yield;
    }
  }
  const merged: SeriesSnapshot[] = [];
  for (const sum of sums.values()) {
    merged.push(seriesOf(sum, rule));
    if (++done % STEP_SERIES === 0) yield;
  }
  return { definition, series: merged };
}

/** Where the values of some labels stand among those of others, -1 for none; undefined where both are the same. */
export function orderOf(from: readonly string[], to: readonly string[]): readonly number[] | undefined {
  return sameNames(from, to) ? undefined : to.map((name) => from.indexOf(name));
}

/** A label that is empty is one that is not there. Lengths keep values apart whatever is in them. */
export function labelSetKey(labelValues: readonly (string | undefined)[]): string {
  let key = '';
  for (const value of labelValues) key += value === undefined ? '0:' : `${value.length}:${value}`;
  return key;
}

function ruleOf({ type, aggregate }: FamilyDefinition): Rule {
  if (type === 'counter') return 'sum';
  return aggregate ?? (type === 'info' ? 'first' : 'sum');
}

function mergedDefinition(parts: readonly FamilySnapshot[]): FamilyDefinition {
  const [first] = parts;
  if (first === undefined) throw new RangeError('there is no family to merge');
  let { labels } = first.definition;
  // One without series may not know its boundaries yet, as a histogram of prom-client, and leaves those of the others.
  const counting = parts.filter(({ series }) => series.length > 0);
  let { boundaries } = (counting[0] ?? first).definition;
  for (const { definition } of counting) {
    if (boundaries) boundaries = commonBoundaries(boundaries, definition.boundaries ?? []);
  }
  for (const { definition } of parts) {
    if (!sameNames(definition.labels, labels)) labels = Array.from(new Set(labels.concat(definition.labels)));
  }
  if (labels === first.definition.labels && boundaries === first.definition.boundaries)
    return first.definition;
  const { otel } = first.definition;
  return {
    ...first.definition,
    labels,
    ...(boundaries && { boundaries }),
    ...(otel && { otel: { ...otel, keys: labels.map((label) => keyOf(label, parts)) } }),
  };
}

/** The attribute behind a label, of the first that knows it. */
function keyOf(label: string, parts: readonly FamilySnapshot[]): string {
  for (const { definition } of parts) {
    const key = definition.otel?.keys[definition.labels.indexOf(label)];
    if (key !== undefined) return key;
  }
  return label;
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some === others || (some.length === others.length && some.every((name, at) => name === others[at]));
}

function emptySum(labelValues: Sum['labelValues'], overflow: boolean): Sum {
  return {
    labelValues,
    overflow,
    value: undefined,
    parts: 0,
    histogram: undefined,
    summary: undefined,
    exemplar: undefined,
    startTimeMs: undefined,
  };
}

function addSeries(
  sum: Sum,
  series: SeriesSnapshot,
  rule: Rule,
  from: readonly number[],
  to: readonly number[],
): void {
  if (series.value !== undefined) {
    // NaN says that there is no number: it must not take those of the others along.
    if (sum.value === undefined || Number.isNaN(sum.value)) {
      sum.value = series.value;
      sum.parts = 1;
    } else if (!Number.isNaN(series.value)) {
      sum.value = combined(sum.value, series.value, rule);
      sum.parts += 1;
    }
  }
  if (series.histogram) addHistogram(sum, series.histogram, from, to);
  if (series.summary) addSummary(sum, series.summary);
  sum.exemplar = newer(sum.exemplar, series.exemplar);
  if (series.startTimeMs !== undefined) {
    sum.startTimeMs = Math.min(sum.startTimeMs ?? series.startTimeMs, series.startTimeMs);
  }
}

function combined(one: number, other: number, rule: Rule): number {
  if (rule === 'min') return Math.min(one, other);
  if (rule === 'max') return Math.max(one, other);
  // Of a mean the sum is divided by the number of its parts at the end.
  return rule === 'first' ? one : one + other;
}

function addHistogram(
  sum: Sum,
  histogram: NonNullable<SeriesSnapshot['histogram']>,
  from: readonly number[],
  to: readonly number[],
): void {
  const { counts, exemplars } = rebucketed(histogram, from, to);
  if (sum.histogram === undefined) {
    sum.histogram = { counts: [...counts], sum: histogram.sum, exemplars: exemplars && [...exemplars] };
    return;
  }
  const target = sum.histogram;
  target.sum += histogram.sum;
  for (const [at, count] of counts.entries()) target.counts[at] = (target.counts[at] ?? 0) + count;
  if (exemplars === undefined) return;
  const before = target.exemplars;
  target.exemplars = Array.from(exemplars, (exemplar, at) => newer(before?.[at], exemplar));
}

function addSummary(
  sum: Sum,
  { quantiles, sum: added, count }: NonNullable<SeriesSnapshot['summary']>,
): void {
  sum.summary ??= { quantiles: {}, sum: 0, count: 0 };
  sum.summary.sum += added;
  sum.summary.count += count;
  for (const [quantile, value] of Object.entries(quantiles)) {
    const before = sum.summary.quantiles[quantile];
    sum.summary.quantiles[quantile] = before === undefined || !(before >= value) ? value : before;
  }
}

function seriesOf(sum: Sum, rule: Rule): SeriesSnapshot {
  const { labelValues, overflow, value, parts, histogram, summary, exemplar, startTimeMs } = sum;
  return {
    labelValues,
    ...(overflow && { overflow }),
    ...(value !== undefined && { value: rule === 'mean' ? value / parts : value }),
    ...(histogram && {
      histogram: {
        counts: histogram.counts,
        sum: histogram.sum,
        ...(histogram.exemplars && { exemplars: histogram.exemplars }),
      },
    }),
    ...(summary && { summary }),
    ...(exemplar && { exemplar }),
    ...(startTimeMs !== undefined && { startTimeMs }),
  };
}

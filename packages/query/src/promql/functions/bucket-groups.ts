import type { Query } from '../evaluate/query.ts';
import { type LabelSet, labelKey, labelValue, withoutLabels } from '../label-set.ts';
import { messages } from '../messages.ts';
import type { Plan } from '../plan-node.ts';
import { FLOAT, HISTOGRAM, type StepMatrix, type StepSeries } from '../step-matrix.ts';
import type { ClassicBuckets } from './classic-buckets.ts';
import { parseBound } from './parse-bound.ts';

/** The series of one classic histogram: a row a bucket, by ascending upper bound. */
export interface BucketGroup {
  readonly series: StepSeries;
  readonly rows: readonly { readonly row: number; readonly bound: number }[];
  readonly buckets: ClassicBuckets;
}

/** The histograms in a vector, classic and native ones apart. */
export interface HistogramRows {
  readonly classic: readonly BucketGroup[];
  /** Rows with native histograms; at the steps of `conflicts` they are left out, and the classic ones too. */
  readonly native: readonly number[];
  /** Cells of native histograms beside which there are classic buckets of the same labels, and steps of such groups. */
  readonly conflicts: ReadonlySet<string>;
}

export function groupKey(labels: LabelSet, step: number): string {
  return `${step} ${labelKey(labels)}`;
}

/** Sorts the rows of a vector into histograms, and tells of what cannot be one. */
export function histogramRows(vector: StepMatrix, arg: Plan, query: Query): HistogramRows {
  const groups = new Map<string, { series: StepSeries; rows: { row: number; bound: number }[] }>();
  const native: number[] = [];
  vector.series.forEach((series, row) => {
    const kinds = vector.kinds.subarray(row * vector.steps, (row + 1) * vector.steps);
    if (kinds.includes(HISTOGRAM)) native.push(row);
    if (!kinds.includes(FLOAT)) return;
    const label = labelValue(series.labels, 'le');
    const bound = parseBound(label);
    if (bound === undefined) {
      query.notes.warn(messages.badBucketLabel(shownName(series.labels, query), label), arg.position);
      return;
    }
    const labels = withoutLabels(series.labels, ['le']);
    const group = groups.get(labelKey(labels));
    if (group === undefined)
      groups.set(labelKey(labels), { series: { ...series, labels }, rows: [{ row, bound }] });
    else group.rows.push({ row, bound });
  });
  const classic = Array.from(groups.values(), ({ series, rows }) => ({
    series,
    rows: rows.toSorted((left, right) => left.bound - right.bound),
    buckets: { length: 0, bounds: new Float64Array(rows.length), counts: new Float64Array(rows.length) },
  }));
  return { classic, native, conflicts: conflictsOf(vector, native, groups, arg, query) };
}

/** A metric may not be both at one time. */
function conflictsOf(
  vector: StepMatrix,
  native: readonly number[],
  groups: ReadonlyMap<string, { readonly rows: readonly { readonly row: number }[] }>,
  arg: Plan,
  query: Query,
): ReadonlySet<string> {
  const conflicts = new Set<string>();
  const { steps, kinds } = vector;
  for (const row of native) {
    const { labels } = vector.series[row]!;
    const group = groups.get(labelKey(labels));
    if (group === undefined) continue;
    for (let step = 0; step < steps; step += 1) {
      if (kinds[row * steps + step] !== HISTOGRAM) continue;
      if (!group.rows.some((bucket) => kinds[bucket.row * steps + step] === FLOAT)) continue;
      conflicts.add(groupKey(labels, step));
      query.notes.warn(messages.mixedClassicNative(shownName(labels, query)), arg.position);
    }
  }
  return conflicts;
}

/** Whether the name is known at all where something is told. */
export function shownName(labels: LabelSet, { delayedNameRemoval }: Query): string {
  return delayedNameRemoval ? labelValue(labels, '__name__') : '';
}

/** The buckets of a group that have a value at a step; false without any. */
export function fillBuckets({ rows, buckets }: BucketGroup, vector: StepMatrix, step: number): boolean {
  let length = 0;
  for (const { row, bound } of rows) {
    const cell = row * vector.steps + step;
    if (vector.kinds[cell] !== FLOAT) continue;
    buckets.bounds[length] = bound;
    buckets.counts[length] = vector.values[cell]!;
    length += 1;
  }
  buckets.length = length;
  return length > 0;
}

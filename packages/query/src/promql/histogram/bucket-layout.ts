import type { BucketSpan } from './float-histogram.ts';

/** The buckets of one side: where they are, what they hold, and in a compensated sum what rounding took of each. */
export interface Side {
  readonly spans: readonly BucketSpan[];
  readonly counts: Float64Array;
  readonly compensation?: Float64Array;
}

/** Index within the schema of each bucket, ascending. */
export function indicesOf(spans: readonly BucketSpan[], count: number): Int32Array {
  const indices = new Int32Array(count);
  let index = 0;
  let position = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let inSpan = 0; inSpan < length && position < count; inSpan += 1) {
      indices[position] = index;
      position += 1;
      index += 1;
    }
  }
  // A histogram whose spans do not reach its last buckets is not valid; those are next to the others then.
  for (; position < count; position += 1) {
    indices[position] = index;
    index += 1;
  }
  return indices;
}

/** Spans of the buckets with these indices, which ascend: one for each run. */
export function spansOf(indices: Int32Array, count: number = indices.length): readonly BucketSpan[] {
  const spans: BucketSpan[] = [];
  let end = 0;
  for (let position = 0; position < count;) {
    const start = position;
    do position += 1;
    while (position < count && indices[position] === indices[position - 1]! + 1);
    const offset = indices[start]! - end;
    spans.push({ offset, length: position - start });
    end = indices[position - 1]! + 1;
  }
  return spans;
}

/** Whether two lists of spans are the same, span by span: the common case, where nothing has to be matched. */
export function sameSpans(left: readonly BucketSpan[], right: readonly BucketSpan[]): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  return left.every(
    ({ offset, length }, position) =>
      offset === right[position]!.offset && length === right[position]!.length,
  );
}

/** The runs of buckets that follow one another, however they are cut into spans. */
function runsOf(spans: readonly BucketSpan[]): readonly BucketSpan[] {
  const runs: { offset: number; length: number }[] = [];
  let gap = 0;
  for (const { offset, length } of spans) {
    gap += offset;
    if (length === 0) continue;
    const last = runs.at(-1);
    if (gap === 0 && last !== undefined) last.length += length;
    else runs.push({ offset: gap, length });
    gap = 0;
  }
  return runs;
}

/** Whether two lists of spans hold the same buckets; empty spans and cuts between neighbours do not matter. */
export function sameLayout(left: readonly BucketSpan[], right: readonly BucketSpan[]): boolean {
  return sameSpans(left, right) || sameSpans(runsOf(left), runsOf(right));
}

/** The buckets of two sides in one layout, and where in it those of each are. */
export interface MergedLayout {
  readonly spans: readonly BucketSpan[];
  readonly size: number;
  readonly left: Int32Array;
  /** −1 for one that was left out. */
  readonly right: Int32Array;
}

/**
 * Merges two layouts.
 *
 * @param skip how many buckets of the right side are left out, from its first on
 */
export function mergeLayouts(left: Int32Array, right: Int32Array, skip: number): MergedLayout {
  const merged = new Int32Array(left.length + right.length - skip);
  const places = { left: new Int32Array(left.length), right: new Int32Array(right.length).fill(-1) };
  let fromLeft = 0;
  let fromRight = skip;
  let size = 0;
  while (fromLeft < left.length || fromRight < right.length) {
    const nextLeft = left[fromLeft] ?? Infinity;
    const nextRight = right[fromRight] ?? Infinity;
    merged[size] = Math.min(nextLeft, nextRight);
    if (nextLeft <= nextRight) {
      places.left[fromLeft] = size;
      fromLeft += 1;
    }
    if (nextRight <= nextLeft) {
      places.right[fromRight] = size;
      fromRight += 1;
    }
    size += 1;
  }
  return { spans: spansOf(merged, size), size, ...places };
}

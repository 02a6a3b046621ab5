import type { Labels } from '../../../api/prometheus.ts';
import type { GraphMark } from '../../../parts/chart/graph-series.ts';

interface GivenSeries {
  readonly labels: Labels;
  /** [s since 1970] */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** More than these would be one grey. */
const MAX_MARKS = 200;

/** While a series has a value that is not 0, something is the case: one mark for as long as it goes on without a gap. */
export function annotationMarks(
  series: readonly GivenSeries[],
  {
    stepMs,
    colour,
    textOf,
  }: { readonly stepMs: number; readonly colour: string; readonly textOf: (labels: Labels) => string },
): readonly GraphMark[] {
  const marks: { startMs: number; endMs: number; title: string; colour: string }[] = [];
  for (const { labels, times, values } of series) {
    const title = textOf(labels);
    let last: (typeof marks)[number] | undefined;
    for (const [index, time] of times.entries()) {
      const atMs = time * 1000;
      if ((values[index] ?? 0) === 0) last = undefined;
      else if (last !== undefined && atMs - last.endMs <= stepMs * 1.01) last.endMs = atMs;
      else {
        last = { startMs: atMs, endMs: atMs, title, colour };
        marks.push(last);
      }
    }
  }
  return marks.toSorted((one, other) => one.startMs - other.startMs).slice(0, MAX_MARKS);
}

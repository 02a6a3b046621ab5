import type { GraphSeries } from './graph-series.ts';

type Column = (number | null)[];

export interface Columns {
  /** [s since 1970] */
  readonly times: number[];
  /** A column a series, as it is drawn: on top of those below it. */
  readonly drawn: readonly Column[];
  /** As it is said. */
  readonly plain: readonly Column[];
  /** Pairs of series between which is filled: the upper one and the one below. */
  readonly bands: readonly (readonly [upper: number, lower: number])[];
}

/** The times of all series, and a column each: null is a gap, undefined a time that only others have. */
export function columnsOf(series: readonly GraphSeries[]): Columns {
  const times = new Float64Array(series.reduce((sum, each) => sum + each.times.length, 0));
  let length = 0;
  for (const each of series) for (const time of each.times) times[length++] = time;
  const given = [...new Set(times.toSorted())];
  const gaps = gapTimes(series, placesOf(given));
  const sorted = gaps.length === 0 ? given : [...new Set([...given, ...gaps])].toSorted((a, b) => a - b);
  const place = placesOf(sorted);
  const plain = series.map((each) => columnOf(each, place, sorted.length));
  const { drawn, bands } = stackColumns(series, plain);
  return { times: sorted, drawn, plain, bands };
}

const placesOf = (times: readonly number[]): ReadonlyMap<number, number> =>
  new Map(times.map((time, index) => [time, index]));

/** A moment within each gap in which no series has a time: without one there the line would go on. */
function gapTimes(series: readonly GraphSeries[], place: ReadonlyMap<number, number>): readonly number[] {
  return series.flatMap(({ times, gapSeconds = Infinity }) =>
    times.flatMap((time, index) => {
      const before = times[index - 1] ?? time;
      const isGap = time - before > gapSeconds && (place.get(time) ?? 0) - (place.get(before) ?? 0) === 1;
      return isGap ? [before + (time - before) / 2] : [];
    }),
  );
}

function columnOf(
  { times, values, gapSeconds = Infinity }: GraphSeries,
  place: ReadonlyMap<number, number>,
  length: number,
): Column {
  const column = Array.from({ length }, () => undefined as unknown as null) as Column;
  let before: { readonly time: number; readonly at: number } | undefined;
  for (const [index, time] of times.entries()) {
    const at = place.get(time);
    const value = values[index];
    if (at === undefined) continue;
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    column[at] = isNumber ? value : null;
    if (before !== undefined && time - before.time > gapSeconds) {
      // The line breaks off at any time in between.
      column[before.at + 1] = null;
    }
    before = { time, at };
  }
  return column;
}

function stackColumns(
  series: readonly GraphSeries[],
  plain: readonly Column[],
): { readonly drawn: readonly Column[]; readonly bands: readonly (readonly [number, number])[] } {
  const below = new Map<string, { column: Column; index: number }>();
  const bands: (readonly [number, number])[] = [];
  const drawn = plain.map((column, index) => {
    const own = series[index];
    if (own?.stack === undefined || own.hidden === true) return column;
    const ground = below.get(own.stack);
    const result = column.map((value, at): number | null => {
      const base = ground?.column[at] ?? 0;
      return typeof value === 'number' ? base + value : base;
    });
    if (ground !== undefined) bands.push([index, ground.index]);
    below.set(own.stack, { column: result, index });
    // Nothing of its own is no line, though what comes above stands on the same ground.
    return column.map((value, at) => (typeof value === 'number' ? (result[at] ?? null) : value));
  });
  return { drawn, bands };
}

/** Shares of a hundred at each time, for what is stacked by percent. */
export function asShares(series: readonly GraphSeries[]): readonly GraphSeries[] {
  const sums = new Map<number, number>();
  for (const { times, values } of series) {
    for (const [index, time] of times.entries()) {
      const value = values[index] ?? 0;
      if (Number.isFinite(value)) sums.set(time, (sums.get(time) ?? 0) + value);
    }
  }
  return series.map((each) => ({
    ...each,
    values: each.values.map((value, index) => {
      const sum = sums.get(each.times[index] ?? 0) ?? 0;
      return value === null || sum === 0 ? null : value / sum;
    }),
  }));
}

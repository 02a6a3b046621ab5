import type { HeatmapCells } from './heatmap.ts';
import { asNumber, asRecord, asText } from './json.ts';

interface GivenRow {
  /** [ms since 1970] */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

interface Range {
  readonly startMs: number;
  readonly endMs: number;
}

const ROWS = 20;
const COLUMNS = 60;
/** More are no cells that anybody can tell apart. */
const MAX_BUCKETS = 500;

/**
 * Counts values by time and size: what Grafana's heatmap does with "calculate from data".
 *
 * @param calculation `xBuckets` and `yBuckets`, each with `mode` (`size` or `count`) and `value`, as the file has them; y may
 *   have the scale `log`
 * @returns no buckets where there are no values
 */
export function calculateCells(
  rows: readonly GivenRow[],
  calculation: unknown,
  { startMs, endMs }: Range,
): HeatmapCells {
  const points = rows.flatMap(({ times, values }) =>
    times.flatMap((time, index) => {
      const value = values[index];
      return typeof value === 'number' && Number.isFinite(value) && time >= startMs && time <= endMs
        ? [{ time, value }]
        : [];
    }),
  );
  const { xBuckets, yBuckets } = asRecord(calculation);
  const stepMs = columnWidth(asRecord(xBuckets), endMs - startMs);
  const bucketOf = bucketsOf(
    asRecord(yBuckets),
    points.map(({ value }) => value),
  );
  const firstMs = Math.floor(startMs / stepMs) * stepMs;
  const columns = Math.floor((endMs - firstMs) / stepMs) + 1;
  const counted = points.flatMap(({ time, value }) => {
    const bucket = bucketOf(value);
    return bucket === undefined ? [] : [{ column: Math.floor((time - firstMs) / stepMs), ...bucket }];
  });
  const numbers = counted.map(({ number }) => number);
  const lowest = numbers.reduce((least, each) => Math.min(least, each), Infinity);
  const highest = numbers.reduce((most, each) => Math.max(most, each), -Infinity);
  const size = numbers.length === 0 ? 0 : Math.min(MAX_BUCKETS, highest - lowest + 1);
  const values = Array.from({ length: size }, () =>
    Array.from<number | null>({ length: columns }).fill(null),
  );
  let max = 0;
  for (const { column, number } of counted) {
    const row = values[number - lowest];
    if (row === undefined) continue;
    const count = (row[column] ?? 0) + 1;
    row[column] = count;
    if (count > max) max = count;
  }
  const edges = bucketOf.edges;
  return {
    times: Array.from({ length: columns }, (_, index) => firstMs + index * stepMs),
    buckets: values.map((_, index) => {
      const [from, to] = edges(lowest + index);
      return { from, to, name: String(to) };
    }),
    values,
    max,
    stepMs,
  };
}

function columnWidth(x: Readonly<Record<string, unknown>>, rangeMs: number): number {
  const value = asNumber(x['value']);
  const wanted =
    value === undefined || value <= 0
      ? roundUp(rangeMs / COLUMNS)
      : asText(x['mode'], 'size') === 'count'
        ? rangeMs / value
        : value;
  return Math.max(1, rangeMs / MAX_BUCKETS, wanted);
}

interface Buckets {
  (value: number): { readonly number: number } | undefined;
  readonly edges: (number: number) => readonly [from: number, to: number];
}

function bucketsOf(y: Readonly<Record<string, unknown>>, values: readonly number[]): Buckets {
  const scale = asRecord(y['scale']);
  const value = asNumber(y['value']);
  if (scale['type'] === 'log') {
    const base = asNumber(scale['log']) ?? 2;
    // So many buckets a power of the base.
    const splits = Math.max(1, value ?? 1);
    const edge = (number: number): number => base ** (number / splits);
    return Object.assign(
      (each: number) =>
        each <= 0 ? undefined : { number: Math.floor((Math.log(each) / Math.log(base)) * splits + 1e-9) },
      { edges: (number: number) => [edge(number), edge(number + 1)] as const },
    );
  }
  const low = values.reduce((least, each) => Math.min(least, each), Infinity);
  const high = values.reduce((most, each) => Math.max(most, each), -Infinity);
  const span = high > low ? high - low : Math.abs(high) || 1;
  const given =
    value === undefined || value <= 0
      ? roundUp(span / ROWS)
      : asText(y['mode'], 'size') === 'count'
        ? span / value
        : value;
  const size = Math.max(span / MAX_BUCKETS, given);
  return Object.assign((each: number) => ({ number: Math.floor(each / size + 1e-9) }), {
    edges: (number: number) => [number * size, (number + 1) * size] as const,
  });
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((each) => each * power >= value) ?? 10) * power;
}

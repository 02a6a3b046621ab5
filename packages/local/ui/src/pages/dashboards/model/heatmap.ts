import type { Labels } from '../../../api/prometheus.ts';

/** What a heatmap draws: a value a step and bucket; buckets from the lowest up. */
export interface HeatmapCells {
  /** [ms since 1970] */
  readonly times: readonly number[];
  readonly buckets: readonly {
    /** Lower and upper edge, in the unit of the axis; texts where they are no numbers. */
    readonly from: number;
    readonly to: number;
    readonly name: string;
  }[];
  /** `values[bucket][step]`, null where nothing is known. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly max: number;
  /** How wide a cell is, where it is not the step of the queries [ms]. */
  readonly stepMs?: number;
}

interface BucketSeries {
  readonly labels: Labels;
  /** [s since 1970] */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/**
 * Classic histogram buckets, which count everything up to their bound, as counts of their own.
 *
 * @param series one a bound, with the label `le`; several of a bound are added up
 * @param filterBelow values up to this are not drawn, as Grafana's `filterValues.le`
 */
export function cellsFromBuckets(series: readonly BucketSeries[], filterBelow = 0): HeatmapCells {
  const times = [...new Set(series.flatMap((each) => each.times))].toSorted((one, other) => one - other);
  const place = new Map(times.map((time, index) => [time, index]));
  const byBound = Map.groupBy(series, ({ labels }) => parseBound(labels['le'] ?? ''));
  const bounds = [...byBound.keys()]
    .filter((bound) => !Number.isNaN(bound))
    .toSorted((one, other) => one - other);
  const cumulative = bounds.map((bound) => {
    const row: (number | null)[] = Array.from({ length: times.length }, () => null);
    for (const { times: own, values } of byBound.get(bound) ?? []) {
      for (const [index, time] of own.entries()) {
        const at = place.get(time);
        const value = values[index];
        if (at !== undefined && value !== undefined && Number.isFinite(value))
          row[at] = (row[at] ?? 0) + value;
      }
    }
    return row;
  });
  let max = 0;
  const values = cumulative.map((row, index) => {
    const below = cumulative[index - 1];
    return row.map((value, step) => {
      if (value === null) return null;
      const own = Math.max(0, value - (below?.[step] ?? 0));
      if (own > max) max = own;
      return own > filterBelow ? own : null;
    });
  });
  return {
    times: times.map((time) => time * 1000),
    buckets: bounds.map((bound, index) => ({ from: bounds[index - 1] ?? 0, to: bound, name: String(bound) })),
    values,
    max,
  };
}

function parseBound(text: string): number {
  if (text === '+Inf' || text === 'Inf') return Infinity;
  return text === '' ? Number.NaN : Number(text);
}

/** Rows as the data comes: each series a row, in the order given. */
export function cellsFromRows(
  series: readonly {
    readonly name: string;
    readonly times: readonly number[];
    readonly values: readonly (number | null)[];
  }[],
  filterBelow = -Infinity,
): HeatmapCells {
  const times = [...new Set(series.flatMap((each) => each.times))].toSorted((one, other) => one - other);
  const place = new Map(times.map((time, index) => [time, index]));
  let max = 0;
  const values = series.map(({ times: own, values: given }) => {
    const row: (number | null)[] = Array.from({ length: times.length }, () => null);
    for (const [index, time] of own.entries()) {
      const at = place.get(time);
      const value = given[index] ?? null;
      if (at === undefined || value === null || value <= filterBelow) continue;
      row[at] = value;
      if (value > max) max = value;
    }
    return row;
  });
  return {
    times,
    buckets: series.map(({ name }, index) => ({ from: index, to: index + 1, name })),
    values,
    max,
  };
}

/**
 * The bucket that a value falls into, and how high within it, 0–1; for points over the cells.
 *
 * @returns undefined above the highest bound
 */
export function placeInBuckets(
  cells: HeatmapCells,
  value: number,
): { readonly bucket: number; readonly ratio: number } | undefined {
  const bucket = cells.buckets.findIndex(({ to }) => value <= to);
  const found = cells.buckets[bucket];
  if (found === undefined) return undefined;
  const size = found.to - found.from;
  return {
    bucket,
    ratio: Number.isFinite(size) && size > 0 ? Math.max(0, (value - found.from) / size) : 0.5,
  };
}

const RAMPS: Readonly<Record<string, readonly string[]>> = {
  Oranges: ['#fff5eb', '#fdd0a2', '#fdae6b', '#f16913', '#a63603'],
  Blues: ['#f7fbff', '#c6dbef', '#6baed6', '#2171b5', '#08306b'],
  Greens: ['#f7fcf5', '#c7e9c0', '#74c476', '#238b45', '#00441b'],
  Reds: ['#fff5f0', '#fcbba1', '#fb6a4a', '#cb181d', '#67000d'],
  Purples: ['#fcfbfd', '#dadaeb', '#9e9ac8', '#6a51a3', '#3f007d'],
  Spectral: ['#9e0142', '#f46d43', '#fee08b', '#abdda4', '#3288bd'],
  RdYlGn: ['#a50026', '#f46d43', '#ffffbf', '#66bd63', '#006837'],
  Turbo: ['#30123b', '#28bceb', '#a4fc3c', '#fb7e21', '#7a0403'],
  Viridis: ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'],
};

/**
 * The stops of a scheme, so that most stands out: on dark ground much is light, on light ground much is dark.
 */
export function heatmapStops(scheme: string, isDark: boolean, reverse = false): readonly string[] {
  const stops = RAMPS[scheme] ?? RAMPS['Oranges'] ?? [];
  const isSequential = /^(?:Oranges|Blues|Greens|Reds|Purples)$/.test(scheme) || !(scheme in RAMPS);
  return (isSequential && isDark) !== reverse ? stops.toReversed() : stops;
}

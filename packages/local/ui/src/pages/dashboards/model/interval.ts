const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** `30s`, `1h30m`, also `>30s` as an interval of Grafana [ms]; undefined for anything else. */
export function intervalMs(text: string): number | undefined {
  const trimmed = text.trim().replace(/^[<>]=?/, '');
  if (!/^(?:\d+(?:\.\d+)?(?:ms|[smhdwMy]))+$/.test(trimmed)) return undefined;
  let total = 0;
  for (const [, count, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdwMy])/g)) {
    total += Number(count) * (UNITS_MS[unit ?? ''] ?? 0);
  }
  return total;
}

/** [ms] as PromQL and Grafana write it: `1500ms`, `15s`, `5m`. */
export function intervalText(ms: number): string {
  for (const [unit, size] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${Math.round(ms)}ms`;
}

const ROUND_MS = [
  1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_200_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000,
  86_400_000, 604_800_000,
] as const;

/**
 * The time between two points: so that there are at most so many, a round one, and no less than `leastMs`.
 *
 * @returns [ms]
 */
export function stepMs(rangeMs: number, maxPoints: number, leastMs: number): number {
  const wanted = Math.max(leastMs, rangeMs / Math.max(1, maxPoints));
  return ROUND_MS.find((each) => each >= wanted) ?? ROUND_MS.at(-1) ?? wanted;
}

/**
 * The window of `rate()` that always holds four scrapes: Grafana's `$__rate_interval`.
 *
 * Source: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
 */
export function rateIntervalMs(step: number, scrapeMs: number): number {
  return Math.max(step + scrapeMs, 4 * scrapeMs);
}

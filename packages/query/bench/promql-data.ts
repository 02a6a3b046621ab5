/** A counter, as it would have been scraped every 15 s. */
export interface BenchSeries {
  readonly name: string;
  readonly type: 'counter' | 'unknown';
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

export const START_MS = 1_700_000_000_000;
const SCRAPE_MS = 15_000;
/** One hour and the range before it. */
const SAMPLES = 264;
const bounds = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'];

function counter(growth: number): Float64Array {
  let value = 0;
  return Float64Array.from({ length: SAMPLES }, (_, at) => {
    value = (at * 7 + growth) % 97 === 0 ? 0 : value + growth + (at % 5);
    return value;
  });
}

/** As many counters with 20 routes, and as many buckets of histograms with 10 buckets each. */
export function benchSeries(count: number): readonly BenchSeries[] {
  const timesMs = Float64Array.from({ length: SAMPLES }, (_, at) => START_MS + at * SCRAPE_MS);
  const counters = Array.from({ length: count }, (_, at): BenchSeries => {
    const labels = {
      job: 'api',
      instance: `10.0.0.${at % 100}:8080`,
      route: `/route/${at % 20}`,
      series: `${at}`,
    };
    return { name: 'requests_total', type: 'counter', labels, timesMs, values: counter(1 + (at % 9)) };
  });
  const buckets = Array.from({ length: count }, (_, at): BenchSeries => {
    const bucket = at % bounds.length;
    const labels = {
      job: 'api',
      instance: `10.0.0.${Math.floor(at / 10) % 100}:8080`,
      route: `/route/${Math.floor(at / 10) % 20}`,
      series: `${Math.floor(at / 10)}`,
      le: bounds[bucket] ?? '',
    };
    return { name: 'duration_seconds_bucket', type: 'unknown', labels, timesMs, values: counter(1 + bucket) };
  });
  return [...counters, ...buckets];
}

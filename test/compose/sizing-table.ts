import type { NativeServer } from './native-stack.ts';

/** What a request of the shop cost, and what the servers took; see costs.ts. */
export interface StackCosts {
  readonly machine: string;
  /** How long there was load [s], and how many requests all services together got in one of them. */
  readonly seconds: number;
  readonly requestsPerSecond: number;
  /** Of one request to one service. */
  readonly spansPerRequest: number;
  readonly linesPerRequest: number;
  /** On disk, with index and everything [bytes]. */
  readonly storedBytesPerSpan: number;
  readonly storedBytesPerLine: number;
  /** What one process exposes, and what Tempo makes of the spans of one service. */
  readonly seriesPerInstance: number;
  readonly spanSeriesPerService: number;
  readonly memoryBytesPerSeries: number;
  /** Physical memory of each server: just started, and under load [bytes]. */
  readonly memoryBytes: Readonly<Record<'idle' | 'underLoad', Readonly<Record<NativeServer, number>>>>;
}

export const COST_RESULTS = new URL('costs.json', import.meta.url);

/** One size of a company. */
interface Size {
  readonly services: number;
  readonly instances: number;
  /** To one service, all instances together. */
  readonly requestsPerSecond: number;
  /** Share of the traces that tail sampling keeps. */
  readonly keptRatio: number;
}

const sizes: readonly Size[] = [
  { services: 1, instances: 2, requestsPerSecond: 20, keptRatio: 1 },
  { services: 100, instances: 3, requestsPerSecond: 50, keptRatio: 0.1 },
  { services: 10_000, instances: 3, requestsPerSecond: 50, keptRatio: 0.01 },
];

const SCRAPE_SECONDS = 15;
const DAY_SECONDS = 86_400;
/** Source: https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects, “on average 1-2 bytes per sample”. */
const BYTES_PER_SAMPLE = 2;

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function bytes(value: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1);
  return `${(value / 1000 ** power).toPrecision(3).replace(/e\+\d+$/, '')} ${units[power]}`;
}

/** What follows from the costs for one size; every line of the table is one of these. */
function sizing(costs: StackCosts, { services, instances, requestsPerSecond, keptRatio }: Size) {
  const series = services * (instances * costs.seriesPerInstance + costs.spanSeriesPerService);
  const samplesPerSecond = series / SCRAPE_SECONDS;
  const allRequestsPerSecond = services * requestsPerSecond;
  const spansPerSecond = allRequestsPerSecond * costs.spansPerRequest;
  const linesPerSecond = allRequestsPerSecond * costs.linesPerRequest;
  return {
    allRequestsPerSecond,
    series,
    prometheusMemoryBytes: series * costs.memoryBytesPerSeries,
    samplesPerSecond,
    prometheusBytesPerDay: samplesPerSecond * DAY_SECONDS * BYTES_PER_SAMPLE,
    spansPerSecond,
    tempoBytesPerDay: spansPerSecond * keptRatio * DAY_SECONDS * costs.storedBytesPerSpan,
    linesPerSecond,
    lokiBytesPerDay: linesPerSecond * DAY_SECONDS * costs.storedBytesPerLine,
  };
}

export const sizingColumns = [
  '',
  'how',
  ...sizes.map(({ services }) => `${count(services)} ${services === 1 ? 'service' : 'services'}`),
];

/** Rows for the README, each with its arithmetic. */
export function sizingRows(costs: StackCosts): readonly (readonly string[])[] {
  const all = sizes.map((size) => sizing(costs, size));
  const row = (
    name: string,
    how: string,
    cell: (each: (typeof all)[number], size: Size) => string,
  ): string[] => [name, how, ...all.map((each, index) => cell(each, sizes[index]!))];
  return [
    row('instances of a service', 'assumed', (_each, { instances }) => String(instances)),
    row(
      'requests a second',
      'services × assumed',
      (each, { services, requestsPerSecond }) =>
        `${count(services)} × ${requestsPerSecond} = ${count(each.allRequestsPerSecond)}`,
    ),
    row(
      'series',
      `services × (instances × ${count(costs.seriesPerInstance)} + ${count(costs.spanSeriesPerService)} of Tempo)`,
      ({ series }) => count(series),
    ),
    row('memory of Prometheus', `series × ${bytes(costs.memoryBytesPerSeries)}`, (each) =>
      bytes(each.prometheusMemoryBytes),
    ),
    row('samples a second', `series ÷ ${SCRAPE_SECONDS} s`, ({ samplesPerSecond }) =>
      count(samplesPerSecond),
    ),
    row('disk of Prometheus a day', `samples × ${count(DAY_SECONDS)} s × ${BYTES_PER_SAMPLE} B`, (each) =>
      bytes(each.prometheusBytesPerDay),
    ),
    row('spans a second', `requests × ${costs.spansPerRequest.toFixed(2)}`, ({ spansPerSecond }) =>
      count(spansPerSecond),
    ),
    row(
      'disk of Tempo a day',
      `spans × kept × ${count(DAY_SECONDS)} s × ${count(costs.storedBytesPerSpan)} B`,
      (each, { keptRatio }) => `${bytes(each.tempoBytesPerDay)} (kept: ${keptRatio * 100} %)`,
    ),
    row('lines a second', `requests × ${costs.linesPerRequest.toFixed(2)}`, ({ linesPerSecond }) =>
      count(linesPerSecond),
    ),
    row(
      'disk of Loki a day',
      `lines × ${count(DAY_SECONDS)} s × ${count(costs.storedBytesPerLine)} B`,
      (each) => bytes(each.lokiBytesPerDay),
    ),
  ];
}

function mebibytes(value: number): string {
  return `${Math.round(value / 2 ** 20)} MiB`;
}

export const memoryColumns = ['server', 'just started', 'with the shop’s load', 'limit'];

/** Rows for the README; `limits` are those of compose.yaml [bytes]. */
export function memoryRows(
  { memoryBytes: { idle, underLoad } }: StackCosts,
  limits: Readonly<Record<NativeServer, number>>,
): readonly (readonly string[])[] {
  return (['prometheus', 'alertmanager', 'loki', 'tempo'] as const).map((server) => [
    server,
    mebibytes(idle[server]),
    mebibytes(underLoad[server]),
    mebibytes(limits[server]),
  ]);
}

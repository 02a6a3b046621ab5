import { table } from '../markdown.ts';
import { median } from './figures.ts';

/** Who observes the process. */
export type Library = 'sightline' | 'otel' | 'prom-client' | 'none';
/** What it does for it: its page is read, its series are pushed, or it records and exports at a steady rate. */
export type Task = 'scrape' | 'push' | 'spans' | 'logs' | 'nothing';

/** On the page, or in a push. */
export const SERIES = 10_000;
/** Spans and lines. */
export const PER_SECOND = 1000;
/** Between two exports. */
export const EXPORT_MS = 500;

/** What all rounds of one process showed. */
export interface BlockingResult {
  readonly task: Task;
  readonly library: Library;
  /** Longest time between two turns of the event loop, one for each scrape or each stretch with an export in it [ms]. */
  readonly longestMs: readonly number[];
  /** CPU of all threads for a scrape, a push, or a second of spans or lines, beyond what the same process takes idle [ms]. */
  readonly cpuMs: readonly number[];
  /** Of one page or push, or exported in a second [bytes]. */
  readonly bytes: number;
}

/** Everything of one run, as it stands in the file. */
export interface BlockingResults {
  readonly machine: string;
  readonly measuredAt: string;
  readonly rounds: number;
  readonly results: readonly BlockingResult[];
}

export const BLOCKING_RESULTS = new URL('blocking.json', import.meta.url);

const series = SERIES.toLocaleString('en-US');
const rate = PER_SECOND.toLocaleString('en-US');

/** What the rows of a task say; the CPU is that of it once. */
const tasks: Readonly<Record<Task, string>> = {
  nothing: 'nothing, for a second',
  scrape: `a scrape of ${series} series`,
  push: `a push of ${series} series over OTLP`,
  spans: `${rate} spans in a second, exported over OTLP`,
  logs: `${rate} lines in a second, exported over OTLP`,
};

const libraries: Readonly<Record<Library, string>> = {
  sightline: '**Sightline**',
  otel: 'OTel SDK 3',
  'prom-client': '`prom-client`',
  none: 'nobody',
};

export const blockingColumns = [
  'what',
  'observed by',
  'longest block, ms',
  'worst of all, ms',
  'CPU, ms',
  'kB',
] as const;

export function blockingRows(results: readonly BlockingResult[]): readonly (readonly string[])[] {
  return results.map(({ task, library, longestMs, cpuMs, bytes }, at) => [
    task === results[at - 1]?.task ? '' : tasks[task],
    library === 'none' && task === 'logs' ? '`pino` alone, exported nowhere' : libraries[library],
    median(longestMs).toFixed(1),
    Math.max(...longestMs).toFixed(1),
    median(cpuMs).toFixed(1),
    bytes === 0 ? '' : (bytes / 1000).toFixed(0),
  ]);
}

export function blockingTable({ machine, rounds, results }: BlockingResults): string {
  return `${table(blockingColumns, blockingRows(results))}\n\n${machine}; ${rounds} fresh processes of each, in turn.`;
}

import type { SampleSink } from '../samples.ts';
import { type ScrapeJob, readTargetFile, targetsOf } from './read-targets.ts';
import {
  type Scrape,
  type ScrapeOutcome,
  type ScrapeTarget,
  type Scraper,
  createScraper,
} from './scrape-target.ts';

/** A target, and how its last scrape went. */
export interface TargetState extends ScrapeTarget {
  readonly last: ScrapeOutcome | undefined;
}

export interface ScrapeManagerOptions {
  readonly jobs: readonly ScrapeJob[];
  /** Files of Prometheus's file discovery, read anew before every round. */
  readonly files: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly maxPageBytes: number;
  readonly sink: SampleSink;
  readonly now: () => number;
  /** Told once of each file that cannot be read, until it can be again. */
  readonly onProblem: (message: string) => void;
  /** Told of every scrape, and after every round. */
  readonly onScrape?: ((scrape: Scrape) => void) | undefined;
  readonly onRound?: (() => void) | undefined;
}

export interface ScrapeManager {
  /** Begins to scrape, the first round at once. */
  start(): void;
  /** Scrapes every target once, now. */
  round(): Promise<void>;
  add(job: ScrapeJob): void;
  targets(): readonly TargetState[];
  close(): Promise<void>;
}

interface Entry {
  readonly target: ScrapeTarget;
  readonly scraper: Scraper;
  last: ScrapeOutcome | undefined;
}

/** Scrapes all targets in rounds, each as long after the one before as the interval says. */
export function createScrapeManager(options: ScrapeManagerOptions): ScrapeManager {
  const { files, intervalMs, now, onProblem } = options;
  const jobs = [...options.jobs];
  const entries = new Map<string, Entry>();
  const broken = new Set<string>();
  /** What each file said when it could be read last. */
  const lastRead = new Map<string, readonly ScrapeJob[]>();
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;

  async function wanted(): Promise<readonly ScrapeTarget[]> {
    const found = await Promise.all(files.map(readOrReport));
    return [...jobs, ...found.flat()].flatMap((job) => targetsOf(job, reportOnce));
  }

  function reportOnce(problem: string): void {
    if (!broken.has(problem)) onProblem(problem);
    broken.add(problem);
  }

  /** As in Prometheus, a file that cannot be read for the moment does not end its targets; one that is gone does. */
  async function readOrReport(path: string): Promise<readonly ScrapeJob[]> {
    try {
      const read = await readTargetFile(path);
      broken.delete(path);
      lastRead.set(path, read);
      return read;
    } catch (error) {
      if (!broken.has(path)) onProblem((error as Error).message);
      broken.add(path);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') lastRead.delete(path);
      return lastRead.get(path) ?? [];
    }
  }

  async function align(): Promise<void> {
    const targets = new Map((await wanted()).map((target) => [JSON.stringify(target), target]));
    for (const [key, { scraper }] of entries) {
      if (targets.has(key)) continue;
      scraper.end(now());
      entries.delete(key);
    }
    for (const [key, target] of targets) {
      if (!entries.has(key))
        entries.set(key, { target, scraper: createScraper({ ...options, target }), last: undefined });
    }
  }

  async function round(): Promise<void> {
    await align();
    await Promise.all(
      [...entries.values()].map(async (entry) => {
        entry.last = await entry.scraper.scrape(closing.signal);
      }),
    );
    options.onRound?.();
  }

  function tick(): void {
    // A round that takes longer than the interval is not met by the next one, and those that it missed are not made up for.
    underWay ??= round()
      .catch((error: unknown) => onProblem(String(error)))
      .finally(() => {
        underWay = undefined;
      });
  }

  return {
    start() {
      tick();
      timer = setInterval(tick, intervalMs);
      timer.unref();
    },
    round,
    add: (job) => jobs.push(job),
    targets: () =>
      Array.from(entries.values(), ({ target: { url, labels }, last }) => ({ url, labels, last })),
    async close() {
      clearInterval(timer);
      closing.abort();
      await underWay;
    },
  };
}

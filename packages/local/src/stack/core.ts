import { type LogqlEngine, type LogLists, createLogqlEngine, createLogLists } from '@sightline/query/logql';
import { type PromqlEngine, createPromqlEngine } from '@sightline/query/promql';
import { otlpRoutes } from '../ingest/otlp/otlp-routes.ts';
import { lokiPushRoute } from '../ingest/loki/push-route.ts';
import { remoteWriteRoute } from '../ingest/remote-write/remote-write-route.ts';
import { type Admission, createAdmission } from '../server/admission.ts';
import type { Route } from '../server/route.ts';
import type { Journal, JournalEntry } from '../store/journal.ts';
import { type Changes, createChanges } from './changes.ts';
import { type Ingest, createIngest } from './ingest.ts';
import { createSampleReplay } from './journal-entries.ts';
import { journaledRoutes, replayRequest } from './journaled-routes.ts';
import { type Keeper, createKeeper } from './keeper.ts';
import { createNumbersReplay } from './numbers-replay.ts';
import type { ResolvedLocalOptions } from './options.ts';
import { type Runs, createRuns } from './runs.ts';
import { type Stores, createStores } from './stores.ts';
import { type TakenOnce, takenOnce } from './taken-once.ts';

/** What is kept, the ways into it and the engines over it: all that needs no port and no timer. */
export interface Core {
  readonly stores: Stores;
  readonly runs: Runs;
  readonly changes: Changes;
  /** Those of log lines alone. */
  readonly newLines: Changes;
  readonly ingest: Ingest;
  readonly promql: PromqlEngine;
  readonly logql: LogqlEngine;
  readonly logLists: LogLists;
  /** Writes to the disk, where there is a folder for it. */
  readonly keeper: Keeper | undefined;
  /** Keeps one client from taking everything. */
  readonly admission: Admission;
  /** Routes that take something in. */
  readonly taking: readonly Route[];
}

export interface CoreParts {
  readonly options: ResolvedLocalOptions;
  readonly journal: Journal | undefined;
  readonly now: () => number;
  readonly onProblem: (message: string) => void;
}

/** Makes the core, with everything in it that the journal has. */
export async function openCore({ options, journal, now, onProblem }: CoreParts): Promise<Core> {
  const stores = createStores(options);
  const runs = createRuns();
  const changes = createChanges();
  const newLines = createChanges();
  /** When that came which is taken in once more: it was not too old then. */
  let replayedMs: number | undefined;
  const ingest = createIngest({
    stores,
    runs,
    maxUncompressedBytes: options.limits.uncompressedBytes,
    maxSpanSeries: options.limits.spanSeries,
    retentionMs: options.retentionMs,
    now: () => replayedMs ?? now(),
    onChange: () => changes.notify(),
    onLines: () => newLines.notify(),
  });
  const ways: readonly Route[] = [
    ...otlpRoutes(ingest),
    lokiPushRoute((contentType, body) => ingest.push(contentType, body)),
    remoteWriteRoute((version, body) => ingest.remoteWrite(version, body), ingest.times),
  ];
  const admission = createAdmission({
    maxInFlight: options.limits.requestsInFlight,
    bytesPerSecond: options.limits.ingestBytesPerSecond,
    nowMs: () => performance.now(),
  });
  const keeper = journal && createKeeper(journal, onProblem);
  const once = keeper === undefined ? takenOnce(ways) : journaledRoutes(ways, keeper, now);
  if (journal !== undefined) {
    keeper?.expire(now());
    const setTime = (timeMs: number): void => void (replayedMs = timeMs);
    await replay({ journal, ways, once, ingest, onProblem, setTime, options, nowMs: now() });
    replayedMs = undefined;
    stores.expire(now());
  }
  return {
    stores,
    runs,
    changes,
    newLines,
    ingest,
    promql: createPromqlEngine({ source: stores.series }),
    logql: createLogqlEngine({ source: stores.logs }),
    logLists: createLogLists(stores.logs),
    keeper,
    admission,
    taking: admission.limited(once.routes),
  };
}

interface ReplayParts {
  readonly journal: Journal;
  readonly ways: readonly Route[];
  readonly once: TakenOnce;
  readonly ingest: Ingest;
  readonly onProblem: (message: string) => void;
  /** Told what time it is for what is taken in next [ms]. */
  readonly setTime: (timeMs: number) => void;
  readonly options: ResolvedLocalOptions;
  readonly nowMs: number;
}

/** The entries of a journal; of one that is broken, those in front of the place. */
function* readable(journal: Journal, onProblem: CoreParts['onProblem']): Generator<JournalEntry, void> {
  try {
    yield* journal.entries();
  } catch (error) {
    onProblem(`the journal cannot be read to its end: ${String(error)}`);
  }
}

/** Takes in, in their order, the entries that an earlier process has left, and counts their spans as it did. */
async function replay(parts: ReplayParts): Promise<void> {
  const { journal, ways, once, ingest, onProblem, setTime, options, nowMs } = parts;
  const replaySamples = createSampleReplay(ingest.scraped);
  const numbers = createNumbersReplay({
    async writeAt(timeMs) {
      setTime(timeMs);
      const before = ingest.counts().samples.spans.stored;
      await ingest.spanNumbers.write();
      return ingest.counts().samples.spans.stored - before;
    },
    intervalMs: options.spanMetricsIntervalMs,
  });
  for (const entry of readable(journal, onProblem)) {
    // oxlint-disable-next-line no-await-in-loop -- in their order
    await numbers.until(entry.timeMs);
    setTime(entry.timeMs);
    try {
      // oxlint-disable-next-line no-await-in-loop -- in their order
      if (!replaySamples(entry)) await replayRequest(ways, once.again, entry);
    } catch (error) {
      onProblem(`an entry of the journal cannot be read: ${String(error)}`);
    }
  }
  await numbers.until(nowMs);
}

import { retryDelayMs } from '@sightline/errors';
import type { RetryCurve } from '@sightline/errors';
// Not the global ones, which tests of a service may replace for a while: a wait of theirs that never ends would be the last one.
import { clearTimeout, setTimeout } from 'node:timers';
import { createExportProblems } from './export-problems.ts';
import type { ExportProblem } from './export-problems.ts';
import { createSizeLimit } from './size-limit.ts';
import type { Endpoint } from './target.ts';
import type { ExportTransport } from './transport.ts';
import type { FailureReason, Verdict } from './verdict.ts';

/** The values of the label `signal`. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** The values of the label `reason` of `sightline_export_dropped_items_total`. */
type DropReason = 'full' | 'rejected' | 'deadline' | 'failed' | 'not_held';

/** How a signal's exports fare; what the `sightline_export_*` metrics and `/status` say. */
export interface ExportStats {
  /** Items that wait or are on their way. */
  readonly queued: number;
  /** Items that were delivered, since the start. */
  readonly exported: number;
  /** Items that were given up on, since the start. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Attempts that failed, since the start. */
  readonly failures: Readonly<Record<FailureReason, number>>;
  /** Ms since 1970; undefined before the first. */
  readonly lastSuccessTimeMs: number | undefined;
  /** Why the last failed attempt failed, without secrets; undefined when the last attempt succeeded. */
  readonly lastError: string | undefined;
}

/** What a sender needs to know of a payload. */
export interface Sized {
  readonly items: number;
  readonly body?: { readonly length: number };
}

export interface SenderOptions<Payload extends Sized> {
  readonly signal: Signal;
  readonly endpoint: Pick<Endpoint, 'label' | 'hint' | 'clean'>;
  readonly transport: ExportTransport<Payload>;
  /** Longest attempt [ms]. */
  readonly timeoutMs: number;
  /** Most items that wait, with those on their way. */
  readonly maxItems: number;
  /** Most bytes that wait, with those on their way; default 64 MiB. */
  readonly maxBytes?: number;
  /** A payload with fewer items, and less than 16 KiB, is not halved, however small a collector wants it; default 32. */
  readonly minHalvedItems?: number;
  readonly onProblem: (problem: ExportProblem) => void;
}

/** What a sender takes from its surroundings; tests pass their own. */
export interface SenderDeps {
  /** Ms since 1970. */
  readonly now: () => number;
  readonly setTimeout: (callback: () => void, delayMs: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

/** Sends payloads one after the other. One is on its way, the others wait within bounds. */
export interface Sender<Payload extends Sized> {
  /** Items that wait or are on their way. */
  readonly queued: number;
  /** Whether so many more items may wait. */
  hasRoom(items: number): boolean;
  /** Takes a payload, or drops it as `full`. Never throws. */
  enqueue(payload: Payload): void;
  countDropped(reason: DropReason, items: number): void;
  countExported(items: number): void;
  /** Calls back when something waits no longer, whatever came of it; one listener. */
  onSettled(listener: () => void): void;
  /**
   * Resolves when all that waits now is settled, or at the deadline. Where nobody has ever been, two attempts in a row
   * that find nobody are enough: a process without a collector ends at once. Never rejects.
   */
  flush(deadlineMs: number): Promise<void>;
  /** Takes out all that waits or is on its way, for whom no event loop turns any more. Nothing is sent afterwards. */
  drain(): readonly Payload[];
  /** Flushes, then gives up on the rest and counts it as `deadline`. Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  stats(): ExportStats;
}

const DEFAULT_MAX_BYTES = 64 * 1_048_576;

/** Few items in few bytes are not halved: hundreds of requests in a second would cost the service more than they are worth. */
const MIN_HALVED_ITEMS = 32;
const MIN_HALVED_BYTES = 16 * 1_024;

/** Waits between attempts. */
const RETRIES: RetryCurve = { minMs: 100, baseMs: 1_000, capMs: 30_000 };

/** A payload that could not be delivered for so long is given up on, so that newer ones get their turn [ms]. */
const MAX_PAYLOAD_AGE_MS = 120_000;

/** Attempts in a row that find nobody, after which a flush does not wait for a collector that has never been there. */
const HOPELESS_ATTEMPTS = 2;

const systemDeps: SenderDeps = {
  now: Date.now,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs).unref(),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  random: Math.random,
};

interface Waiting<Payload> {
  readonly payload: Payload;
  /** Ms since 1970. */
  readonly sinceMs: number;
}

export function createSender<Payload extends Sized>(
  {
    signal,
    endpoint,
    transport,
    timeoutMs,
    maxItems,
    maxBytes = DEFAULT_MAX_BYTES,
    minHalvedItems = MIN_HALVED_ITEMS,
    onProblem,
  }: SenderOptions<Payload>,
  deps: SenderDeps = systemDeps,
): Sender<Payload> {
  const problems = createExportProblems(signal, endpoint, onProblem);
  const dropped: Record<DropReason, number> = { full: 0, rejected: 0, deadline: 0, failed: 0, not_held: 0 };
  const failures: Record<FailureReason, number> = {
    unreachable: 0,
    timeout: 0,
    rejected: 0,
    rate_limited: 0,
    unauthorized: 0,
    other: 0,
  };
  let exported = 0;
  let lastSuccessTimeMs: number | undefined;
  let lastError: string | undefined;

  /** The first is on its way while `running`. */
  let waiting: Waiting<Payload>[] = [];
  let items = 0;
  let bytes = 0;
  let running = false;
  let stopped = false;
  let failuresInRow = 0;
  /** Attempts in a row that found nobody; undefined once somebody was there. */
  let absences: number | undefined = 0;
  const sizeLimit = createSizeLimit(deps.now);
  /** Ends the wait before the next attempt. */
  let hurry: (() => void) | undefined;
  const idle = new Set<() => void>();
  let settled: (() => void) | undefined;

  const endFlushes = (): void => {
    for (const done of idle) done();
  };

  const size = (payload: Payload): number => payload.body?.length ?? 0;

  /** [bytes]; items where the bytes are not known. */
  const extent = (payload: Payload): number => payload.body?.length ?? payload.items;

  /** Takes the first out. */
  const settle = (payload: Payload): void => {
    waiting.shift();
    items -= payload.items;
    bytes -= size(payload);
    settled?.();
  };

  const wait = (delayMs: number): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        deps.clearTimeout(handle);
        hurry = undefined;
        resolve();
      };
      const handle = deps.setTimeout(end, delayMs);
      hurry = end;
    });

  /** @returns why, without secrets */
  const failed = (verdict: Extract<Verdict, { failure: FailureReason }>): string => {
    failures[verdict.failure] += 1;
    lastError = endpoint.clean(verdict.reason);
    return lastError;
  };

  const isSmall = (payload: Payload): boolean =>
    payload.items < minHalvedItems && size(payload) < MIN_HALVED_BYTES;

  /** Halves of halves, down to what is not known to be too large, or is small. */
  const piecesOf = (payload: Payload): readonly Payload[] => {
    if (isSmall(payload) || !sizeLimit.isAbove(extent(payload))) return [payload];
    const halves = transport.halve(payload);
    return halves.length === 0 ? [payload] : halves.flatMap(piecesOf);
  };

  /** Puts the pieces of the first that waits in its place. @returns false where it stays whole */
  const splitFirst = ({ payload, sinceMs }: Waiting<Payload>): boolean => {
    const pieces = piecesOf(payload);
    if (pieces.length === 1) return false;
    waiting.splice(0, 1, ...pieces.map((piece) => ({ payload: piece, sinceMs })));
    bytes += pieces.reduce((sum, piece) => sum + size(piece), -size(payload));
    return true;
  };

  /** One attempt for the first that waits. @returns how long to wait before the next [ms] */
  const attempt = async (first: Waiting<Payload>): Promise<number> => {
    const { payload, sinceMs } = first;
    // Not sent whole to be refused once more.
    if (splitFirst(first)) return 0;
    const verdict = await transport.send(payload, timeoutMs);
    // Drained meanwhile: what was on its way has been handed to somebody else.
    if (waiting[0]?.payload !== payload) return 0;
    if (verdict.kind !== 'retry' || !verdict.absent) absences = undefined;
    else if (absences !== undefined) absences += 1;
    if (verdict.kind === 'stored') {
      sizeLimit.stored();
      settle(payload);
      const rejected = Math.min(verdict.rejected, payload.items);
      exported += payload.items - rejected;
      dropped.rejected += rejected;
      lastSuccessTimeMs = deps.now();
      lastError = undefined;
      failuresInRow = 0;
      problems.succeeded(rejected, endpoint.clean(verdict.message));
      return 0;
    }
    const reason = failed(verdict);
    if (verdict.kind === 'too-large') {
      sizeLimit.refused(extent(payload));
      if (splitFirst(first)) {
        problems.halved(reason);
        return 0;
      }
      sizeLimit.refusedSingle();
    }
    const isLost = verdict.kind !== 'retry';
    problems.failed(verdict.failure, reason, isLost);
    if (isLost) {
      settle(payload);
      dropped.rejected += payload.items;
      return 0;
    }
    const delayMs = retryDelayMs(RETRIES, failuresInRow, deps.random(), verdict.retryAfterMs);
    failuresInRow += 1;
    if (absences !== undefined && absences >= HOPELESS_ATTEMPTS) endFlushes();
    if (deps.now() - sinceMs >= MAX_PAYLOAD_AGE_MS) {
      settle(payload);
      dropped.failed += payload.items;
    }
    return delayMs;
  };

  const run = async (): Promise<void> => {
    running = true;
    // oxlint-disable-next-line no-unmodified-loop-condition -- `drain` and `shutdown` set it
    for (let first = waiting[0]; first !== undefined && !stopped; first = waiting[0]) {
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      const delayMs = await attempt(first);
      // oxlint-disable-next-line no-await-in-loop -- no request before the wait is over
      if (delayMs > 0 && !stopped) await wait(delayMs);
    }
    running = false;
    endFlushes();
  };

  const start = (): void => {
    if (running || stopped) return;
    // `run` never rejects: the transport does not, and the rest are counters.
    void run();
  };

  const flush = (deadlineMs: number): Promise<void> => {
    start();
    if (!running) return Promise.resolve();
    hurry?.();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        idle.delete(end);
        resolve();
      };
      // It holds the process: connections do not.
      const timer = setTimeout(end, deadlineMs);
      idle.add(end);
    });
  };

  const takeAll = (): readonly Payload[] => {
    const payloads = waiting.map(({ payload }) => payload);
    waiting = [];
    items = 0;
    bytes = 0;
    settled?.();
    return payloads;
  };

  return {
    get queued() {
      return items;
    },
    hasRoom: (more) => items + more <= maxItems && bytes < maxBytes,
    enqueue(payload) {
      if (stopped) {
        dropped.deadline += payload.items;
      } else if (items + payload.items > maxItems || bytes + size(payload) > maxBytes) {
        dropped.full += payload.items;
      } else {
        waiting.push({ payload, sinceMs: deps.now() });
        items += payload.items;
        bytes += size(payload);
        start();
      }
    },
    countDropped(reason, count) {
      dropped[reason] += count;
    },
    countExported(count) {
      exported += count;
    },
    onSettled(listener) {
      settled = listener;
    },
    flush,
    drain() {
      stopped = true;
      hurry?.();
      return takeAll().flatMap(piecesOf);
    },
    async shutdown(deadlineMs) {
      if (!stopped) await flush(deadlineMs);
      stopped = true;
      hurry?.();
      for (const payload of takeAll()) dropped.deadline += payload.items;
      transport.close();
    },
    stats: () => ({
      queued: items,
      exported,
      dropped: { ...dropped },
      failures: { ...failures },
      lastSuccessTimeMs,
      lastError,
    }),
  };
}

import type { Backlog, Batch, Mark } from './backlog.ts';
import { type BackoffCurve, backoffMs, MISCONFIGURED_BACKOFF, OUTAGE_BACKOFF } from './backoff.ts';
import type { LokiEndpoint } from './endpoint.ts';
import type { ResolvedLokiOptions } from './options.ts';
import type { ProblemLog } from './problem-log.ts';
import { byStream, encodeBody, type PushBody } from './push-body.ts';
import { type LokiSinkDeps, refTimer } from './timers.ts';
import { judge, type Verdict } from './verdict.ts';

export interface ShipperStats {
  readonly sent: number;
  /** Lines that Loki refused. */
  readonly rejected: number;
  /** Lines given up on: `rejected`, and those too large to send. */
  readonly refused: number;
  /** Size of the lines sent; of a push of which some were refused, their share by count. */
  readonly bytes: number;
  readonly retried: number;
  readonly pushes: number;
}

/** Moves lines from the backlog to Loki, one push at a time. */
export interface Shipper {
  /** Lines came into the backlog. */
  added(): void;
  /** Sends what is there now; resolves when that is settled. */
  flush(): Promise<void>;
  /** Flushes for at most `deadlineMs` [ms], then stops for good. */
  close(deadlineMs: number): Promise<void>;
  stats(): ShipperStats;
}

/** Longest wait between two tries once the end has come [ms]. */
const CLOSING_DELAY_MS = 250;

/** Halvings of one batch in search of the line that makes Loki refuse a push: enough for two among 5,000. */
const MAX_SEARCH_SPLITS = 32;
/** Tries for a stream that is one too many, and how long after that others get a single one [ms]. */
const TRIES_FOR_STREAM = 3;
const STREAMS_FULL_MS = 60_000;
/** Tries for a single line above the rate that Loki names: it may be within the burst. That takes about 15 s. */
const TRIES_ABOVE_RATE = 6;
/** Signs of somebody who hangs up instead of reading on. */
const TORN_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

type RetryVerdict = Extract<Verdict, { kind: 'retry' }>;

/** Failures in a row, from 0, after which a push goes in halves; Infinity: its size is no reason. */
function triesBeforeHalving({ limit, torn }: RetryVerdict): number {
  if (limit?.kind === 'rate') return 1;
  return torn === true ? 4 : Infinity;
}

export function createShipper(
  options: Pick<ResolvedLokiOptions, 'batching' | 'timeout'>,
  endpoint: LokiEndpoint,
  backlog: Backlog,
  problems: ProblemLog,
  deps: LokiSinkDeps,
): Shipper {
  const intervalMs = options.batching === false ? 0 : options.batching.interval * 1_000;
  let sent = 0;
  let rejected = 0;
  let refused = 0;
  let bytes = 0;
  let retried = 0;
  let pushes = 0;
  /** False once Loki has said that it takes no structured metadata. */
  let metadata = true;
  let streamsFullUntilMs = -Infinity;
  let closing = false;
  let stopped = false;
  let shipping = false;
  /** Lines before it leave without waiting for others. */
  let due: Mark = { spool: 0, memory: 0 };
  let intervalTimer: unknown;
  /** The wait between two tries. */
  let pause: { readonly handle: unknown; readonly end: () => void } | undefined;
  let abortRequest: (() => void) | undefined;
  let waiters: { readonly mark: Mark; readonly resolve: () => void }[] = [];

  const isDue = (): boolean => !stopped && (backlog.hasFullBatch || backlog.holdsBefore(due));

  const wakeWaiters = (): void => {
    if (waiters.length === 0) return;
    const done = waiters.filter(({ mark }) => backlog.isSettledTo(mark));
    waiters = waiters.filter((each) => !done.includes(each));
    for (const { resolve } of done) resolve();
  };

  const schedule = (): void => {
    if (shipping || stopped) return;
    if (isDue()) {
      void ship();
    } else if (intervalTimer === undefined && backlog.lines > 0) {
      intervalTimer = deps.setTimeout(() => {
        intervalTimer = undefined;
        due = backlog.mark();
        schedule();
      }, intervalMs);
    }
  };

  const ship = async (): Promise<void> => {
    shipping = true;
    try {
      while (isDue()) {
        const batch = backlog.take();
        if (!batch) break;
        // oxlint-disable-next-line no-await-in-loop -- one push in flight keeps the order
        await deliver(batch);
      }
    } finally {
      shipping = false;
      wakeWaiters();
      schedule();
    }
  };

  /** Sends a batch until it is settled or all ends, each stream by itself. Never rejects. */
  const deliver = async (batch: Batch): Promise<void> => {
    const shares = byStream(batch.entries);
    const parts = shares.length > 1 ? backlog.split(batch, shares) : [batch];
    const budget = { splits: MAX_SEARCH_SPLITS };
    for (const part of parts) {
      if (stopped) return;
      // oxlint-disable-next-line no-await-in-loop -- one push in flight keeps the order
      await deliverPart(part, budget);
    }
  };

  /** @param budget halvings that are left to find the line for which a push is refused */
  const deliverPart = async (part: Batch, budget: { splits: number }): Promise<void> => {
    const { entries } = part;
    const several = entries.length > 1;
    const halve = async (): Promise<void> => {
      const middle = Math.ceil(entries.length / 2);
      for (const half of backlog.split(part, [entries.slice(0, middle), entries.slice(middle)])) {
        if (stopped) return;
        // oxlint-disable-next-line no-await-in-loop -- one push in flight keeps the order
        await deliverPart(half, budget);
      }
    };
    let body = await encodeBody(entries, metadata, deps.gzip);
    for (let failures = 0; ; failures += 1) {
      if (stopped) return;
      if (failures > 0) retried += 1;
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      const verdict = await push(body);
      if (stopped && verdict.kind !== 'stored') return;
      switch (verdict.kind) {
        case 'stored':
          settle(part, 0);
          return;
        case 'rejected':
          if (verdict.refusal.kind === 'metadata' && metadata) {
            metadata = false;
            problems.metadataRefused();
            // oxlint-disable-next-line no-await-in-loop -- once in a sink's life
            body = await encodeBody(entries, metadata, deps.gzip);
            continue;
          }
          if (verdict.refusal.kind === 'unknown' && several && budget.splits > 0) {
            budget.splits -= 1;
            return halve();
          }
          refuse(part, verdict.reason, verdict.refusal.kind === 'some' ? verdict.refusal.lines : entries.length);
          return;
        case 'too-large':
          if (several) return halve();
          if (settle(part, 1)) problems.tooLarge(part.bytes);
          return;
        case 'retry':
          if (isHopeless(part, verdict, failures)) {
            refuse(part, verdict.body ?? verdict.reason, entries.length);
            return;
          }
          problems.failed(verdict);
          // oxlint-disable-next-line no-await-in-loop -- the wait between two tries
          await wait(OUTAGE_BACKOFF, failures, verdict.retryAfterMs);
          // What is above a burst, or above what somebody on the way reads, goes in smaller pieces.
          if (several && !stopped && failures >= triesBeforeHalving(verdict)) return halve();
          break;
        case 'misconfigured':
          problems.failed(verdict);
          // oxlint-disable-next-line no-await-in-loop -- the wait between two tries
          await wait(MISCONFIGURED_BACKOFF, failures, verdict.retryAfterMs);
      }
    }
  };

  /** True for what Loki answers 429 to and would for ever, holding up everything behind it. */
  const isHopeless = (part: Batch, { limit }: RetryVerdict, failures: number): boolean => {
    if (limit?.kind === 'streams') {
      if (failures < TRIES_FOR_STREAM && deps.now() >= streamsFullUntilMs) return false;
      streamsFullUntilMs = deps.now() + STREAMS_FULL_MS;
      return true;
    }
    return (
      limit?.bytesPerSecond !== undefined &&
      part.entries.length === 1 &&
      part.bytes > limit.bytesPerSecond &&
      failures >= TRIES_ABOVE_RATE
    );
  };

  const refuse = (part: Batch, reason: string, told: number): void => {
    const lines = Math.min(told, part.entries.length);
    if (!settle(part, lines)) return;
    rejected += lines;
    problems.rejected(reason, lines, part.entries.length);
  };

  /** @param lost lines of it that did not arrive. Returns false when they have been counted before */
  const settle = (part: Batch, lost: number): boolean => {
    if (!backlog.settle(part)) {
      wakeWaiters();
      return false;
    }
    const stored = part.entries.length - lost;
    refused += lost;
    if (stored > 0) {
      sent += stored;
      bytes += Math.round((part.bytes * stored) / part.entries.length);
      pushes += 1;
      problems.succeeded(!backlog.hasFullBatch);
    }
    wakeWaiters();
    return true;
  };

  const push = async (body: PushBody): Promise<Verdict> => {
    const controller = new AbortController();
    abortRequest = () => controller.abort();
    const timer = deps.setTimeout(
      () => controller.abort(new Error('no whole answer in time')),
      options.timeout,
    );
    try {
      const answer = await deps.request({
        url: endpoint.url,
        headers: body.encoding
          ? { ...endpoint.headers, 'content-encoding': body.encoding }
          : { ...endpoint.headers },
        body: body.bytes,
        signal: controller.signal,
      });
      return judge(answer, deps.now());
    } catch (error) {
      const aborted = controller.signal.aborted;
      const reason = aborted ? `no whole answer in ${options.timeout} ms` : describe(error);
      return { kind: 'retry', reason, retryAfterMs: undefined, torn: !aborted && TORN_CODES.has(reason) };
    } finally {
      deps.clearTimeout(timer);
      abortRequest = undefined;
    }
  };

  const wait = (curve: BackoffCurve, failures: number, retryAfterMs: number | undefined): Promise<void> => {
    if (stopped) return Promise.resolve();
    const delayMs = backoffMs(curve, failures, deps.random(), retryAfterMs);
    return new Promise((resolve) => {
      const end = (): void => {
        deps.clearTimeout(handle);
        pause = undefined;
        resolve();
      };
      const handle = deps.setTimeout(end, closing ? Math.min(delayMs, CLOSING_DELAY_MS) : delayMs);
      pause = { handle, end };
      if (waiters.length > 0 || closing) refTimer(handle);
    });
  };

  const flush = (): Promise<void> => {
    const mark = backlog.mark();
    if (backlog.isSettledTo(mark)) return Promise.resolve();
    due = mark;
    // Whoever waits for the lines keeps the process up until they have left.
    if (pause) refTimer(pause.handle);
    const settled = new Promise<void>((resolve) => waiters.push({ mark, resolve }));
    schedule();
    return settled;
  };

  return {
    added: schedule,
    flush,
    async close(deadlineMs) {
      closing = true;
      deps.clearTimeout(intervalTimer);
      const settled = flush();
      // The last chance is now, whatever wait had been agreed on.
      pause?.end();
      let deadline: unknown;
      const late = new Promise<void>((resolve) => {
        deadline = deps.setTimeout(resolve, deadlineMs);
        refTimer(deadline);
      });
      await Promise.race([settled, late]);
      deps.clearTimeout(deadline);
      stopped = true;
      abortRequest?.();
      pause?.end();
      const unsettled = waiters;
      waiters = [];
      for (const { resolve } of unsettled) resolve();
    },
    stats: () => ({ sent, rejected, refused, bytes, retried, pushes }),
  };
}

/** What a network error says about itself: its code where it has one, because messages may hold addresses. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as NodeJS.ErrnoException;
  return code ?? error.message;
}

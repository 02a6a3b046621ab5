import { type RetryCurve, retryDelayMs } from '@sightline/errors';
import type { Backlog, Mark } from './backlog.ts';
import { createDelivery, type DeliveryHooks } from './delivery.ts';
import type { LokiEndpoint } from './endpoint.ts';
import type { ResolvedLokiOptions } from './options.ts';
import type { ProblemLog } from './problem-log.ts';
import type { PushBody } from './push-body.ts';
import { type LokiSinkDeps, refTimer } from './timers.ts';
import { judge, type Verdict } from './verdict.ts';

interface ShipperStats {
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

/** Signs of somebody who hangs up instead of reading on. */
const TORN_CODES = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

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

  const settle: DeliveryHooks['settle'] = (part, lost, isRejected = false) => {
    if (!backlog.settle(part)) {
      wakeWaiters();
      return false;
    }
    const stored = part.entries.length - lost;
    refused += lost;
    if (isRejected) rejected += lost;
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

  const wait = (curve: RetryCurve, failures: number, retryAfterMs: number | undefined): Promise<void> => {
    if (stopped) return Promise.resolve();
    const delayMs = retryDelayMs(curve, failures, deps.random(), retryAfterMs);
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

  const deliver = createDelivery(backlog, problems, deps, {
    push,
    wait,
    settle,
    isStopped: () => stopped,
    onRetry: () => (retried += 1),
  });

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

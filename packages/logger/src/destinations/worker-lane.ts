import { SightlineError, parseOptions, thrownError } from '@sightline/errors';
import type { Destination, DestinationStats } from './destination.ts';
import { noStats, sumStats, withoutHeld } from './destination-stats.ts';
import { exitGuard } from './exit-guard.ts';
import { holdProcess } from './hold-process.ts';
import { createLaneBatches } from './lane-batches.ts';
import { ACKNOWLEDGED, flushedUpTo, readStats } from './lane-control.ts';
import type { LaneReply } from './lane-messages.ts';
import { type WorkerLaneOptions, workerLaneOptionsSchema } from './lane-options.ts';
import { type LaneThread, startLaneThread } from './lane-thread.ts';
import type { EarlySpool } from '../loki/early-spool.ts';
import { countLines } from './lines.ts';
import { type DestinationHooks, warnProcess } from './problem.ts';
import { createTurnBuffer } from './turn-buffer.ts';

/** Wait before a lost thread is started again: doubles from the first to the last [ms]. */
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 60_000;
/**
 * Between two messages to the thread, where lines come turn after turn [ms]; none while lines are kept early. A message wakes
 * the thread, which costs both some 30 µs, and what a sink does with lines it does for many at a time anyway.
 */
const REST_MS = 5;
/** Threads lost in a row until what waits is given up, so that nothing is kept for ever. */
const MAX_LOSSES = 5;
/** Threads that one flush at the end may use up, when they die of what they get. */
const MAX_EXIT_STARTS = 4;
/** For the answer of a sink that used its whole deadline to close [ms]. */
const CLOSE_GRACE_MS = 100;
/** Between two looks whether the thread has taken what came before it was there [ms]. */
const EARLY_LOOK_MS = 100;
/** A thread that lived this long was no failed start [ms]. */
const STABLE_MS = 30_000;

/**
 * A destination whose sink works in a thread of its own: the main thread pays one message per event-loop turn, and one in
 * {@link REST_MS} at most.
 *
 * The thread is restarted when it dies, and gets again what it did not acknowledge; lines that were inside its sink are
 * counted as dropped. At the end of the process the main thread waits until the sink has flushed, `exitDeadlineMs` at
 * most.
 *
 * @param early keeps what is written until the thread is there and has taken it
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 * @throws {SightlineError} `SIGHTLINE_DESTINATION` when the thread cannot be started
 */
export function workerLane(
  input: WorkerLaneOptions,
  { onProblem = warnProcess }: DestinationHooks = {},
  early?: EarlySpool,
): Destination {
  const lane = parseOptions('workerLane', workerLaneOptionsSchema, input);
  const { name, exitDeadlineMs, waitingBytes, maxInFlightBytes } = lane;
  const start = { module: String(lane.module), factory: lane.factory, options: lane.options };
  const batches = createLaneBatches(maxInFlightBytes);
  let thread: LaneThread | undefined;
  let up = false;
  let keeper = early;
  /** Batches up to the last that is kept early. */
  let keptTo = 0;
  let startedAtMs = 0;
  let restartTimer: NodeJS.Timeout | undefined;
  let losses = 0;
  let reported = false;
  /** Closed, or lost too often: lines are dropped until a thread is up. */
  let refusing = false;
  /** True from the first line for which there was no room until one has room again. */
  let overflowing = false;
  let dropped = 0;
  /** What the sinks of earlier threads did. */
  let before = noStats;
  let flushId = 0;
  /** True when a batch was sent after the last flush. */
  let flushStale = false;
  let waiters: { readonly id: number; readonly callback: () => void }[] = [];
  let exitsAtMs: number | undefined;
  let onClosed: (() => void) | undefined;
  let closing: Promise<void> | undefined;
  /** True when the sink has closed in order: what it still holds is safe elsewhere. */
  let closed = false;

  const turn = createTurnBuffer(take, () => (keeper === undefined ? REST_MS : 0));

  function take(text: string): void {
    const lines = countLines(text);
    acknowledge();
    if (refusing || !batches.add(text, lines)) {
      dropped += lines;
      if (!refusing) tellFull();
      return;
    }
    overflowing = false;
    if (keeper !== undefined) {
      keeper.keep(text);
      keptTo = batches.added();
    }
    sendBatches();
    if (exitsAtMs !== undefined) flushSync(Math.max(0, exitsAtMs - performance.now()));
  }

  function acknowledge(): void {
    if (!thread) return;
    const count = Atomics.load(thread.control.flags, ACKNOWLEDGED);
    batches.acknowledge(count);
    // At the end of a process no event tells that the thread is there.
    const isThere = up || count !== 0;
    if (!isThere || batches.settled() < keptTo) return;
    keeper?.release();
    keeper = undefined;
  }

  /** Looks until nothing is kept early any more, whether lines come or not. */
  function releaseEarly(): void {
    acknowledge();
    if (keeper !== undefined && !closed) setTimeout(releaseEarly, EARLY_LOOK_MS).unref();
  }

  function sendBatches(): void {
    if (!thread) return;
    for (let text = batches.nextToSend(); text !== undefined; text = batches.nextToSend()) {
      thread.send(text);
      flushStale = true;
    }
  }

  /** Asks for a flush of all that was sent; one is enough until more is sent. @returns its number */
  function requestFlush(): number {
    if (flushStale || !thread || flushedUpTo(thread.control, flushId)) {
      flushId = (flushId + 1) | 0;
      flushStale = false;
      thread?.send({ type: 'flush', id: flushId });
    }
    return flushId;
  }

  function startThread(): void {
    restartTimer = undefined;
    startedAtMs = performance.now();
    const started = startLaneThread({ name, waitingBytes, maxInFlightBytes }, start, {
      onReply,
      onEnd(error) {
        // Not when its end was found out, and another one started, before this event could come.
        if (thread === started) onEnd(error);
      },
    });
    thread = started;
    // What earlier threads have flushed says nothing of this one, which may have lines of its own, from a spool.
    flushStale = true;
    sendBatches();
    if (waiters.length > 0) started.send({ type: 'flush', id: flushId });
  }

  function restart(): void {
    try {
      startThread();
    } catch (error) {
      onEnd(thrownError(error));
    }
  }

  function onReply(reply: LaneReply): void {
    switch (reply.type) {
      case 'up':
        up = true;
        refusing = closing !== undefined;
        reported = false;
        releaseEarly();
        break;
      case 'flushed':
        settle(reply.id);
        break;
      case 'closed':
        closed = true;
        onClosed?.();
        break;
      case 'problem':
        onProblem(reply.problem);
        break;
    }
  }

  function onEnd(error: Error | undefined): void {
    if (closing) {
      onClosed?.();
      return;
    }
    retire();
    losses = performance.now() - startedAtMs > STABLE_MS ? 1 : losses + 1;
    const waitMs = Math.min(FIRST_RESTART_MS * 2 ** (losses - 1), LAST_RESTART_MS);
    restartTimer = setTimeout(restart, waitMs).unref();
    if (losses >= MAX_LOSSES) giveUp();
    tellLost(error);
  }

  function tellFull(): void {
    if (overflowing) return;
    overflowing = true;
    onProblem({
      code: 'SIGHTLINE_LANE_DROPPED',
      message: `The thread ${name} does not keep up: ${maxInFlightBytes} bytes wait for it. Lines are dropped and counted until there is room. Log less, or raise maxInFlightBytes.`,
    });
  }

  function tellLost(error: Error | undefined): void {
    if (reported) return;
    reported = true;
    onProblem({
      code: 'SIGHTLINE_WORKER_LOST',
      message: `The thread ${name} ended: ${error?.message ?? 'without an error'}. It is started again; lines wait up to maxInFlightBytes, and after ${MAX_LOSSES} failed starts they are dropped.`,
    });
  }

  /** Books what the ended thread did. What its sink still held went with it. */
  function retire(): void {
    if (!thread) return;
    acknowledge();
    const last = readStats(thread.control);
    before = sumStats(before, closed ? last : { ...withoutHeld(last), dropped: last.dropped + last.queued });
    thread = undefined;
    dropped += batches.rewind(up);
    up = false;
  }

  function giveUp(): void {
    refusing = true;
    dropped += batches.clear();
    settle(flushId);
  }

  function settle(id: number): void {
    const done = waiters.filter((waiter) => ((id - waiter.id) | 0) >= 0);
    waiters = waiters.filter((waiter) => ((id - waiter.id) | 0) < 0);
    for (const { callback } of done) callback();
  }

  function hasPending(): boolean {
    acknowledge();
    return batches.lines() > 0 || (thread !== undefined && readStats(thread.control).queued > 0);
  }

  function flush(callback?: (error?: Error) => void): void {
    turn.handOver();
    if (!hasPending()) {
      if (callback) queueMicrotask(callback);
      return;
    }
    const id = requestFlush();
    if (!callback) return;
    const release = holdProcess(exitDeadlineMs);
    waiters.push({
      id,
      callback() {
        release();
        callback();
      },
    });
  }

  function flushSync(deadlineMs = exitDeadlineMs): void {
    turn.handOver();
    if (!hasPending()) return;
    if (deadlineMs <= 0) {
      requestFlush();
      return;
    }
    const endsAt = performance.now() + deadlineMs;
    for (let tries = 0; tries < MAX_EXIT_STARTS && hasPending(); tries += 1) {
      // No event tells of a lost thread while this one waits, and there is no time to wait before the next.
      if (thread?.ended()) {
        retire();
        if (exitsAtMs === undefined) tellLost(undefined);
      }
      if (!thread) {
        clearTimeout(restartTimer);
        restart();
      }
      const id = requestFlush();
      if (thread?.waitForFlush(id, endsAt - performance.now()) || !thread?.ended()) break;
    }
    acknowledge();
  }

  async function close(deadlineMs: number): Promise<void> {
    const endsAt = performance.now() + deadlineMs;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs + CLOSE_GRACE_MS);
      onClosed = () => {
        clearTimeout(timer);
        resolve();
      };
      turn.handOver();
      refusing = true;
      if (thread) thread.send({ type: 'close', deadlineMs: Math.max(0, endsAt - performance.now()) });
      else onClosed();
    });
    turn.handOver();
    turn.writeThrough();
    clearTimeout(restartTimer);
    removeGuard();
    thread?.terminate();
    retire();
    giveUp();
  }

  try {
    startThread();
  } catch (error) {
    throw new SightlineError(
      'SIGHTLINE_DESTINATION',
      {
        problem: `the thread ${name} cannot be started`,
        expected: 'options that a structured clone can copy, and room for one more thread',
        fix: 'pass plain data only: no functions, no class instances',
      },
      { cause: error },
    );
  }

  function stats(): DestinationStats {
    acknowledge();
    const { queued, ...done } = sumStats(before, thread ? readStats(thread.control) : noStats);
    return {
      ...done,
      queued: queued + batches.lines() + turn.pendingLines(),
      dropped: done.dropped + dropped,
    };
  }

  const removeGuard = exitGuard().add({
    exitDeadlineMs,
    signals: lane.signals,
    hasPending,
    leftBehind() {
      const { queued } = stats();
      if (lane.isDurable || queued === 0) return undefined;
      return `SIGHTLINE_LANE_DROPPED: ${queued} log lines of ${name} were not delivered within ${exitDeadlineMs} ms of the end of the process and are lost.`;
    },
    flush,
    flushSync,
    writeThrough(deadlineMs) {
      turn.writeThrough();
      exitsAtMs = performance.now() + deadlineMs;
    },
  });

  return {
    write: turn.write,
    flushSync,
    flush,
    close: (deadlineMs = exitDeadlineMs) => (closing ??= close(deadlineMs)),
    stats,
  };
}

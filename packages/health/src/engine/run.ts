import { ROOT_CONTEXT, context, createContextKey } from '@opentelemetry/api';
import type { Check } from '../check.ts';
import type { Clock } from '../clock.ts';
import { type Outcome, failedOutcome, outcomeOf, thrownOutcome } from './outcome.ts';

/** How a run ended. */
export interface RunEnd {
  readonly outcome: Outcome;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

export interface RunSetup {
  readonly check: Check;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Called once, when it has a result or has taken too long; not when it was abandoned. */
  readonly onEnd: (end: RunEnd) => void;
  /** Called when the check itself came to an end, and whether that was after its timeout. Maybe never. */
  readonly onSettled: (late: boolean) => void;
}

/** One run of a check that is under way. */
export interface Run {
  /** Ends it without a result. */
  abandon(): void;
}

/**
 * How late a timer may come until the event loop, and not the check, is to blame [ms]; then the check gets as long again
 * to be heard, as its answer may be waiting to be read.
 */
const LATE_TIMER_MS = 50;

/** No spans: a statement every few seconds tells nobody anything, and a run is shared by whoever asks. The SDK's own key. */
const SILENT = ROOT_CONTEXT.setValue(
  createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING'),
  true,
);

/** Runs a check once. Never throws, whatever the check does. */
export function startRun({ check, timeoutMs, clock, onEnd, onSettled }: RunSetup): Run {
  const controller = new AbortController();
  const startMs = clock.nowMs();
  let isOver = false;
  let cancelTimer = arm(timeoutMs, onTimer);

  function arm(delayMs: number, call: (dueMs: number) => void): () => void {
    const dueMs = clock.nowMs() + delayMs;
    return clock.schedule(() => call(dueMs), delayMs);
  }

  function elapsedMs(): number {
    return Math.max(0, clock.nowMs() - startMs);
  }

  function end(outcome: Outcome, timedOut: boolean): void {
    if (isOver) return;
    isOver = true;
    cancelTimer();
    if (timedOut) controller.abort(new DOMException(outcome.reason, 'TimeoutError'));
    onEnd({ outcome, timedOut, durationMs: elapsedMs() });
  }

  function onTimer(dueMs: number): void {
    if (clock.nowMs() - dueMs > LATE_TIMER_MS) cancelTimer = arm(LATE_TIMER_MS, tooLong);
    else tooLong();
  }

  function tooLong(): void {
    end(failedOutcome(`no answer within ${timeoutMs} ms`), true);
  }

  function settled(outcome: Outcome): void {
    const late = isOver;
    end(outcome, false);
    onSettled(late);
  }

  let returned: unknown;
  try {
    returned = context.with(SILENT, check, undefined, controller.signal);
  } catch (error) {
    returned = Promise.reject(error);
  }
  // A timer cannot come between: it stood still with everything else.
  const blockedMs = elapsedMs();
  if (blockedMs >= timeoutMs) {
    end(failedOutcome(`it blocked the event loop for ${Math.round(blockedMs)} ms`), true);
  }
  Promise.resolve(returned).then(
    (value) => settled(outcomeOf(value)),
    (error: unknown) => settled(thrownOutcome(error)),
  );

  return {
    abandon() {
      if (isOver) return;
      isOver = true;
      cancelTimer();
      controller.abort(new DOMException('checking has ended', 'AbortError'));
    },
  };
}

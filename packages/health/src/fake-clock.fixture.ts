import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves both clocks, calls what is due in its order, and lets promises run after each call. */
  advance(ms: number): Promise<void>;
  /** Moves the monotonic clock at once, as when the process was stopped: what is due comes late. */
  jump(ms: number): Promise<void>;
  /** Moves only the clock of the wall. */
  jumpWall(ms: number): void;
  /** Calls that are still to come. */
  readonly pending: number;
}

export function fakeClock(): FakeClock {
  const calls = new Map<number, { readonly dueMs: number; readonly call: () => void }>();
  let ids = 0;
  let nowMs = 1000;
  let wallMs = Date.UTC(2026, 0, 1);

  function nextDue(
    untilMs: number,
  ): { readonly id: number; readonly dueMs: number; readonly call: () => void } | undefined {
    return Array.from(calls, ([id, each]) => ({ id, ...each }))
      .filter(({ dueMs }) => dueMs <= untilMs)
      .toSorted((one, other) => one.dueMs - other.dueMs || one.id - other.id)[0];
  }

  async function run(untilMs: number): Promise<void> {
    await settled();
    for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
      if (due.dueMs > nowMs) {
        wallMs += due.dueMs - nowMs;
        nowMs = due.dueMs;
      }
      calls.delete(due.id);
      due.call();
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as timers are
      await settled();
    }
  }

  return {
    nowMs: () => nowMs,
    wallMs: () => wallMs,
    schedule(call, delayMs) {
      const id = ids++;
      calls.set(id, { dueMs: nowMs + delayMs, call });
      return () => void calls.delete(id);
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await run(untilMs);
      wallMs += untilMs - nowMs;
      nowMs = untilMs;
    },
    async jump(ms) {
      nowMs += ms;
      await run(nowMs);
    },
    jumpWall(ms) {
      wallMs += ms;
    },
    get pending() {
      return calls.size;
    },
  };
}

/** Lets every promise that can settle do so. */
export async function settled(): Promise<void> {
  await setImmediate();
}

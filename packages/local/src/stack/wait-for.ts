import { SightlineError } from '@sightline/errors';
import type { Changes } from './changes.ts';

export interface WaitingOptions<Value> {
  readonly condition: () => Value | Promise<Value>;
  readonly changes: Changes;
  /** Longest wait [ms]. */
  readonly timeoutMs: number;
  readonly what: string;
  /** Aborted when nothing will change any more. */
  readonly closing: AbortSignal;
}

/** Waits until a condition holds; without changes it is not looked at. */
export async function waitUntil<Value>(options: WaitingOptions<Value>): Promise<Value> {
  const { condition, changes, timeoutMs, what, closing } = options;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)]);
  let seen = 'nothing';
  for (;;) {
    // Before the condition is looked at: what changes while it is being looked at must not be missed.
    const next = changes.next(signal);
    next.catch(() => undefined);
    try {
      // oxlint-disable-next-line no-await-in-loop -- each look comes after a change
      const value = await condition();
      if (holds(value)) return value;
      seen = shown(value);
    } catch (error) {
      seen = (error as Error).message;
    }
    try {
      // oxlint-disable-next-line no-await-in-loop -- see above
      await next;
    } catch (error) {
      throw new SightlineError(
        'SIGHTLINE_LOCAL_WAIT',
        {
          problem: closing.aborted ? 'the stack was closed' : `${timeoutMs} ms were over; seen last: ${seen}`,
          expected: what,
          fix: 'look at what came in with stack.self(), and at its names',
        },
        { cause: error },
      );
    }
  }
}

function holds(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)
  );
}

const MAX_SHOWN = 500;

function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
  return text === undefined ? String(value) : text.slice(0, MAX_SHOWN);
}

import { signal } from '@preact/signals';

/** How far the clock of this browser is ahead of the server's, negative where it is behind [ms]; 0 while they agree. */
export const clockAheadMs = signal(0);

/** Clocks that differ by less agree: answers tell whole seconds, and minutes are looked at [ms]. */
const AGREES_MS = 120_000;
/** An answer that took longer says little of when it was written, as after a sleep of the machine [ms]. */
const SLOW_MS = 10_000;

/**
 * Compares the clocks.
 *
 * @param date when the server answered, as its header says
 * @param askedMs when it was asked, by this browser
 */
export function compareClocks(date: string | null, askedMs: number, answeredMs: number): void {
  const serverMs = Date.parse(date ?? '');
  const tookMs = answeredMs - askedMs;
  if (Number.isNaN(serverMs) || tookMs < 0 || tookMs > SLOW_MS) return;
  const aheadMs = askedMs + tookMs / 2 - serverMs;
  // To the minute: a notice that counts seconds moves all the time.
  clockAheadMs.value = Math.abs(aheadMs) < AGREES_MS ? 0 : Math.round(aheadMs / 60_000) * 60_000;
}

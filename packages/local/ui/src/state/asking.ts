import { signal } from '@preact/signals';

/** What is answered sooner is not worth a word [ms]. */
const SLOW_MS = 400;

/**
 * Whether somebody looks at other things than before, and what is shown is still the old: an answer takes its time. Questions
 * that are asked anew by the clock do not count, since what they bring is about the same.
 */
export const isOld = signal(false);

let waiting = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells of a question whose answer changes what is shown; returns what tells that it came, or is not wanted any more. */
export function waitForOther(): () => void {
  let isWaiting = true;
  waiting++;
  timer ??= setTimeout(() => {
    isOld.value = true;
  }, SLOW_MS);
  return () => {
    if (!isWaiting) return;
    isWaiting = false;
    if (--waiting > 0) return;
    clearTimeout(timer);
    timer = undefined;
    isOld.value = false;
  };
}

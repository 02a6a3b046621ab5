import { getEventListeners } from 'node:events';
import type { CheckResult } from '../check.ts';
import type { BuiltInCheck } from './timed-check.ts';

/** Runs a check once with a signal of its own, and fails when it leaves a listener on it. */
export async function runCheck(
  definition: BuiltInCheck,
  signal: AbortSignal = new AbortController().signal,
): Promise<CheckResult> {
  const result = await definition.check(signal);
  const left = getEventListeners(signal, 'abort').length;
  if (left > 0) throw new Error(`${left} listeners are left on the signal`);
  return result;
}

/** Calls `look` again and again until it answers true. The time limit of the test ends it. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- until it is so
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Runs a check again and again until it is up: at a busy machine one that waits a little can be late. */
export async function untilUp(definition: BuiltInCheck): Promise<CheckResult> {
  let result: CheckResult = { status: 'down' };
  await until(async () => {
    result = await runCheck(definition);
    return result.status === 'up';
  });
  return result;
}

/** How many timers of this process are waiting. */
export function timers(): number {
  return process.getActiveResourcesInfo().filter((each) => each === 'Timeout').length;
}

/** How many TCP sockets and servers of this process are open. */
export function sockets(): number {
  return process.getActiveResourcesInfo().filter((each) => each.startsWith('TCP')).length;
}

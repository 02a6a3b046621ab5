import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How long what a program has started may take to end behind it [ms]. */
const ENDS_MS = 10_000;
const LOOK_MS = 100;

/** @returns whether somebody got it */
export function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Waits for the last process of a group: the service itself may still send what it has. */
export async function groupEnd(pid: number | undefined): Promise<void> {
  const deadlineMs = performance.now() + ENDS_MS;
  while (performance.now() < deadlineMs && signalGroup(pid, 0) && hasLiving(pid)) {
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(LOOK_MS);
  }
}

/**
 * Whether a process of a group still runs. One that has ended gets signals as well until its parent takes note of that, which the
 * first process of a container may never do.
 *
 * @param proc where Linux tells of processes; where nothing does, they are taken to run
 */
export function hasLiving(group: number | undefined, proc = '/proc'): boolean {
  let ids: readonly string[];
  try {
    ids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  } catch {
    return true;
  }
  if (ids.length === 0) return true;
  return ids.some((id) => {
    // `7 (name) S 1 5 …`: the state, the parent and the group, behind a name that may hold anything.
    const [, state, of] = /^.*\) (\S) \d+ (\d+) /s.exec(statOf(join(proc, id, 'stat'))) ?? [];
    return Number(of) === group && state !== 'Z' && state !== 'X';
  });
}

function statOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended by now.
    return '';
  }
}

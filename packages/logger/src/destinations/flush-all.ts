/** What the guard asks of a destination when the process ends. */
export interface GuardedDestination {
  /** Longest wait at the end of the process [ms]. */
  readonly exitDeadlineMs: number;
  /** False: another part of the program flushes and ends the process on a signal. */
  readonly signals: boolean;
  /** True while lines wait. */
  hasPending(): boolean;
  /** Called at `exit` when time is up and lines wait: what to tell the person who reads stderr, if anything. */
  leftBehind?(): string | undefined;
  flush(callback: () => void): void;
  flushSync(deadlineMs: number): void;
  /** From now on each write leaves at once, all of them within `deadlineMs` [ms]: no turn will end any more. */
  writeThrough(deadlineMs: number): void;
}

/** The longest deadline among the destinations [ms]. They wait side by side, not one after the other. */
export function deadlineOf(members: Iterable<GuardedDestination>): number {
  let deadlineMs = 0;
  for (const member of members) deadlineMs = Math.max(deadlineMs, member.exitDeadlineMs);
  return deadlineMs;
}

/** Flushes all without an event loop, within one common deadline [ms]. */
export function flushAllSync(members: Iterable<GuardedDestination>, deadlineMs: number): void {
  const endsAt = performance.now() + deadlineMs;
  // First everybody gets what there is, so that the threads work while this one waits for the first of them.
  for (const member of members) guarded(() => member.flushSync(0));
  for (const member of members) {
    const leftMs = Math.max(0, Math.min(member.exitDeadlineMs, endsAt - performance.now()));
    guarded(() => member.flushSync(leftMs));
  }
}

/**
 * Flushes all while the event loop runs, and keeps the process alive for it.
 *
 * @param done called once: true when all was flushed, false when the longest deadline passed or `stop` was called
 * @returns stop: waits no longer
 */
export function flushAll(
  members: ReadonlySet<GuardedDestination>,
  done: (inTime: boolean) => void,
): () => void {
  let left = members.size;
  let over = false;
  const timer = setTimeout(finish, deadlineOf(members), false);
  function finish(inTime: boolean): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    done(inTime);
  }
  for (const member of members) {
    guarded(() =>
      member.flush(() => {
        left -= 1;
        if (left === 0) finish(true);
      }),
    );
  }
  return () => finish(false);
}

/** One destination that fails must not take the others' last lines with it. */
function guarded(act: () => void): void {
  try {
    act();
  } catch {
    // A destination does not throw; one that does anyway has nobody left to tell.
  }
}

import { setFlagsFromString } from 'node:v8';

const LOOK_EVERY_MS = 10_000;
/** From so many spans, lines and samples a second on, speed matters more than memory. */
const BUSY_PER_SECOND = 1000;

export interface QuietMemoryParts {
  /** How many things came in since the start. */
  readonly taken: () => number;
  /** Collects garbage. */
  readonly collect: () => void;
  readonly setFlags?: (flags: string) => void;
  readonly setTimer?: (look: () => void, everyMs: number) => { unref(): unknown };
}

/**
 * Keeps the memory of the process small while little comes in. When a load is over, what it left is collected at once, as
 * V8 would not before the next one; and until then the heap grows in steps of 4 MiB between collections, not of 16. For a
 * process that is ours alone: the flags count for all of it.
 */
export function saveMemoryWhenQuiet({
  taken,
  collect,
  setFlags = setFlagsFromString,
  setTimer = setInterval,
}: QuietMemoryParts): void {
  // The start itself is a load.
  let isBusy = true;
  let before = taken();
  const look = (): void => {
    const now = taken();
    const wasBusy = isBusy;
    isBusy = now - before > (BUSY_PER_SECOND * LOOK_EVERY_MS) / 1000;
    before = now;
    if (isBusy === wasBusy) return;
    setFlags(isBusy ? '--no-optimize-for-size' : '--optimize-for-size');
    if (!isBusy) collect();
  };
  setTimer(look, LOOK_EVERY_MS).unref();
}

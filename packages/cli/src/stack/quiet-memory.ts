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
 * Keeps the memory of the process small while little comes in and nobody asks. When a load is over, what it left is
 * collected at once, as V8 would not before the next one; and until then the heap grows in steps of 4 MiB between
 * collections, not of 16. For a process that is ours alone: the flags count for all of it.
 *
 * @returns to be called before something large is done, such as a query: collections in small steps would hold it up
 */
export function saveMemoryWhenQuiet({
  taken,
  collect,
  setFlags = setFlagsFromString,
  setTimer = setInterval,
}: QuietMemoryParts): () => void {
  // The start itself is a load.
  let isBusy = true;
  let isAsked = false;
  let before = taken();
  const become = (busy: boolean): void => {
    if (isBusy === busy) return;
    isBusy = busy;
    setFlags(busy ? '--no-optimize-for-size' : '--optimize-for-size');
    if (!busy) collect();
  };
  const look = (): void => {
    const now = taken();
    become(isAsked || now - before > (BUSY_PER_SECOND * LOOK_EVERY_MS) / 1000);
    before = now;
    isAsked = false;
  };
  setTimer(look, LOOK_EVERY_MS).unref();
  return () => {
    isAsked = true;
    become(true);
  };
}

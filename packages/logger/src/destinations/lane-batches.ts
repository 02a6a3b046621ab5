/** How often one batch is sent before it counts as what kills the thread. */
const MAX_SENDS = 3;

/** Lines of one turn on their way to the thread, chained to those of the next. */
interface Batch {
  readonly text: string;
  readonly lines: number;
  sends: number;
  next: Batch | undefined;
}

/** The batches that the thread has not acknowledged, in the order they were written. */
export interface LaneBatches {
  /** False, and nothing taken, when there is no room. */
  add(text: string, lines: number): boolean;
  /** The next one that was not sent yet, which then counts as sent. */
  nextToSend(): string | undefined;
  /** Forgets the oldest ones: `count` is how many the thread acknowledged since it started, modulo 2^32. */
  acknowledge(count: number): void;
  /**
   * The thread is gone: what it did not acknowledge is to be sent again, to one that counts from 0.
   *
   * @param up false when the thread never came up, so that none of them can be what killed it
   * @returns lines that were sent too often and are given up
   */
  rewind(up: boolean): number;
  /** Gives up all. @returns their lines */
  clear(): number;
  /** Lines that wait. */
  lines(): number;
  /** Batches that ever came. */
  added(): number;
  /** Those of them that wait no more, the oldest ones. */
  settled(): number;
}

/** @param maxLength room for all batches together [UTF-16 units, which are bytes as long as the text is ASCII] */
export function createLaneBatches(maxLength: number): LaneBatches {
  let first: Batch | undefined;
  let last: Batch | undefined;
  let unsent: Batch | undefined;
  let acknowledged = 0;
  let length = 0;
  let waitingLines = 0;
  let added = 0;
  let waiting = 0;

  function append(batch: Batch): void {
    if (last) last.next = batch;
    else first = batch;
    last = batch;
    unsent ??= batch;
    length += batch.text.length;
    waitingLines += batch.lines;
    waiting += 1;
  }

  function clear(): number {
    const lines = waitingLines;
    first = last = unsent = undefined;
    length = waitingLines = waiting = 0;
    return lines;
  }

  return {
    add(text, lines) {
      if (length + text.length > maxLength) return false;
      append({ text, lines, sends: 0, next: undefined });
      added += 1;
      return true;
    },
    nextToSend() {
      const batch = unsent;
      if (!batch) return undefined;
      batch.sends += 1;
      unsent = batch.next;
      return batch.text;
    },
    acknowledge(count) {
      // The shared counter is 32 bits wide and wraps; the difference does not.
      for (let left = (count - acknowledged) | 0; left > 0 && first; left -= 1) {
        length -= first.text.length;
        waitingLines -= first.lines;
        waiting -= 1;
        first = first.next;
      }
      if (!first) last = undefined;
      acknowledged = count;
    },
    rewind(up) {
      let given = 0;
      let batch = first;
      clear();
      acknowledged = 0;
      while (batch) {
        const { next } = batch;
        batch.next = undefined;
        if (!up && batch.sends > 0) batch.sends -= 1;
        if (batch.sends < MAX_SENDS) append(batch);
        else given += batch.lines;
        batch = next;
      }
      return given;
    },
    clear,
    lines: () => waitingLines,
    added: () => added,
    settled: () => added - waiting,
  };
}

import type { LogLine } from '../../api/loki.ts';

/** Live lines, the newest first, never more than fit. */
export interface LiveBuffer {
  /** Takes lines in the order of their times. */
  add(lines: readonly LogLine[]): void;
  /** What has come since the last time joins what is shown. @returns all of it, the newest first */
  show(): readonly LogLine[];
  readonly counts: LiveCounts;
}

export interface LiveCounts {
  readonly received: number;
  /** Have come, and are not shown yet. */
  readonly waiting: number;
  /** The oldest, for which there was no room any more. */
  readonly letGo: number;
}

/**
 * @param bounds.maxLines most lines that are shown, and most that wait
 * @param bounds.maxCharacters of all lines that are shown, as of all that wait
 */
export function createLiveBuffer({
  maxLines,
  maxCharacters,
}: {
  readonly maxLines: number;
  readonly maxCharacters: number;
}): LiveBuffer {
  let shown: readonly LogLine[] = [];
  /** The oldest first, from `first` on: what is before it was let go. */
  let waiting: LogLine[] = [];
  let first = 0;
  let waitingCharacters = 0;
  let received = 0;
  let letGo = 0;

  function dropOldest(): void {
    const line = waiting[first];
    if (line === undefined) return;
    waitingCharacters -= line.line.length;
    first++;
    letGo++;
  }

  return {
    add(lines) {
      for (const line of lines) {
        waiting.push(line);
        waitingCharacters += line.line.length;
      }
      received += lines.length;
      while (
        waiting.length - first > maxLines ||
        (waitingCharacters > maxCharacters && waiting.length - first > 1)
      )
        dropOldest();
      // Not with every line: moving what is left costs as much as there is.
      if (first > maxLines) {
        waiting = waiting.slice(first);
        first = 0;
      }
    },
    show() {
      if (waiting.length > first) {
        const kept: LogLine[] = [];
        let characters = 0;
        const take = (line: LogLine): boolean => {
          characters += line.line.length;
          if (kept.length >= maxLines || (characters > maxCharacters && kept.length > 0)) return false;
          kept.push(line);
          return true;
        };
        let room = true;
        for (let index = waiting.length - 1; room && index >= first; index--) {
          const line = waiting[index];
          room = line !== undefined && take(line);
        }
        for (const line of shown) {
          if (!room) break;
          room = take(line);
        }
        letGo += waiting.length - first + shown.length - kept.length;
        shown = kept;
        waiting = [];
        first = 0;
        waitingCharacters = 0;
      }
      return shown;
    },
    get counts() {
      return { received, waiting: waiting.length - first, letGo };
    },
  };
}

import type { Destination } from '@sightline/logger';
// Not the global ones, which tests of a service may replace for a while: a turn of theirs that never ends would be the last one.
import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Longest text that waits for the end of the turn [UTF-16 units]. */
const MAX_TURN_LENGTH = 64 * 1024;
/** Most that whoever takes the lines has not written yet [UTF-16 units]; later lines are dropped and counted. */
const MAX_WAITING_LENGTH = 16 * 1024 * 1024;
/** Longest wait for one that has never said that it has written something [ms]. */
const SILENT_MS = 200;

/**
 * Writes lines by `process.stdout.write`, once per event-loop turn, for a process in which somebody else has taken that over, as pm2
 * does in its cluster mode: what is written to the descriptor goes to the log of pm2 itself there, and not to that of the service.
 *
 * @param write looked up with each call, as it is replaced when the service is loaded
 */
export function processStdout(
  write = (text: string, done: () => void): unknown => process.stdout.write(text, 'utf8', done),
): Destination {
  const counts = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  let text = '';
  let lines = 0;
  let isScheduled = false;
  let maxLength = MAX_TURN_LENGTH;
  let waitingLength = 0;
  /** Nobody says it where lines are thrown away. */
  let saysWhenWritten = false;
  const waiters = new Set<() => void>();

  function handOver(): void {
    if (text === '') return;
    const [joined, count] = [text, lines];
    text = '';
    lines = 0;
    counts.queued -= count;
    if (saysWhenWritten && waitingLength > MAX_WAITING_LENGTH) {
      counts.dropped += count;
      return;
    }
    waitingLength += joined.length;
    try {
      write(joined, () => written(joined.length));
      counts.sent += count;
      counts.bytes += Buffer.byteLength(joined);
    } catch {
      waitingLength -= joined.length;
      counts.dropped += count;
    }
  }

  function written(length: number): void {
    saysWhenWritten = true;
    waitingLength = Math.max(0, waitingLength - length);
    if (waitingLength > 0) return;
    for (const waiter of waiters) waiter();
    waiters.clear();
  }

  function endTurn(): void {
    isScheduled = false;
    handOver();
  }

  function onExit(): void {
    maxLength = 0;
    handOver();
  }

  function flush(callback: () => void = () => {}): void {
    handOver();
    if (waitingLength === 0) callback();
    else if (saysWhenWritten) waiters.add(callback);
    else setTimeout(callback, SILENT_MS);
  }

  process.on('exit', onExit);
  return {
    kind: 'stdout',
    write(more) {
      text += more;
      lines += 1;
      counts.queued += 1;
      if (text.length > maxLength) handOver();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(endTurn);
      }
    },
    flush,
    flushSync: handOver,
    async close(deadlineMs = 5000) {
      process.off('exit', onExit);
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, deadlineMs);
        flush(resolve);
      });
      clearTimeout(timer);
      maxLength = 0;
    },
    stats: () => ({ ...counts }),
  };
}

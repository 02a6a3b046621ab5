import { once } from 'node:events';
import { fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { thrownError } from '@sightline/errors';
import roll from 'pino-roll';
import type { ResolvedFileOptions } from './file-options.ts';
import { countLines } from './lines.ts';
import { pruneFiles } from './prune-files.ts';
import type { Sink, SinkProblem } from './sink.ts';
import { ensureWritableFolder } from './writable-folder.ts';

/** Wait before a failed write is tried again: doubles from the first to the last [ms]. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5000;
/** How often it is looked whether the file is still the one of its name [ms]. */
const LOOK_EVERY_MS = 1000;
/** Without the date in its name a file of yesterday would be gone on with after a restart. */
const DATE_FORMATS = { never: undefined, daily: 'yyyy-MM-dd', hourly: 'yyyy-MM-dd-HH' };

/**
 * Writes lines to files that pino-roll rotates.
 *
 * It writes synchronously: the thread has nothing else to do, a line that was acknowledged is with the operating
 * system, and nothing queues here as long as the disk works.
 *
 * @throws the system's error when the first file cannot be opened
 */
export async function createFileSink(
  options: ResolvedFileOptions,
  report: (problem: SinkProblem) => void,
): Promise<Sink> {
  const stream = await roll({
    file: options.path,
    size: options.maxBytes > 0 ? `${options.maxBytes}b` : undefined,
    frequency: options.frequency === 'never' ? undefined : options.frequency,
    dateFormat: DATE_FORMATS[options.frequency],
    symlink: options.symlink,
    mkdir: options.mkdir,
    mode: options.mode,
    sync: true,
  });
  const counts = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  let waiting: { readonly text: string; readonly lines: number }[] = [];
  let waitingLength = 0;
  /** Lines that pino-roll's stream holds, perhaps torn, because a write of them failed. Undefined: none. */
  let stuck: { readonly text: string; readonly lines: number } | undefined;
  let failure: Error | undefined;
  let reported = false;
  let retryMs = FIRST_RETRY_MS;
  let retryTimer: NodeJS.Timeout | undefined;
  let onIdle: (() => void)[] = [];
  let closed = false;
  let lookedAtMs = performance.now();

  stream.on('error', failed);
  const openNext = stream.reopen.bind(stream);
  stream.reopen = (path) => {
    undoingReady(() => openNext(path));
    prune();
  };

  /**
   * For each file that it is about to open the stream waits for `ready`, to close the one before; where opening fails it would
   * wait on, and close that descriptor once more at the next success: by then it may be a socket of the service.
   */
  function undoingReady(open: () => void): void {
    const before = stream.listeners('ready');
    try {
      open();
    } catch (error) {
      for (const listener of stream.listeners('ready') as (() => void)[])
        if (!before.includes(listener)) stream.off('ready', listener);
      throw error;
    }
  }

  function failed(error: Error): void {
    failure = error;
    if (reported) return;
    reported = true;
    report({
      code: 'SIGHTLINE_DESTINATION',
      message: `The log file ${options.path} cannot be written or rotated: ${error.message}. Lines wait, up to maxBufferBytes; make room or correct the rights.`,
    });
  }

  /** True when what is written stands in the file of that name, which is begun again where it was moved or removed. */
  function isThere(): boolean {
    const nowMs = performance.now();
    if (nowMs - lookedAtMs < LOOK_EVERY_MS) return true;
    lookedAtMs = nowMs;
    if (isSameFile(stream.fd, stream.file)) return true;
    try {
      ensureWritableFolder(dirname(stream.file), options.mkdir);
      stream.reopen();
      return true;
    } catch (error) {
      lookedAtMs = -Infinity;
      failed(thrownError(error));
      return false;
    }
  }

  /** True when all that the stream holds is written. Errors are emitted before `write` returns. */
  function attempt(text: string): boolean {
    failure = undefined;
    stream.write(text);
    return failure === undefined;
  }

  function written(text: string, lines: number): void {
    counts.sent += lines;
    counts.bytes += Buffer.byteLength(text);
  }

  function write(text: string): void {
    const lines = countLines(text);
    if (closed) counts.dropped += lines;
    else if (stuck) wait(text, lines);
    else if (!isThere()) {
      stuck = { text: '', lines: 0 };
      wait(text, lines);
      retryTimer = setTimeout(retry, retryMs);
    } else if (attempt(text)) written(text, lines);
    else {
      stuck = { text, lines };
      counts.queued += lines;
      retryTimer = setTimeout(retry, retryMs);
    }
  }

  function wait(text: string, lines: number): void {
    if (waitingLength + text.length > options.maxBufferBytes) {
      counts.dropped += lines;
      return;
    }
    waiting.push({ text, lines });
    waitingLength += text.length;
    counts.queued += lines;
  }

  function retry(): void {
    counts.retried += 1;
    // The stream kept the rest of the failed write; an empty one sets it going again.
    if (!stuck || !isThere() || !attempt('')) {
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      retryTimer = setTimeout(retry, retryMs);
      return;
    }
    written(stuck.text, stuck.lines);
    counts.queued -= stuck.lines;
    stuck = undefined;
    reported = false;
    retryMs = FIRST_RETRY_MS;
    const again = waiting;
    waiting = [];
    waitingLength = 0;
    for (const { text, lines } of again) {
      counts.queued -= lines;
      write(text);
    }
    if (!stuck) settle();
  }

  function settle(): void {
    const callbacks = onIdle;
    onIdle = [];
    for (const callback of callbacks) callback();
  }

  function prune(): void {
    try {
      pruneFiles(options.path, options.keep, stream.file);
    } catch {
      // The folder cannot be read: what matters of that, the writes will tell.
    }
  }

  function flush(): Promise<void> {
    prune();
    if (!stuck) return Promise.resolve();
    return new Promise((resolve) => {
      onIdle.push(resolve);
    });
  }

  return {
    write,
    flush,
    async close(deadlineMs) {
      // It takes whole milliseconds only.
      const deadline = AbortSignal.timeout(Math.ceil(deadlineMs));
      await Promise.race([flush(), once(deadline, 'abort')]);
      closed = true;
      clearTimeout(retryTimer);
      counts.dropped += counts.queued;
      counts.queued = 0;
      const end = once(stream, 'close', { signal: AbortSignal.timeout(CLOSE_MS) }).catch(() => undefined);
      if (stuck) stream.destroy();
      else stream.end();
      settle();
      await end;
      prune();
    },
    stats: () => ({ ...counts }),
  };
}

/** Whether a descriptor is that of the file which has this name now. */
function isSameFile(fd: number, path: string): boolean {
  try {
    const [ours, named] = [fstatSync(fd, { bigint: true }), statSync(path, { bigint: true })];
    return ours.ino === named.ino && ours.dev === named.dev;
  } catch {
    return false;
  }
}

/** Longest wait for the descriptor to be synced and closed [ms]. */
const CLOSE_MS = 1000;

import { type DescriptorIo, isBusy, isGone, systemIo, writeOnce } from './descriptor-io.ts';
import { MAX_TURN_LENGTH } from './turn-buffer.ts';

/** Longest wait between two tries while a reader does not read [ms]. One that fails costs some 150 µs, and requests wait for it. */
const MAX_BUSY_WAIT_MS = 256;
/** Longest wait between two tries while the disk is full or the device fails [ms]. */
const MAX_FAULT_WAIT_MS = 1000;
/** Longest wait between two tries at exit, where nothing else can be done meanwhile [ms]. */
const MAX_EXIT_WAIT_MS = 8;
/** Room for one turn in UTF-8: three bytes a UTF-16 unit at most. */
const SCRATCH_BYTES = 3 * MAX_TURN_LENGTH;
/** What waits is kept in blocks of so much, which is what a Linux pipe takes in one write. */
const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
/** What a pipe takes whole or not at all, on every system but macOS, whose bound is lower (`PIPE_BUF`) [bytes]. */
const WHOLE_BYTES = 4096;

export interface DescriptorWriterOptions {
  readonly fd: number;
  /** Most bytes that wait for a reader [bytes]. What comes later is dropped, in whole lines, and counted. */
  readonly maxBufferBytes: number;
  /** The line that tells the reader what is missing; called when there is room again. */
  readonly droppedLine: (lines: number) => string;
  /** Told once when the reader is gone for good, with the system's error code. */
  readonly onGone: (code: string) => void;
  /**
   * Whether other processes write to the descriptor as well: then a write is of whole lines that a pipe takes together, so that
   * theirs do not end up within ours. Asked at large writes only.
   */
  readonly isShared?: () => boolean;
}

/** Writes text to a descriptor, keeps what does not fit, and counts every line. */
export interface DescriptorWriter {
  /** Takes whole lines. Returns at once when the descriptor does not block. */
  take(text: string, lines: number): void;
  /** Tries until all is written, the reader is gone or `deadlineMs` [ms] passed. Stops the thread meanwhile. */
  drainSync(deadlineMs: number): void;
  /** Calls back when all that was taken before was written or dropped. */
  onDrained(callback: () => void): void;
  /** Counts what waits, and all that comes later, as dropped. */
  end(): void;
  readonly counts: {
    readonly queued: number;
    readonly sent: number;
    readonly dropped: number;
    readonly bytes: number;
    readonly retried: number;
  };
}

/**
 * Lines that wait, as bytes: text would be on V8's heap, where what stays is copied twice by its collections while requests
 * wait.
 */
interface Chunk {
  readonly bytes: Buffer;
  /** What was written of it, and where what is in it ends. */
  offset: number;
  end: number;
  lines: number;
}

/** A queue in front of one descriptor. See {@link DescriptorWriter}. */
export function createDescriptorWriter(
  { fd, maxBufferBytes, droppedLine, onGone, isShared = () => false }: DescriptorWriterOptions,
  io: DescriptorIo = systemIo,
): DescriptorWriter {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  const counts = { queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 };
  let chunks: Chunk[] = [];
  let queuedBytes = 0;
  /** Bytes that ever entered the queue and that ever left it, for the waiters. */
  let enteredBytes = 0;
  let leftBytes = 0;
  let waiters: { readonly mark: number; readonly callback: () => void }[] = [];
  let untoldDrops = 0;
  let gone = false;
  let timer: NodeJS.Timeout | undefined;
  let waitMs = 1;
  /** Why the last write did not go through; empty when it did. */
  let lastError = '';

  /** Bytes written; 0 when nothing went. */
  function tryWrite(bytes: Buffer, offset: number, length: number): number {
    const isCut = length > WHOLE_BYTES && isShared();
    const to = offset + length;
    let at = offset;
    for (;;) {
      const end = isCut ? wholeLinesEnd(bytes, at, to) : to;
      const { written, error } = writeOnce(io, fd, bytes, at, end - at);
      lastError = error;
      at += written;
      if (at < end || end === to) return at - offset;
    }
  }

  function take(text: string, lines: number): void {
    if (gone) {
      counts.dropped += lines;
      return;
    }
    if (chunks.length > 0) {
      enqueue(text, lines);
      return;
    }
    let bytes = scratch;
    let length: number;
    if (text.length <= MAX_TURN_LENGTH) length = scratch.write(text, 0);
    else {
      bytes = Buffer.from(text);
      length = bytes.length;
    }
    const written = tryWrite(bytes, 0, length);
    counts.bytes += written;
    if (written === length) {
      counts.sent += lines;
      return;
    }
    if (written === 0 && length > maxBufferBytes) drop(lines);
    // A line that has begun must end, whatever its length: the rest of a torn line would spoil the next one too.
    else {
      const rest = Buffer.from(bytes.subarray(written, length));
      const done = Math.min(lines, countNewlines(bytes, 0, written));
      counts.sent += done;
      push(rest, rest.length, lines - done);
    }
    afterBlock();
  }

  function enqueue(text: string, lines: number): void {
    const sizeBytes = Buffer.byteLength(text);
    if (queuedBytes + sizeBytes > maxBufferBytes) {
      drop(lines);
      return;
    }
    const tail = chunks.at(-1);
    if (tail !== undefined && tail.bytes.length - tail.end >= sizeBytes) {
      tail.bytes.write(text, tail.end);
      tail.end += sizeBytes;
      tail.lines += lines;
      entered(sizeBytes, lines);
    } else {
      const block = Buffer.allocUnsafeSlow(Math.max(sizeBytes, BLOCK_BYTES));
      block.write(text, 0);
      push(block, sizeBytes, lines);
    }
  }

  function push(bytes: Buffer, end: number, lines: number): void {
    chunks.push({ bytes, offset: 0, end, lines });
    entered(end, lines);
  }

  function entered(sizeBytes: number, lines: number): void {
    counts.queued += lines;
    queuedBytes += sizeBytes;
    enteredBytes += sizeBytes;
  }

  function drop(lines: number): void {
    counts.dropped += lines;
    untoldDrops += lines;
  }

  /** Writes what waits until it is gone or the descriptor takes no more. */
  function pump(): void {
    let at = 0;
    for (let chunk = chunks[at]; chunk; chunk = chunks[at]) {
      const length = chunk.end - chunk.offset;
      const written = tryWrite(chunk.bytes, chunk.offset, length);
      if (written > 0) {
        waitMs = 1;
        const done =
          written === length
            ? chunk.lines
            : Math.min(chunk.lines, countNewlines(chunk.bytes, chunk.offset, chunk.offset + written));
        chunk.offset += written;
        chunk.lines -= done;
        counts.queued -= done;
        counts.sent += done;
        counts.bytes += written;
        queuedBytes -= written;
        leftBytes += written;
      }
      if (written < length) break;
      at += 1;
    }
    if (at > 0) chunks.splice(0, at);
    if (chunks.length === 0 && untoldDrops > 0) tellDrops();
    if (chunks.length > 0 || untoldDrops > 0) afterBlock();
    settle();
  }

  function tellDrops(): void {
    const bytes = Buffer.from(droppedLine(untoldDrops));
    const written = tryWrite(bytes, 0, bytes.length);
    // Not told: the next time there is room the number is larger.
    if (written === 0) {
      if (lastError !== '') return;
    } else if (written < bytes.length) {
      const rest = bytes.subarray(written);
      push(rest, rest.length, 0);
    }
    untoldDrops = 0;
  }

  /** After a write that did not go through in full: try again later, or never. */
  function afterBlock(): void {
    if (isGone(lastError)) {
      gone = true;
      const code = lastError;
      discard();
      onGone(code);
      return;
    }
    if (timer) return;
    // Unreferenced: at the end of the program the exit guard waits, and not for ever.
    timer = setTimeout(retry, waitMs).unref();
    waitMs = Math.min(waitMs * 2, isBusy(lastError) ? MAX_BUSY_WAIT_MS : MAX_FAULT_WAIT_MS);
  }

  function retry(): void {
    timer = undefined;
    counts.retried += 1;
    pump();
  }

  function settle(): void {
    if (waiters.length === 0) return;
    const done = waiters.filter((waiter) => waiter.mark <= leftBytes);
    if (done.length === 0) return;
    waiters = waiters.filter((waiter) => waiter.mark > leftBytes);
    for (const { callback } of done) callback();
  }

  function discard(): void {
    clearTimeout(timer);
    timer = undefined;
    counts.dropped += counts.queued;
    counts.queued = 0;
    chunks = [];
    queuedBytes = 0;
    leftBytes = enteredBytes;
    settle();
  }

  return {
    take,
    drainSync(deadlineMs) {
      const endsAt = io.now() + deadlineMs;
      let pauseMs = 1;
      for (;;) {
        const before = leftBytes;
        pump();
        // A slow reader may make room while this thread sleeps; a full disk will not.
        if ((chunks.length === 0 && untoldDrops === 0) || !isBusy(lastError)) return;
        const leftMs = endsAt - io.now();
        if (leftMs <= 0) return;
        pauseMs = leftBytes > before ? 1 : Math.min(pauseMs * 2, MAX_EXIT_WAIT_MS);
        io.sleepSync(Math.min(pauseMs, leftMs));
      }
    },
    onDrained(callback) {
      if (chunks.length === 0) queueMicrotask(callback);
      else waiters.push({ mark: enteredBytes, callback });
    },
    end() {
      gone = true;
      discard();
    },
    counts,
  };
}

/** Index behind the whole lines from `from` on that one write takes together; a line that is longer goes by itself. */
function wholeLinesEnd(bytes: Buffer, from: number, to: number): number {
  if (to - from <= WHOLE_BYTES) return to;
  const last = bytes.lastIndexOf(NEWLINE, from + WHOLE_BYTES - 1);
  if (last >= from) return last + 1;
  const next = bytes.indexOf(NEWLINE, from + WHOLE_BYTES);
  return next === -1 || next >= to ? to : next + 1;
}

/** Whole lines in `bytes` between `from` and `to`. */
function countNewlines(bytes: Buffer, from: number, to: number): number {
  const part = bytes.subarray(from, to);
  let lines = 0;
  for (let at = part.indexOf(NEWLINE); at !== -1; at = part.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

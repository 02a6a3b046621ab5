import { parseOptions } from '@sightline/errors';
import { z } from 'zod';
import { openDescriptor } from './descriptor.ts';
import { createDescriptorWriter } from './descriptor-writer.ts';
import type { Destination } from './destination.ts';
import { exitGuard } from './exit-guard.ts';
import { holdProcess } from './hold-process.ts';
import { countLines } from './lines.ts';
import { prettyLines, wantsColors } from './pretty-lines.ts';
import { type DestinationHooks, warnProcess } from './problem.ts';
import { sharesStreams } from './shared-streams.ts';
import { createTurnBuffer } from './turn-buffer.ts';

export const stdoutOptionsSchema = z.strictObject({
  /** The descriptor to write to; 2 is stderr. It stays open at close. */
  fd: z.int().min(0).default(1),
  /** Readable text instead of JSON. `auto`: when the descriptor is a terminal. */
  pretty: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  /** Most bytes that wait while whoever reads the pipe does not [bytes]. Later lines are dropped and counted. */
  maxBufferBytes: z
    .int()
    .min(64 * 1024)
    .default(16 * 1024 * 1024),
  /** Longest wait for a slow reader at the end of the process [ms]. */
  exitDeadlineMs: z.int().min(0).max(600_000).default(5000),
  /** Whether signals that end the process flush; false when another part of the program sees to that. */
  signals: z.boolean().default(true),
});
/** What a caller writes. */
export type StdoutOptions = z.input<typeof stdoutOptionsSchema>;

/**
 * Writes lines to standard output, or to another descriptor, once per event-loop turn.
 *
 * A pipe whose reader stalls does not stop the service: up to `maxBufferBytes` wait, then whole lines are dropped, and
 * when the reader is back one line with the code `SIGHTLINE_STDOUT_DROPPED` says how many. Files and terminals are
 * written synchronously.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong
 * @example pino({}, stdout({ pretty: false }))
 */
export function stdout(
  options?: StdoutOptions,
  { onProblem = warnProcess }: DestinationHooks = {},
): Destination {
  const { fd, pretty, maxBufferBytes, exitDeadlineMs, signals } = parseOptions(
    'stdout',
    stdoutOptionsSchema,
    options,
  );
  const descriptor = openDescriptor(fd);
  const prettify =
    pretty === true || (pretty === 'auto' && descriptor.terminal)
      ? prettyLines(descriptor.terminal && wantsColors(process.env))
      : undefined;
  const writer = createDescriptorWriter({
    fd: descriptor.fd,
    maxBufferBytes,
    droppedLine: (lines) => prettify?.(droppedLine(lines)) ?? droppedLine(lines),
    isShared: sharesStreams,
    onGone: (code) =>
      onProblem({
        code: 'SIGHTLINE_STDOUT_DROPPED',
        message: `Nobody reads descriptor ${fd} any more (${code}), so its lines are dropped; restart the reader and this process.`,
      }),
  });
  /** Set when the process ends: until then [ms, monotonic] each write may wait for the reader. */
  let exitsAtMs: number | undefined;
  let closing: Promise<void> | undefined;

  const turn = createTurnBuffer((text) => {
    const lines = countLines(text);
    writer.take(prettify ? prettify(text) : text, lines);
    if (exitsAtMs !== undefined) writer.drainSync(Math.max(0, exitsAtMs - performance.now()));
  });

  function flushSync(deadlineMs = exitDeadlineMs): void {
    turn.handOver();
    writer.drainSync(deadlineMs);
  }

  function flush(callback?: (error?: Error) => void): void {
    turn.handOver();
    if (callback === undefined) return;
    const release = holdProcess(exitDeadlineMs);
    writer.onDrained(() => {
      release();
      callback();
    });
  }

  async function close(deadlineMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      flush(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    removeGuard();
    turn.handOver();
    turn.writeThrough();
    writer.end();
    descriptor.close();
  }

  const removeGuard = exitGuard().add({
    exitDeadlineMs,
    signals,
    hasPending: () => writer.counts.queued > 0,
    leftBehind: () =>
      `SIGHTLINE_STDOUT_DROPPED: ${writer.counts.queued} log lines could not be written to descriptor ${fd} by the end of the process and are lost.`,
    flush,
    flushSync,
    writeThrough(deadlineMs) {
      turn.writeThrough();
      exitsAtMs = performance.now() + deadlineMs;
    },
  });

  return {
    kind: fd === 1 ? 'stdout' : undefined,
    write: turn.write,
    flushSync,
    flush,
    close: (deadlineMs = exitDeadlineMs) => (closing ??= close(deadlineMs)),
    stats: () => ({ ...writer.counts, queued: writer.counts.queued + turn.pendingLines() }),
  };
}

function droppedLine(lines: number): string {
  return `${JSON.stringify({
    level: 'warn',
    time: Date.now(),
    code: 'SIGHTLINE_STDOUT_DROPPED',
    dropped: lines,
    msg: `${lines} log lines were dropped because the reader of this stream did not keep up`,
  })}\n`;
}

import { parseOptions } from '@sightline/errors';
import type { DestinationStats } from '../destinations/destination.ts';
import type { Sink, SinkProblem } from '../destinations/sink.ts';
import { createBacklog } from './backlog.ts';
import { createEndpoint } from './endpoint.ts';
import { createEncoder, type LokiEntry } from './entry.ts';
import { type LokiOptions, lokiOptionsSchema } from './options.ts';
import { createProblemLog } from './problem-log.ts';
import { gzipFast } from './push-body.ts';
import { createPushRequest } from './push-request.ts';
import { createShipper } from './shipper.ts';
import { openSpool } from './spool.ts';
import { createStreams } from './streams.ts';
import { type LokiSinkDeps, unrefTimer } from './timers.ts';

/** Counters since the start. `written` is `sent` + `dropped` + `queued`, always. */
export interface LokiStats extends DestinationStats {
  /** Lines taken, with those adopted from the spool of a process that died. */
  readonly written: number;
  /** Lines that Loki refused for good; part of `dropped`. */
  readonly rejected: number;
  /** Pushes that Loki took. */
  readonly pushes: number;
  /** Lines that went without a label because there were too many streams. */
  readonly reduced: number;
  readonly spoolBytes: number;
  readonly spoolLimitBytes: number;
}

/** A sink that ships to Loki. `queued` lines of a closed sink are on disk, for the next start. */
export interface LokiSink extends Sink {
  stats(): LokiStats;
}

/**
 * Ships lines to Loki: batched, compressed, in order, one push at a time and one stream a push, each repeated until
 * Loki has an answer.
 *
 * Without a spool lines wait in memory, bounded by `batching.maxBufferSize` and `maxBufferBytes`; past it the oldest
 * go and are counted. With one they are written to disk first and sent from there, so that they survive the process.
 *
 * @param report told of each kind of problem once; nothing in it is secret. Silent with `silenceErrors`
 * @param deps the clock and the network, for tests
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming every wrong option
 */
export function createLokiSink(
  input: LokiOptions,
  report: (problem: SinkProblem) => void,
  deps: Partial<LokiSinkDeps> = {},
): LokiSink {
  const options = parseOptions('loki', lokiOptionsSchema, input);
  const surroundings = { ...createDefaultDeps(options.ca), ...deps };
  const { now } = surroundings;
  const endpoint = createEndpoint(options);
  const problems = createProblemLog(endpoint, options.silenceErrors ? () => undefined : report, now);
  const streams = createStreams(options, () => problems.reduced(options.maxStreams));
  const encode = createEncoder(options, streams, now);
  let written = 0;
  let dropped = 0;
  let closing: Promise<void> | undefined;
  /** Tells the shipper, once there is one, that there are lines. */
  let wake: (() => void) | undefined;

  const onDropped = (lines: number): void => {
    dropped += lines;
    problems.dropped(lines);
  };
  const spool =
    options.spool === false
      ? undefined
      : openSpool(options.spool, surroundings, {
          onDropped,
          onLost: (lines) => (dropped += lines),
          onAdopted: (lines) => {
            written += lines;
            wake?.();
          },
          onProblem: (message) => problems.spoolFailed(message),
        });
  const backlog = createBacklog(options, spool, onDropped);
  const shipper = createShipper(options, endpoint, backlog, problems, surroundings);
  wake = () => shipper.added();
  // The spool may have come with lines.
  wake?.();

  return {
    write(lines) {
      const entries: LokiEntry[] = [];
      for (const line of lines.split('\n')) {
        if (line === '') continue;
        written += 1;
        if (closing) {
          dropped += 1;
          continue;
        }
        const entry = encode(line);
        if (entry.bytes <= options.maxBufferBytes) {
          entries.push(entry);
          continue;
        }
        dropped += 1;
        problems.oversized(entry.bytes);
      }
      if (entries.length === 0) return;
      backlog.add(entries);
      wake?.();
    },
    flush: () => shipper.flush(),
    close(deadlineMs) {
      closing ??= (async () => {
        await shipper.close(deadlineMs);
        const abandoned = backlog.abandon();
        dropped += abandoned;
        problems.closed(abandoned, backlog.lines);
        spool?.close();
        surroundings.request.close?.();
      })();
      return closing;
    },
    stats: () => {
      const { sent, rejected, refused, bytes, retried, pushes } = shipper.stats();
      return {
        written,
        queued: backlog.lines,
        sent,
        dropped: dropped + refused,
        rejected,
        bytes,
        retried,
        pushes,
        reduced: streams.reduced,
        spoolBytes: spool?.diskBytes ?? 0,
        spoolLimitBytes: options.spool === false ? 0 : options.spool.maxBytes,
      };
    },
  };
}

function createDefaultDeps(ca: string | undefined): LokiSinkDeps {
  return {
    now: Date.now,
    setTimeout: (callback, delayMs) => {
      const handle = setTimeout(callback, delayMs);
      unrefTimer(handle);
      return handle;
    },
    clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
    random: Math.random,
    request: createPushRequest(ca),
    gzip: gzipFast,
  };
}

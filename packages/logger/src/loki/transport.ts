import type { Transform } from 'node:stream';
import { resolveOptions, strictFromEnvironment } from '@sightline/errors';
import build from 'pino-abstract-transport';
import { warnProcess } from '../destinations/problem.ts';
import { type LokiOptions, lokiOptionsSchema } from './options.ts';
import { createLokiSink } from './sink.ts';
import type { LokiSinkDeps } from './timers.ts';
import { tellStats } from './transport-stats.ts';

/** pino gives up on a transport 10 s after the end, and then nothing is counted or kept. */
const CLOSE_DEADLINE_MS = 8_000;
/** `logger.flush(callback)` calls back after this time at the latest, though Loki does not answer. */
const FLUSH_DEADLINE_MS = 5_000;

/**
 * The target of `pino.transport`, in the place of pino-loki: the same options, the same meaning.
 *
 * Problems become process warnings, each with its code. At the end lines have 8 s to arrive. A wrong option is warned
 * of and its default taken, unless `SIGHTLINE_STRICT` is true.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when strict or without a host; pino makes it an `error` of the transport
 * @example pino(pino.transport({ target: '@sightline/logger/loki', options: { host: 'http://loki:3100' } }))
 */
// oxlint-disable-next-line import/no-default-export -- pino loads a transport by its default export
export default function lokiTransport(options: LokiOptions, deps?: Partial<LokiSinkDeps>): Transform {
  const resolved = resolveOptions('loki', lokiOptionsSchema, withoutPinoKeys(options), {
    strict: strictFromEnvironment(),
    onProblem: warnProcess,
  });
  const sink = createLokiSink(resolved, warnProcess, deps);
  const tell = tellStats(sink.stats);
  let collected = '';
  const hand = (): void => {
    const lines = collected;
    collected = '';
    if (lines !== '') sink.write(lines);
  };
  const stream = build(
    (source) => {
      source.on('data', ({ line }: { readonly line: string }) => {
        // The lines of one chunk come in one turn: with a spool they are one write to the disk.
        if (collected === '') queueMicrotask(hand);
        collected += `${line}\n`;
      });
    },
    {
      // The sink parses a line itself, and takes one that is not JSON, too.
      parseLine: (line) => ({ line }),
      metadata: false,
      async close() {
        hand();
        await sink.close(CLOSE_DEADLINE_MS);
        tell();
      },
    },
  );
  /** pino's worker calls this for `logger.flush(callback)`. */
  const flush = async (): Promise<void> => {
    // Behind everything that was written before.
    await new Promise((resolve) => stream.write('', resolve));
    hand();
    let late: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      late = setTimeout(resolve, FLUSH_DEADLINE_MS);
    });
    await Promise.race([sink.flush(), deadline]);
    clearTimeout(late);
  };
  return Object.assign(stream, { flush });
}

/** pino's worker adds keys of its own to the options. */
function withoutPinoKeys(options: object): object {
  return Object.fromEntries(
    Object.entries(options).filter(([key]) => key !== '$context' && key !== 'pinoWillSendConfig'),
  );
}

import { parseOptions } from '@sightline/errors';
import { openEarlySpool } from '../loki/early-spool.ts';
import { type LokiOptions, lokiOptionsSchema } from '../loki/options.ts';
import type { z } from 'zod';
import type { Destination } from './destination.ts';
import { siblingModule } from './lane-thread.ts';
import type { DestinationHooks } from './problem.ts';
import { laneOptionsSchema } from './lane-options.ts';
import { countedInLokiStats } from './loki-stats.ts';
import { workerLane } from './worker-lane.ts';

/** Ours for the lane, the sink's for the rest. */
const lokiDestinationSchema = laneOptionsSchema.extend(lokiOptionsSchema.shape);
/** What a caller writes: the options of pino-loki under their names, the spool, and those of the thread. */
export type LokiDestinationOptions = LokiOptions & z.input<typeof laneOptionsSchema>;

/**
 * Ships lines to Loki from a thread of its own.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when an option is wrong, here and not later in the thread
 * @throws {SightlineError} `SIGHTLINE_DESTINATION` when the thread cannot be started
 * @example pino({}, loki({ host: 'http://localhost:3100', labels: { service_name: 'orders' } }))
 */
export function loki(input: LokiDestinationOptions, hooks?: DestinationHooks): Destination {
  const { exitDeadlineMs, maxInFlightBytes, signals, ...options } = parseOptions(
    'loki',
    lokiDestinationSchema,
    input,
  );
  const lane = workerLane(
    {
      module: siblingModule('../loki/sink'),
      factory: 'createLokiSink',
      options,
      name: 'sightline-loki',
      waitingBytes: options.maxBufferBytes,
      isDurable: options.spool !== false,
      exitDeadlineMs,
      maxInFlightBytes,
      signals,
    },
    hooks,
    options.spool === false ? undefined : openEarlySpool({ ...options, spool: options.spool }),
  );
  return countedInLokiStats({ ...lane, kind: 'loki' });
}

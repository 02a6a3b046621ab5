import { EventEmitter } from 'node:events';
import { TRANSPORT_STATS } from '../loki/transport-stats.ts';
import type { Destination, DestinationStats } from './destination.ts';
import { noStats, sumStats, withoutHeld } from './destination-stats.ts';

/** The Loki destinations of a process. */
interface LokiRegister {
  readonly open: Set<Pick<Destination, 'stats'>>;
  /** What those did that are closed; undefined while none is. */
  closed: DestinationStats | undefined;
}

/** Versioned: two copies of this package in one process share the register only while its shape is the same. */
const REGISTER = Symbol.for('sightline.logger.loki.1');

/** The register of this process (of this thread, in a worker), shared by every copy of the package. */
function register(): LokiRegister {
  const found: LokiRegister | undefined = Reflect.get(globalThis, REGISTER);
  if (found) return found;
  const made: LokiRegister = { open: new Set(), closed: undefined };
  Reflect.set(globalThis, REGISTER, made);
  return made;
}

/**
 * What the Loki destinations of this process did (of this thread, in a worker), whichever logger they are of, those that are
 * closed among them. Those in threads of pino's transports that a logger of ours writes to are as of a second ago.
 *
 * @returns their sum; undefined while there was none
 */
export function lokiStats(): DestinationStats | undefined {
  const { open, closed } = register();
  if (open.size === 0) return closed;
  return [...open].map((destination) => destination.stats()).reduce(sumStats, closed ?? noStats);
}

/** Counts a destination in `lokiStats` from now on. */
export function countedInLokiStats(destination: Destination): Destination {
  const loki = register();
  loki.open.add(destination);
  return {
    ...destination,
    async close(deadlineMs) {
      await destination.close(deadlineMs);
      if (!loki.open.delete(destination)) return;
      loki.closed = sumStats(loki.closed ?? noStats, withoutHeld(destination.stats()));
    },
  };
}

/** Counts what a transport of pino's does for Loki in `lokiStats` from now on; any other stream does nothing for it. */
export function countTransport(stream: object): void {
  if (!(stream instanceof EventEmitter) || stream.listenerCount(TRANSPORT_STATS) > 0) return;
  const { hear, end } = createTransportCount();
  stream.on(TRANSPORT_STATS, hear);
  stream.once('close', () => {
    stream.off(TRANSPORT_STATS, hear);
    end();
  });
}

/** Knows nothing of the stream, so that the register does not keep one that nobody else holds, with its thread. */
function createTransportCount(): {
  readonly hear: (target: number, stats: DestinationStats) => void;
  readonly end: () => void;
} {
  const loki = register();
  const targets = new Map<number, DestinationStats>();
  const transport = { stats: () => [...targets.values()].reduce(sumStats, noStats) };
  return {
    hear(target, stats) {
      targets.set(target, stats);
      loki.open.add(transport);
    },
    end() {
      if (loki.open.delete(transport))
        loki.closed = sumStats(loki.closed ?? noStats, withoutHeld(transport.stats()));
    },
  };
}

import type { Destination, DestinationStats } from './destination.ts';
import { noStats, sumStats, withoutHeld } from './destination-stats.ts';

/** The Loki destinations of a process. */
interface LokiRegister {
  readonly open: Set<Destination>;
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
 * closed among them.
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

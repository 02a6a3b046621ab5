import { pino } from 'pino';
import type { DestinationStream, LoggerOptions as PinoOptions } from 'pino';
import type { Destination } from './destinations/destination.ts';
import { multi } from './destinations/multi.ts';
import type { Branch, MultiDestination } from './destinations/multi.ts';
import { isDestination } from './destinations/is-destination.ts';
import { countTransport } from './destinations/loki-stats.ts';
import { stdout } from './destinations/stdout.ts';
import { needsMetadataGsym, transportUsesMultistreamGsym } from './pino-internals.ts';

/** One or more of ours (`stdout()`, `file()`, `loki()`, each with a level of its own if need be), or any stream that pino takes. */
export type LoggerDestination = Destination | DestinationStream | readonly (Destination | Branch)[];

/** A stream as pino writes to it, and the destination behind it when it is one of ours. */
export interface OpenDestination {
  readonly ours: Destination | undefined;
  readonly stream: DestinationStream & { lastLevel?: number };
}

/**
 * @param destination default: standard output
 * @param transport pino's own way to name one; used when there is no destination
 * @param customLevels those of the logger, by which targets of a transport and branches may be chosen
 */
export function openDestination(
  destination: LoggerDestination | undefined,
  transport: PinoOptions['transport'],
  customLevels?: Readonly<Record<string, number>>,
): OpenDestination {
  if (destination === undefined) {
    if (transport !== undefined) {
      const levels = customLevels && { levels: customLevels };
      return foreign(pino.transport({ ...transport, ...levels }));
    }
    return ofOurs(stdout());
  }
  if (isList(destination)) return ofOurs(multi(destination, customLevels));
  return isDestination(destination) ? ofOurs(destination) : foreign(destination);
}

/** A stream of the caller's. */
function foreign(stream: DestinationStream): OpenDestination {
  countTransport(stream);
  return { ours: undefined, stream };
}

/** Whether a stream is one of pino's threads with several targets, each with a level of its own. */
export function choosesByLevel(stream: object): boolean {
  return Object.hasOwn(stream, transportUsesMultistreamGsym);
}

/**
 * pino flushes synchronously at every fatal line. Ours hand over without waiting: a backend that hangs must not hold
 * the service up, and at exit the lines are waited for anyway.
 */
function ofOurs(destination: Destination | MultiDestination): OpenDestination {
  const wantsLevel = 'lastLevel' in destination;
  const stream = {
    [needsMetadataGsym]: wantsLevel,
    write: (lines: string) => destination.write(lines),
    flush: (callback?: (error?: Error) => void) => destination.flush(callback),
    flushSync: () => destination.flushSync(0),
    get lastLevel() {
      return wantsLevel ? destination.lastLevel : 0;
    },
    set lastLevel(level) {
      if (wantsLevel) destination.lastLevel = level;
    },
  };
  return { ours: destination, stream };
}

function isList(destination: LoggerDestination): destination is readonly (Destination | Branch)[] {
  return Array.isArray(destination);
}

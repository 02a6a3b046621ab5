import { unlessStopped } from './unless-stopped.ts';

/** How a connection is taken from a pool and given back. */
export interface PoolDoor<Connection> {
  readonly take: () => Promise<Connection>;
  readonly giveBack: (connection: Connection) => void;
}

/** Until when a place that a run gave up is taken over by the next run [ms]; then it is thought to be stuck. */
const STALE_MS = 10_000;
/** Most places at once that are thought to be stuck. */
const MAX_STALE = 2;

/**
 * Queues for a connection of a pool whose queue cannot be left. A run that gives up leaves its place to the next one,
 * so that a pool that is exhausted for an hour holds one waiting check, not thousands; a connection that comes when
 * nobody waits for it is given back at once. A place that is stuck, as in a connection attempt to a host that died, is
 * not waited for forever: another one is taken, up to a bound.
 *
 * @returns waits for a connection; undefined when `stop` aborts first
 */
export function createQueuePlaces<Connection>(
  { take, giveBack }: PoolDoor<Connection>,
  nowMs: () => number = () => performance.now(),
): (stop: AbortSignal) => Promise<Connection | undefined> {
  /** Places that no run waits at, with the time that they were taken at. */
  const left = new Map<Promise<Connection>, number>();

  function leave(place: Promise<Connection>, sinceMs: number): void {
    left.set(place, sinceMs);
    place.then(
      (connection) => {
        // Not there: a later run has taken the place over.
        const isUnwanted = left.delete(place);
        if (isUnwanted) giveBack(connection);
        return isUnwanted;
      },
      () => left.delete(place),
    );
  }

  function reuse(): readonly [Promise<Connection>, number] | undefined {
    const places = [...left];
    const fresh = places.find(([, sinceMs]) => nowMs() - sinceMs < STALE_MS);
    return fresh ?? (places.length > MAX_STALE ? places.at(-1) : undefined);
  }

  return async function connection(stop) {
    const [place, sinceMs] = reuse() ?? [(async () => take())(), nowMs()];
    left.delete(place);
    const taken = await unlessStopped(place, stop);
    if (taken === undefined) leave(place, sinceMs);
    return taken;
  };
}

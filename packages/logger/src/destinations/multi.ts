import { SightlineError, thrownError } from '@sightline/errors';
import { levels } from 'pino';
import type { Destination, DestinationKind, DestinationStats } from './destination.ts';
import { noStats, sumStats } from './destination-stats.ts';
import { isDestination } from './is-destination.ts';

/** Asks pino to leave the level of each line on the destination, as `lastLevel`, before it writes the line. */
const PINO_METADATA = Symbol.for('pino.metadata');

/** One of several destinations, and which lines it gets. */
export interface Branch {
  readonly destination: Destination;
  /** Least level: a name of pino's or of the logger's `customLevels`, or a number. By default all lines. */
  readonly level?: string | number;
}

interface BranchStats extends DestinationStats {
  readonly kind: DestinationKind | undefined;
}

/** A destination that pino tells the level of each line. */
export interface MultiDestination extends Destination {
  /** Level of the line that is written next; pino sets it. Without it every branch gets the line. */
  lastLevel: number;
  /** What each branch is and did, in the order they were given. */
  branchStats(): readonly BranchStats[];
}

/**
 * Writes each line to several destinations. One that throws, hangs or is full takes nothing from the others.
 *
 * pino's own `multistream` stops at the first destination that throws and has neither flush nor counters.
 *
 * @param customLevels numbers of further levels, by name
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when a level is unknown
 * @example pino({}, multi([stdout(), { destination: loki({ host }), level: 'info' }]))
 */
export function multi(
  inputs: readonly (Destination | Branch)[],
  customLevels: Readonly<Record<string, number>> = {},
): MultiDestination {
  const known = { ...levels.values, ...customLevels };
  const branches = inputs.map((input) => {
    const { destination, level }: Branch = 'destination' in input ? input : { destination: input };
    return { destination, level: levelNumber(level, known), refused: 0 };
  });
  // The lowest first: the first branch whose level is too high ends the row.
  const byLevel = branches.toSorted((one, other) => one.level - other.level);
  const destinations = branches.map((branch) => branch.destination);
  const branchStats = (): BranchStats[] => branches.map(statsOf);

  const result: MultiDestination & { readonly [PINO_METADATA]: true } = {
    [PINO_METADATA]: true,
    lastLevel: Infinity,
    write(lines) {
      for (const branch of byLevel) {
        if (branch.level > result.lastLevel) return;
        try {
          if (isMulti(branch.destination)) branch.destination.lastLevel = result.lastLevel;
          branch.destination.write(lines);
        } catch {
          // A destination does not throw; what one that does anyway did not take is counted.
          branch.refused += 1;
        }
      }
    },
    flushSync(deadlineMs) {
      // All of them get their lines before the first is waited for.
      for (const destination of destinations) attempt(() => destination.flushSync(0));
      const endsAt = performance.now() + (deadlineMs ?? 0);
      for (const destination of destinations) {
        attempt(() =>
          destination.flushSync(
            deadlineMs === undefined ? undefined : Math.max(0, endsAt - performance.now()),
          ),
        );
      }
    },
    flush(callback) {
      let left = destinations.length;
      let failure: Error | undefined;
      const done = (error?: Error): void => {
        failure ??= error;
        left -= 1;
        if (left === 0) callback?.(failure);
      };
      if (left === 0 && callback) queueMicrotask(callback);
      for (const destination of destinations) attempt(() => destination.flush(done), done);
    },
    async close(deadlineMs) {
      await Promise.all(destinations.map((destination) => closed(destination, deadlineMs)));
    },
    stats() {
      return branchStats().reduce(sumStats, noStats);
    },
    branchStats,
  };
  return result;
}

/** Whether something is one of ours with a level that is known. */
export function isBranch(value: unknown): value is Branch {
  if (typeof value !== 'object' || value === null || !('destination' in value)) return false;
  const { destination, level }: Partial<Branch> = value as Partial<Branch>;
  const isLevel = level === undefined || typeof level === 'number' || levels.values[level] !== undefined;
  return isDestination(destination) && isLevel;
}

function isMulti(destination: Destination): destination is MultiDestination {
  return PINO_METADATA in destination && 'lastLevel' in destination;
}

function statsOf({ destination, refused }: { destination: Destination; refused: number }): BranchStats {
  const stats = destination.stats();
  return { ...stats, kind: destination.kind, dropped: stats.dropped + refused };
}

/** What each kind of destination behind this one did, those of one kind together. */
export function statsByKind(
  destination: Destination | MultiDestination,
): Partial<Record<DestinationKind | 'other', DestinationStats>> {
  const branches =
    'branchStats' in destination
      ? destination.branchStats()
      : [{ ...destination.stats(), kind: destination.kind }];
  const sums: Partial<Record<DestinationKind | 'other', DestinationStats>> = {};
  for (const { kind = 'other', ...stats } of branches) {
    const before = sums[kind];
    sums[kind] = before === undefined ? stats : sumStats(before, stats);
  }
  return sums;
}

function levelNumber(
  level: string | number | undefined,
  known: Readonly<Record<string, number | undefined>>,
): number {
  if (level === undefined) return -Infinity;
  const number = typeof level === 'number' ? level : known[level];
  if (number !== undefined) return number;
  throw new SightlineError('SIGHTLINE_OPTIONS', {
    problem: `multi: a branch has a level that the logger does not know`,
    expected: `one of ${Object.keys(known).join(', ')}, or a number`,
    fix: 'correct the name, or leave level out to write all lines',
  });
}

async function closed(destination: Destination, deadlineMs: number | undefined): Promise<void> {
  try {
    await destination.close(deadlineMs);
  } catch {
    // Its own matter; the others close.
  }
}

/** One that fails must not keep the others from their turn. */
function attempt(act: () => void, onError?: (error: Error) => void): void {
  try {
    act();
  } catch (error) {
    onError?.(thrownError(error));
  }
}

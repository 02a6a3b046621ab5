import { SightlineError } from '@sightline/errors';
import type { FamilySnapshot } from '../family.ts';
import { type Message, messages } from './messages.ts';
import {
  type CollectProblem,
  createSnapshotCollector,
  type SnapshotCollector,
} from './snapshot-collector.ts';

/** Everything that a cluster or the threads of a process have, added up; it can be given to `addSource`. */
export interface PeerSource {
  (): Promise<FamilySnapshot[]>;
  /** Listens no more. */
  dispose(): void;
}

export interface PeerSourceOptions {
  /**
   * What the asking side itself has: its registry's snapshot. It is added up with the rest, so that one page has one
   * number for each label set; give it here or to the page, not to both. Default: nothing.
   */
  readonly own?: () => Promise<readonly FamilySnapshot[]>;
  /** Longest wait for the others [ms]. Default: 1000, a tenth of what Prometheus waits for the page. */
  readonly timeLimitMs?: number;
  /** Told, with `SIGHTLINE_METRIC_SOURCE`, what is missing; the page comes all the same. */
  readonly onProblem?: (error: SightlineError, problem: CollectProblem) => void;
}

const DEFAULT_TIME_LIMIT_MS = 1000;

/**
 * A source that asks over some channel.
 *
 * @param peers what the others are, as a message says it: `worker`
 * @param ask sends a question to those named, to all that there are when none is; never throws
 * @param listen passes on what they say, and who has ended; returns what ends it
 */
export function peerSource(
  peers: 'worker' | 'thread',
  { own, timeLimitMs = DEFAULT_TIME_LIMIT_MS, onProblem }: PeerSourceOptions,
  ask: (message: Message, peers?: ReadonlySet<number>) => void,
  listen: (collector: SnapshotCollector) => () => void,
): PeerSource {
  const collector = createSnapshotCollector({
    ask,
    timeLimitMs,
    own,
    onProblem: onProblem && ((problem) => onProblem(problemError(peers, problem), problem)),
  });
  const dispose = listen(collector);
  // Those who said hello before anybody listened.
  ask(messages.ask(0));
  return Object.assign(() => collector.collect(), { dispose });
}

function problemError(peers: string, problem: CollectProblem): SightlineError {
  const code = 'SIGHTLINE_METRIC_SOURCE';
  if (problem.kind === 'silent') {
    return new SightlineError(code, {
      problem: `${peers} ${problem.peer} did not tell its metrics in time: its counters stand as they were`,
      expected: 'an answer within the time limit',
      fix: `find out what blocks the event loop of that ${peers}; it is asked again with the next page`,
    });
  }
  if (problem.kind === 'conflict') {
    return new SightlineError(code, {
      problem: `${problem.metric} has another type in some ${peers}, and that part is left out`,
      expected: 'one type for each name',
      fix: 'give one of the two metrics another name',
    });
  }
  const parts = {
    problem: `the metrics of the side that asks each ${peers} cannot be read: its counters stand as they were`,
    expected: 'a snapshot that does not fail',
    fix: 'see the cause',
  };
  return new SightlineError(code, parts, { cause: problem.error });
}

import type { Labels } from '@sightline/query';
import { formatLabels } from '@sightline/query/logql';
import { formatDuration } from '@sightline/query/promql';
import { MAX_AHEAD_MS, takenTimes, timeText } from '../taken-times.ts';

/** Lines of a push that were not taken because of their times. */
interface RefusedLines {
  readonly tooOld: number;
  readonly tooNew: number;
  /** How many, of which streams and past which limit; undefined when every line was taken. */
  readonly reason: string | undefined;
}

export interface TimeCheck {
  /** @returns whether a line of that time is taken; one that is not is counted */
  takes(labels: Labels, timeNs: bigint): boolean;
  refused(): RefusedLines;
}

type Kind = 'tooOld' | 'tooNew';

interface Refused {
  readonly kind: Kind;
  /** Of the first of them. */
  readonly problem: string;
  lines: number;
}

/** Streams that an answer names; a push can have any number of them. */
const MAX_NAMED = 10;

/**
 * Holds the lines of a push to the times that are kept, and tells of those outside in the words of Loki, those of one stream
 * together.
 *
 * Source: grafana/loki, pkg/validation/validate.go and pkg/util/errors/errors.go
 *
 * @param nowMs when it came
 */
export function checkTimes(nowMs: number, retentionMs: number): TimeCheck {
  const { oldestMs, newestMs } = takenTimes(nowMs, retentionMs);
  const oldestNs = nanoseconds(oldestMs);
  const newestNs = nanoseconds(newestMs);
  const counts = { tooOld: 0, tooNew: 0 };
  const named: Record<Kind, Map<Labels, Refused>> = { tooOld: new Map(), tooNew: new Map() };

  function refuse(kind: Kind, labels: Labels, timeNs: bigint): void {
    counts[kind] += 1;
    const known = named[kind].get(labels);
    if (known !== undefined) known.lines += 1;
    else if (named.tooOld.size + named.tooNew.size < MAX_NAMED)
      named[kind].set(labels, { kind, problem: problemOf(kind, labels, timeNs), lines: 1 });
  }

  function problemOf(kind: Kind, labels: Labels, timeNs: bigint): string {
    const time = timeText(Number(timeNs / 1_000_000n));
    const start = `entry for stream '${formatLabels(labels)}' has timestamp`;
    return kind === 'tooOld'
      ? `${start} too old: ${time}, oldest acceptable timestamp is: ${timeText(oldestMs)}`
      : `${start} too new: ${time}`;
  }

  function reasonOf(): string | undefined {
    const all = counts.tooOld + counts.tooNew;
    if (all === 0) return undefined;
    const groups = [...named.tooOld.values(), ...named.tooNew.values()];
    const rest = all - groups.reduce((sum, { lines }) => sum + lines, 0);
    return [
      ...groups.map(({ problem, lines }) => (all === 1 ? problem : `${lines} errors like: ${problem}`)),
      ...(rest > 0 ? [`${rest} more of further streams`] : []),
      ...(counts.tooOld > 0 ? [`lines are kept for ${formatDuration(retentionMs)} (retentionMs)`] : []),
      ...(counts.tooNew > 0
        ? [`lines may be ${formatDuration(MAX_AHEAD_MS)} ahead (creation_grace_period)`]
        : []),
    ].join('; ');
  }

  return {
    takes(labels, timeNs) {
      if (timeNs < oldestNs) refuse('tooOld', labels, timeNs);
      else if (timeNs > newestNs) refuse('tooNew', labels, timeNs);
      else return true;
      return false;
    },
    refused: () => ({ ...counts, reason: reasonOf() }),
  };
}

function nanoseconds(timeMs: number): bigint {
  return BigInt(Math.floor(timeMs)) * 1_000_000n;
}

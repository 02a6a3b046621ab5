import type { Labels } from '@sightline/query';
import type { LogEntry, MemoryLogs } from '@sightline/query/logql';
import { inTurns } from '../ingest/in-turns.ts';
import type { LogSink } from '../ingest/log-sink.ts';
import { checkTimes } from '../ingest/loki/check-times.ts';

/** Lines that go into the store at once. */
const LINES_TOGETHER = 256;

/** What became of log lines. */
export interface LineCounts {
  readonly stored: number;
  readonly tooOld: number;
  readonly tooNew: number;
  /** Of streams that the bound had no room for. */
  readonly refused: number;
  /** Of those that are stored: their end was cut off, as they are too long. */
  readonly cut: number;
}

/** What became of the lines of one request. */
interface TakenLines {
  readonly taken: number;
  readonly rejected: number;
  /** Why; undefined when all were taken. */
  readonly reason: string | undefined;
}

export interface LineTaker {
  /** Lines that come soon after one another in one stream go in together. */
  take(read: (sink: LogSink) => Generator<undefined, void>): Promise<TakenLines>;
  counts(): LineCounts;
}

/** @param now since 1970 [ms] */
export function createLineTaker(logs: MemoryLogs, retentionMs: number, now: () => number): LineTaker {
  const counts = { stored: 0, tooOld: 0, tooNew: 0, refused: 0, cut: 0 };

  /** @returns how many the store had no room for */
  function push(labels: Labels, entries: readonly LogEntry[]): number {
    const before = logs.counts();
    logs.push(labels, entries);
    const after = logs.counts();
    const refused = after.dropped.refused - before.dropped.refused;
    counts.cut += after.cut - before.cut;
    counts.stored += entries.length - refused;
    counts.refused += refused;
    return refused;
  }

  return {
    async take(read) {
      const check = checkTimes(now(), retentionMs);
      let byLabels = new Map<Labels, LogEntry[]>();
      let waiting = 0;
      let taken = 0;
      let refused = 0;
      function flush(): void {
        for (const [labels, entries] of byLabels) refused += push(labels, entries);
        taken += waiting;
        byLabels = new Map();
        waiting = 0;
      }
      const steps = read({
        entry(labels, entry) {
          if (!check.takes(labels, entry.timeNs)) return;
          const entries = byLabels.get(labels);
          if (entries === undefined) byLabels.set(labels, [entry]);
          else entries.push(entry);
          waiting += 1;
          if (waiting >= LINES_TOGETHER) flush();
        },
      });
      try {
        await inTurns(steps);
      } finally {
        flush();
      }
      const { tooOld, tooNew, reason } = check.refused();
      counts.tooOld += tooOld;
      counts.tooNew += tooNew;
      const reasons = [
        ...(reason === undefined ? [] : [reason]),
        ...(refused === 0 ? [] : [`${refused} lines were of more streams than there is room for`]),
      ];
      return {
        taken: taken - refused,
        rejected: tooOld + tooNew + refused,
        reason: reasons.length === 0 ? undefined : reasons.join('; '),
      };
    },
    counts: () => ({ ...counts }),
  };
}

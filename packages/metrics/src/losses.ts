/** Why an observation is on no page; the values of the label `reason`. */
type LossReason = 'value' | 'labels' | 'conflict' | 'failed' | 'timeout';

/** A count that a hot path raises without a lookup. */
export interface LossCount {
  count: number;
}

/** What was dropped, by metric and reason. */
export interface Losses {
  /** The count of a metric, made when it is first asked for. */
  of(metric: string, reason: LossReason): LossCount;
  /** Those that have counted something. */
  read(): Iterable<{ readonly metric: string; readonly reason: LossReason; readonly count: number }>;
}

/** Most metrics that are told apart; what comes beyond is counted together. */
const MAX_METRICS = 500;
const BEYOND = '_OTHER';

export function createLosses(): Losses {
  const byMetric = new Map<string, Map<LossReason, LossCount>>();

  return {
    of(metric, reason) {
      const name = byMetric.has(metric) || byMetric.size < MAX_METRICS ? metric : BEYOND;
      let counts = byMetric.get(name);
      if (counts === undefined) byMetric.set(name, (counts = new Map()));
      let found = counts.get(reason);
      if (found === undefined) counts.set(reason, (found = { count: 0 }));
      return found;
    },
    *read() {
      for (const [metric, counts] of byMetric) {
        for (const [reason, { count }] of counts) if (count > 0) yield { metric, reason, count };
      }
    },
  };
}

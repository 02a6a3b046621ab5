import type { LabelMatcher } from '../../../labels.ts';
import { isStaleMarker } from '../../stale-marker.ts';
import type { SeriesSource } from '../../source.ts';
import type { AlertingRule } from '../rule-file/rule.ts';
import type { AlertingState } from './alerting-rule.ts';
import { labelsKey } from './rule-io.ts';

/** Longest outage after which alerts go on as before [ms]. */
const OUTAGE_TOLERANCE_MS = 60 * 60_000;
/** Alerts wait at least so long after a restart before they fire, for data may be late [ms]. */
const GRACE_PERIOD_MS = 10 * 60_000;

/** The last sample of a series before the outage. */
interface LastSample {
  readonly timeMs: number;
  readonly activeAtMs: number;
}

async function lastSamples(
  rule: AlertingRule,
  source: SeriesSource,
  timeMs: number,
): Promise<ReadonlyMap<string, LastSample>> {
  // Labels that are templates differ from alert to alert.
  const fixed = Object.entries(rule.labels).filter(([, value]) => !value.includes('{{'));
  const wanted = { ...Object.fromEntries(fixed), __name__: 'ALERTS_FOR_STATE', alertname: rule.alert };
  const matchers = Object.entries(wanted).map(([name, value]): LabelMatcher => ({ name, op: '=', value }));
  const found = new Map<string, LastSample>();
  const range = { fromMs: timeMs - OUTAGE_TOLERANCE_MS, toMs: timeMs };
  for await (const series of source.select(matchers, range, new AbortController().signal)) {
    const last = series.timesMs.findLastIndex((each) => each >= range.fromMs && each <= timeMs);
    if (last === -1 || isStaleMarker(series.values, last)) continue;
    const { __name__: _name, ...labels } = series.labels;
    found.set(labelsKey(labels), {
      timeMs: Math.trunc(series.timesMs[last]! / 1000) * 1000,
      activeAtMs: Math.trunc(series.values[last]!) * 1000,
    });
  }
  return found;
}

/** When an alert counts as begun, of when it began and when it was seen last. */
function restoredAtMs(last: LastSample, forMs: number, timeMs: number): number {
  const remainingMs = forMs - (last.timeMs - last.activeAtMs);
  // It fired: it fires again at the next evaluation.
  if (remainingMs <= 0) return last.activeAtMs;
  if (remainingMs < GRACE_PERIOD_MS) return timeMs + GRACE_PERIOD_MS - forMs;
  // The outage does not count as waiting.
  return last.activeAtMs + (timeMs - last.timeMs);
}

/**
 * Goes on where alerts were before a restart, from the series `ALERTS_FOR_STATE`: a `for` of an hour that had waited 50
 * minutes waits the rest.
 *
 * @param timeMs now, since 1970 [ms]
 */
export async function restoreAlerts(
  rule: AlertingRule,
  state: AlertingState,
  source: SeriesSource,
  timeMs: number,
): Promise<void> {
  if (rule.forMs < GRACE_PERIOD_MS) {
    state.restore(() => undefined);
    return;
  }
  const before = await lastSamples(rule, source, timeMs);
  state.restore(({ labels }) => {
    const last = before.get(labelsKey(labels));
    return last === undefined ? undefined : restoredAtMs(last, rule.forMs, timeMs);
  });
}

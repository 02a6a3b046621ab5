import { requestBoundaries } from '@sightline/conventions';
import { boundPattern, selector } from '../promql.ts';
import type { Rule } from '../rule.ts';

/** How many bounds a rule reads: a Prometheus 2 reads 10,000 series in some 70 ms, and no rule may keep it for 50. */
const BOUNDS_PER_RULE = 4;

function patternOf(bounds: readonly number[]): string {
  return bounds.map(boundPattern).join('|');
}

/** Which bounds each rule reads: all but the last name theirs, and the last has what is left, `+Inf` and foreign ones too. */
function matchersOfBounds(): readonly string[] {
  const named = Array.from({ length: Math.floor(requestBoundaries.length / BOUNDS_PER_RULE) }, (_, part) =>
    requestBoundaries.slice(part * BOUNDS_PER_RULE, (part + 1) * BOUNDS_PER_RULE),
  );
  return [...named.map((bounds) => `=~${patternOf(bounds)}`), `!~${patternOf(named.flat())}`];
}

/**
 * What is recorded of each bucket of the requests' durations, by several rules of one name, so that none keeps a large
 * Prometheus for long.
 *
 * @param record the name of the series, which keep `le`
 * @param exprOf the expression, for the buckets that one rule reads
 */
export function bucketRules(record: string, exprOf: (buckets: string) => string): readonly Rule[] {
  return matchersOfBounds().map((le, part) => ({
    record,
    expr: exprOf(selector('http_server_request_duration_seconds_bucket', { le })),
    // promtool takes rules of one name and the same labels for a mistake. A label without a value is on no series.
    labels: { [`part_${part + 1}`]: '' },
  }));
}

import { aggregate, histogram, labelList, series, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { bucketRules } from './bucket-rules.ts';

/** How each label of the semantic conventions was called before them. */
const oldLabels = {
  method: 'http_request_method',
  route: 'http_route',
  status_code: 'http_response_status_code',
} as const;

const DURATION = 'http_server_request_duration_seconds';
const OLD_LABELS = 'http_server_requests:old_labels';

/** Each set of labels once, with their old names beside them: a series for all buckets and instances of a route. */
function oldLabelSets(): string {
  const sets = aggregate('group', Object.values(oldLabels), histogram(DURATION, 'count'));
  return Object.entries(oldLabels).reduce(
    (inner, [now, source]) => `label_replace(${inner}, "${now}", "$1", "${source}", "(.+)")`,
    sets,
  );
}

/**
 * The labels of today stay as well: taking them away would cost a pass over every series, as would each `label_replace`.
 * Of 10,000 series, one join takes less than half of what three of those took.
 */
function renamed(expr: string): string {
  const join = `on (${labelList(Object.values(oldLabels))}) group_left (${labelList(Object.keys(oldLabels))})`;
  return `${expr} * ${join} ${OLD_LABELS}`;
}

/**
 * The names that dashboards and queries from before the semantic conventions ask for, recorded for each instance, so that
 * they are counters on which `rate` is right. `circuit_breaker_state` needs no rule: it is the name of the catalogue.
 */
export function compatibilityRules(context: RuleContext): RuleGroup {
  const perInstance = [...serviceLabels, 'instance'];
  const requests: readonly Rule[] = (['count', 'sum'] as const).map((part) => ({
    record: `http_request_duration_seconds_${part}`,
    expr: renamed(histogram(DURATION, part)),
  }));
  const cache = [...perInstance, 'cache'];
  const limiter = [...perInstance, 'limiter'];
  return context.group('compatibility', [
    { record: OLD_LABELS, expr: oldLabelSets() },
    ...bucketRules('http_request_duration_seconds_bucket', renamed),
    ...requests,
    {
      record: 'http_requests_total',
      expr: renamed(histogram(DURATION, 'count')),
    },
    {
      record: 'cache_hits',
      expr: aggregate('sum', cache, series('cache_requests_total', { result: '=~hit|stale' })),
    },
    {
      record: 'cache_misses',
      expr: aggregate('sum', cache, series('cache_requests_total', { result: '=miss' })),
    },
    {
      record: 'rate_limit_violations_total',
      expr: aggregate('sum', limiter, series('rate_limit_requests_total', { decision: '=limited' })),
    },
  ]);
}

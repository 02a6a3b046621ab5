import { aggregate, histogram, series, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';

/** How each label of the semantic conventions was called before them. */
const oldLabels = {
  method: 'http_request_method',
  route: 'http_route',
  status_code: 'http_response_status_code',
} as const;
const parts = ['bucket', 'count', 'sum'] as const;

/** The labels of today stay as well: taking them away would cost a pass over every series. */
function renamed(expr: string): string {
  return Object.entries(oldLabels).reduce(
    (inner, [now, source]) => `label_replace(${inner}, "${now}", "$1", "${source}", "(.+)")`,
    expr,
  );
}

/**
 * The names that dashboards and queries from before the semantic conventions ask for, recorded for each instance, so that
 * they are counters on which `rate` is right. `circuit_breaker_state` needs no rule: it is the name of the catalogue.
 */
export function compatibilityRules(context: RuleContext): RuleGroup {
  const perInstance = [...serviceLabels, 'instance'];
  const requests: readonly Rule[] = parts.map((part) => ({
    record: `http_request_duration_seconds_${part}`,
    expr: renamed(histogram('http_server_request_duration_seconds', part)),
  }));
  const cache = [...perInstance, 'cache'];
  const limiter = [...perInstance, 'limiter'];
  return context.group('compatibility', [
    ...requests,
    {
      record: 'http_requests_total',
      expr: renamed(histogram('http_server_request_duration_seconds', 'count')),
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

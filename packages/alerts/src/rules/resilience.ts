import { aggregate, labelList, percentText, series, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { counted } from '../words.ts';
import { HEAPS } from './runtime.ts';
import { RATE_SECONDS } from './service-rates.ts';

/** How long a breaker counts as open after it was last seen so [s]: it looks half open while it probes. */
const OPEN_SECONDS = 120;
const FLAPPING_SECONDS = 900;
const DAY_SECONDS = 86_400;
/** Left out at the end of that day [s], so that a collapse is not compared with itself. */
const LEFT_OUT_SECONDS = 900;
const HIT_RATIO = 'job_cache:cache_hits:ratio_rate5m';
const LOOKUPS = 'job_cache:cache_lookups:rate5m';

/** Breakers, bulkheads, rate limiters, pools and caches. */
export function resilienceRules(context: RuleContext): RuleGroup {
  return context.group('resilience', [
    ...cacheRecordings(context),
    ...policyAlerts(context),
    ...limitAlerts(context),
    poolExhausted(context),
    poolTimeouts(context),
    cacheCollapsed(context),
  ]);
}

function policyAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const by = [...serviceLabels, 'name'];
  const { breakerOpenings } = options.thresholds;
  const open = series('circuit_breaker_state', { state: '=open' });
  // A probe that fails opens it as well, again and again: that is one outage, and BreakerOpen.
  const opened = series('circuit_breaker_transitions_total', { from: '=closed', to: '=open' });
  const rejected = series('bulkhead_rejected_calls_total');
  return [
    alert({
      name: 'BreakerOpen',
      severity: 'critical',
      expr: `${aggregate('sum', by, `max_over_time(${open}[${duration(OPEN_SECONDS)}])`)} > 0`,
      forSeconds: 0,
      summary: `The breaker {{ $labels.name }} of {{ $labels.job }} is open on ${counted('instance')}`,
      description:
        'Calls through {{ $labels.name }} are refused without being tried, because too many before them failed. Users get' +
        ' the fallback, or an error, until the breaker closes by itself.',
      resultLabels: by,
      dashboard: 'resilience',
      traces: 'failed-calls',
    }),
    alert({
      name: 'BreakerFlapping',
      severity: 'warning',
      expr: `${aggregate('max', by, `increase(${opened}[${duration(FLAPPING_SECONDS)}])`)} >= ${breakerOpenings}`,
      forSeconds: 0,
      summary: `The breaker {{ $labels.name }} of {{ $labels.job }} opened ${counted('time')} in 15 minutes`,
      description:
        'What {{ $labels.name }} protects comes back and fails again: closed and opened' +
        ` ${breakerOpenings} times on one instance in 15 minutes is too often. Users see errors in waves.`,
      resultLabels: by,
      dashboard: 'resilience',
      traces: 'failed-calls',
    }),
    alert({
      name: 'BulkheadFull',
      severity: 'warning',
      expr: `${aggregate('sum', by, `increase(${rejected}[${duration(RATE_SECONDS)}])`)} > 0`,
      forSeconds: 300,
      summary: `The bulkhead {{ $labels.name }} of {{ $labels.job }} turned away ${counted('call')} in 5 minutes`,
      description:
        'More calls want through {{ $labels.name }} than it and its queue hold, for 5 minutes on end. Those that are turned' +
        ' away fail at once.',
      resultLabels: by,
      dashboard: 'resilience',
    }),
  ];
}

function limitAlerts({ options, duration, alert }: RuleContext): readonly Rule[] {
  const by = [...serviceLabels, 'limiter'];
  const range = `[${duration(RATE_SECONDS)}]`;
  const { limitedPerMinute } = options.thresholds;
  const limited = series('rate_limit_requests_total', { decision: '=limited' });
  return [
    alert({
      name: 'RateLimitViolations',
      severity: 'warning',
      expr: `${aggregate('sum', by, `rate(${limited}${range})`)} * 60 > ${limitedPerMinute}`,
      forSeconds: 300,
      summary: `The limiter {{ $labels.limiter }} of {{ $labels.job }} refuses ${counted('request')} a minute`,
      description:
        `More than ${limitedPerMinute} requests a minute have been over the limit for 5 minutes. Either a client is in a` +
        ' loop or attacks, or the limit is too low and users who did nothing wrong get 429.',
      resultLabels: by,
      dashboard: 'rateLimits',
    }),
    alert({
      name: 'RateLimitStoreFailing',
      severity: 'warning',
      expr: `${aggregate('sum', by, `increase(${series('rate_limit_store_errors_total')}${range})`)} > 0`,
      forSeconds: 120,
      summary: `The store of the limiter {{ $labels.limiter }} of {{ $labels.job }} failed ${counted('time')} in 5 minutes`,
      description:
        'The limiter cannot count. As it is configured it then lets everybody through, so that nothing is limited, or' +
        ' nobody, so that every request fails.',
      resultLabels: by,
      dashboard: 'rateLimits',
    }),
  ];
}

function poolExhausted({ options, alert }: RuleContext): Rule {
  const by = [...serviceLabels, 'instance', 'pool'];
  const sum = (expr: string): string => aggregate('sum', by, expr);
  const { poolUsedRatio } = options.thresholds;
  const used = `${sum(series('pool_connections', { state: '=used' }))} / ${sum(series('pool_limit_connections'))}`;
  // A cluster adds its pools up on one page: as many as one of them has may be all of one, while the others stand idle.
  const ofInstance = `on (${labelList([...serviceLabels, 'instance'])}) group_left ()`;
  return alert({
    name: 'PoolExhausted',
    severity: 'critical',
    expr:
      `(${used} >= ${poolUsedRatio} or ${used} >= ${ofInstance} ${poolUsedRatio} / ${HEAPS})` +
      ` and on (${labelList(by)}) ${sum(series('pool_waiting_requests'))} > 0`,
    forSeconds: 120,
    summary:
      'The pool {{ $labels.pool }} of {{ $labels.job }} is used up: {{ $value | humanizePercentage }} in use, and requests wait',
    description:
      `On {{ $labels.instance }} at least ${percentText(poolUsedRatio)} of the connections have been in use for 2 minutes` +
      ' while requests wait for one; in a cluster, as many as one of its processes has. Users wait as well, then get errors.',
    resultLabels: by,
    dashboard: 'resilience',
  });
}

function poolTimeouts({ duration, alert }: RuleContext): Rule {
  const by = [...serviceLabels, 'pool'];
  return alert({
    name: 'PoolTimeouts',
    severity: 'critical',
    expr: `${aggregate('sum', by, `rate(${series('pool_timeouts_total')}[${duration(RATE_SECONDS)}])`)} * 60 >= 1`,
    forSeconds: 120,
    summary: `The pool {{ $labels.pool }} of {{ $labels.job }} lets ${counted('request')} a minute down`,
    description:
      'Requests have waited for a connection until their time was up, at least one a minute for 2 minutes. Each of them' +
      ' was an error to a user.',
    resultLabels: by,
    dashboard: 'resilience',
  });
}

function cacheRecordings({ duration }: RuleContext): readonly Rule[] {
  const by = [...serviceLabels, 'cache'];
  const range = `[${duration(RATE_SECONDS)}]`;
  const hits = series('cache_requests_total', { result: '=~hit|stale' });
  return [
    { record: LOOKUPS, expr: aggregate('sum', by, `rate(${series('cache_requests_total')}${range})`) },
    {
      record: HIT_RATIO,
      expr: `(${aggregate('sum', by, `rate(${hits}${range})`)} or ${LOOKUPS} * 0) / (${LOOKUPS} > 0)`,
    },
  ];
}

function cacheCollapsed({ options, duration, alert }: RuleContext): Rule {
  const { cacheHitRatioLeft, cacheHitRatioBefore, minCacheLookups } = options.thresholds;
  const before = `avg_over_time(${HIT_RATIO}[${duration(DAY_SECONDS)}] offset ${duration(LEFT_OUT_SECONDS)})`;
  return alert({
    name: 'CacheHitRatioCollapsed',
    severity: 'warning',
    expr:
      `${HIT_RATIO} < ${cacheHitRatioLeft} * (${before} >= ${cacheHitRatioBefore})` +
      ` and ${LOOKUPS} * ${RATE_SECONDS * options.timeScaleRatio} >= ${minCacheLookups}`,
    forSeconds: 600,
    summary:
      'The cache {{ $labels.cache }} of {{ $labels.job }} answers only {{ $value | humanizePercentage }} of what it is asked',
    description:
      `That is less than ${percentText(cacheHitRatioLeft)} of what it answered in the day before, for ten minutes. What it` +
      ' held back now reaches the database or whoever is behind it; users wait longer.',
    resultLabels: [...serviceLabels, 'cache'],
    dashboard: 'resilience',
  });
}

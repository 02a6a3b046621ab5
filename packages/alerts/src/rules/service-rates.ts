import { pageKnown, rateFromFirst } from '../from-first.ts';
import { aggregate, histogram, labelList, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext, RuleGroup } from '../rule.ts';
import { bucketRules } from './bucket-rules.ts';

/** The window of every rate that is not about a trend [s]. */
export const RATE_SECONDS = 300;

/** What else a rate is split by, and how the recorded series start. */
const levels = {
  job: [],
  job_route: ['http_route'],
  job_version: ['service_version'],
} as const;
export type Level = keyof typeof levels;

/** The labels of the recorded series of a level. */
export function levelLabels(level: Level): readonly string[] {
  return [...serviceLabels, ...levels[level]];
}

/** The names that are recorded, so that no rule spells one itself. */
export const recorded = {
  pageKnown: 'instance:page_known:bool5m',
  requests: (level: Level) => `${level}:http_server_requests:rate5m`,
  errorRatio: (level: Level) => `${level}:http_server_errors:ratio_rate5m`,
  p95: (level: Level) => `${level}:http_server_duration_seconds:p95_5m`,
  p99: (level: Level) => `${level}:http_server_duration_seconds:p99_5m`,
} as const;

const DURATION = 'http_server_request_duration_seconds';
const INSTANCE_BUCKETS = 'instance:http_server_duration_seconds_bucket:rate5m';
const ROUTE_BUCKETS = 'job_route:http_server_duration_seconds_bucket:rate5m';
const failed = { http_response_status_code: '=~5..' } as const;

/** An instance of one name may be in two environments, each with a version of its own: `api-0:9464`. */
const ofInstance = [...serviceLabels, 'instance'];

/**
 * Gives every series of an instance the version that runs on it. Where an instance keeps its name through a deploy, none has it
 * until the rates are of the new version alone: the errors of the one before are not those of the one that mends them.
 */
function withVersion(level: Level, perSecond: string, { duration }: RuleContext): string {
  if (level !== 'job_version') return perSecond;
  const build = 'sightline_build_info';
  const on = labelList(ofInstance);
  const left =
    `${build} offset ${duration(RATE_SECONDS)}` +
    ` unless on (${labelList([...ofInstance, 'service_version'])}) ${build}`;
  const versions = aggregate(
    'max',
    [...ofInstance, 'service_version'],
    `${build} unless on (${on}) (${left})`,
  );
  return `(${perSecond}) * on (${on}) group_left (service_version) ${versions}`;
}

/**
 * What a service, its routes and its versions answer: recorded, because thresholds, comparisons with the hour before and
 * dashboards all need it. A request without an answer is no error here: most often the client went away.
 */
export function serviceRates(context: RuleContext): RuleGroup {
  const range = `[${context.duration(RATE_SECONDS)}]`;
  const bucketRates = (record: string, by: readonly string[]): readonly Rule[] =>
    bucketRules(record, (buckets) => aggregate('sum', [...by, 'le'], `rate(${buckets}${range})`));
  const quantile = (level: Level, quantileRatio: number): string => {
    const ofLevel = (): string =>
      aggregate('sum', [...levelLabels(level), 'le'], withVersion(level, INSTANCE_BUCKETS, context));
    return `histogram_quantile(${quantileRatio}, ${level === 'job_route' ? ROUTE_BUCKETS : ofLevel()})`;
  };
  const rules = (Object.keys(levels) as Level[]).flatMap((level): readonly Rule[] => {
    const by = levelLabels(level);
    const sum = (perSecond: string): string => aggregate('sum', by, withVersion(level, perSecond, context));
    const all = sum(rateFromFirst(histogram(DURATION, 'count'), RATE_SECONDS, recorded.pageKnown, context));
    const errors = sum(
      rateFromFirst(histogram(DURATION, 'count', failed), RATE_SECONDS, recorded.pageKnown, context),
    );
    const requests = recorded.requests(level);
    const forLevel = [
      { record: requests, expr: all },
      // Without a single error there is no series of errors: then the ratio is 0, not absent.
      { record: recorded.errorRatio(level), expr: `(${errors} or ${requests} * 0) / (${requests} > 0)` },
      { record: recorded.p95(level), expr: quantile(level, 0.95) },
    ];
    if (level === 'job') forLevel.push({ record: recorded.p99(level), expr: quantile(level, 0.99) });
    return forLevel;
  });
  // Most series by far are buckets: they are read for instances and for routes, and everything else is made of these.
  return context.group('service-rates', [
    { record: recorded.pageKnown, expr: pageKnown(RATE_SECONDS, context) },
    ...bucketRates(INSTANCE_BUCKETS, ofInstance),
    ...bucketRates(ROUTE_BUCKETS, levelLabels('job_route')),
    ...rules,
  ]);
}

/** `and` what had enough requests to be judged. */
export function ifBusy({ options }: RuleContext, level: Level): string {
  const windowSeconds = RATE_SECONDS * options.timeScaleRatio;
  return `and on (${labelList(levelLabels(level))}) ${recorded.requests(level)} * ${windowSeconds} >= ${options.thresholds.minRequests}`;
}

import { sumFromFirst } from '../from-first.ts';
import { boundPattern, equals, histogram, serviceLabels } from '../promql.ts';
import type { RuleContext } from '../rule.ts';
import type { Slo } from './define-slo.ts';
import { WINDOW_PLACE } from './slo-options.ts';

const DURATION = 'http_server_request_duration_seconds';

/** The two rates of an SLI, in events a second. */
export interface SliQueries {
  readonly errors: string;
  readonly total: string;
}

/** The labels of the series of an SLO, besides its name. */
export function sloLabels({ route }: Slo): readonly string[] {
  return [...serviceLabels, ...(route === undefined ? [] : ['http_route'])];
}

/**
 * What is bad and what there is, over one range.
 *
 * @param seconds the range [s], not scaled
 * @param more labels to split by, besides those of the service
 */
export function sliQueries(
  slo: Slo,
  seconds: number,
  context: RuleContext,
  more: readonly string[] = [],
): SliQueries {
  const { sli, service, route } = slo;
  if (sli.kind === 'events') {
    const range = context.duration(seconds);
    // A comment at the end must not take the bracket along.
    const filled = (query: string): string =>
      `(${query.replaceAll(WINDOW_PLACE, range)}${query.includes('#') ? '\n' : ''})`;
    return { errors: filled(sli.errors), total: filled(sli.total) };
  }
  const target = {
    ...(service === undefined ? {} : { job: equals(service) }),
    ...(route === undefined ? {} : { http_route: equals(route) }),
  };
  const sum = (counter: string): string =>
    sumFromFirst([...sloLabels(slo), ...more], counter, seconds, context);
  const total = sum(histogram(DURATION, 'count', target));
  if (sli.kind === 'availability') {
    return {
      errors: sum(histogram(DURATION, 'count', { ...target, http_response_status_code: '=~5..' })),
      total,
    };
  }
  const le = { le: `=~${boundPattern(sli.thresholdSeconds)}` } as const;
  // `le` is no label of the catalogue: it belongs to the form of a histogram.
  const inTime = sum(histogram(DURATION, 'bucket', { ...target, ...le }));
  return { errors: `clamp_min(${total} - ${inTime}, 0)`, total };
}

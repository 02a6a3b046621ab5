import { pageKnown, rateFromFirst } from '../from-first.ts';
import { aggregate, boundPattern, equals, histogram, serviceLabels } from '../promql.ts';
import type { Rule, RuleContext } from '../rule.ts';
import type { Slo } from './define-slo.ts';
import { of, recorded } from './recorded.ts';
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
  const { sli, route } = slo;
  if (sli.kind === 'events') {
    const range = context.duration(seconds);
    // A comment at the end must not take the bracket along.
    const filled = (query: string): string =>
      `(${query.replaceAll(WINDOW_PLACE, range)}${query.includes('#') ? '\n' : ''})`;
    return { errors: filled(sli.errors), total: filled(sli.total) };
  }
  const target = { ...targetOf(slo), ...(route === undefined ? {} : { http_route: equals(route) }) };
  const known = of(slo, recorded.pageKnown(seconds));
  const sum = (counter: string): string =>
    aggregate('sum', [...sloLabels(slo), ...more], rateFromFirst(counter, seconds, known, context));
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

function targetOf({ service }: Slo): { readonly job?: `=${string}` } {
  return service === undefined ? {} : { job: equals(service) };
}

/** What `sliQueries` reads of the service's instances, for each range; a query of one's own reads none of it. */
export function knownRules(slo: Slo, ranges: readonly number[], context: RuleContext): readonly Rule[] {
  if (slo.sli.kind === 'events') return [];
  return ranges.map((seconds) => ({
    record: recorded.pageKnown(seconds),
    expr: pageKnown(seconds, context, targetOf(slo)),
    labels: { slo: slo.name },
  }));
}

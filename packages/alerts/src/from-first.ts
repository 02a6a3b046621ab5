import { aggregate, labelList, selector, series, serviceLabels } from './promql.ts';
import type { RuleContext } from './rule.ts';

const instanceLabels = [...serviceLabels, 'instance'];

/**
 * What a counter gained, with the first thing that each of its series counts.
 *
 * A series begins when there is something to count, at 1: `increase` never sees that one, and of a service with few requests,
 * many routes and many instances, most errors are the first of their kind. What a series holds that was not there at the
 * beginning of the range is all of it, where its page was known then.
 *
 * Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
 *
 * @param counter a selector
 * @param seconds the range [s], not scaled
 * @param known the instances whose page was known at its beginning: `pageKnown`, or what was recorded of it
 */
export function increaseFromFirst(
  counter: string,
  seconds: number,
  known: string,
  { duration }: RuleContext,
): string {
  const range = duration(seconds);
  return `${begun(counter, range, known)} or increase(${counter}[${range}])`;
}

/** The same by the second, which is what `rate` is to `increase`. */
export function rateFromFirst(counter: string, seconds: number, known: string, context: RuleContext): string {
  const range = context.duration(seconds);
  const real = seconds * context.options.timeScaleRatio;
  return `(${begun(counter, range, known)}) / ${real} or rate(${counter}[${range}])`;
}

function begun(counter: string, range: string, known: string): string {
  return `(${counter} unless ${counter} offset ${range}) and on (${labelList(instanceLabels)}) ${known}`;
}

/**
 * The instances of which is known what their page had at the beginning of a range: it was read then, or sent, or the process is
 * as young. After a gap of Prometheus, and for a process that it has just found, neither is so.
 *
 * @param seconds the range [s], not scaled
 * @param target matchers of their targets
 */
export function pageKnown(
  seconds: number,
  { options, duration }: RuleContext,
  target: { readonly job?: `=${string}` } = {},
): string {
  const before = `offset ${duration(seconds)}`;
  const read = `${selector('up', target)} ${before} == 1`;
  const sent = `${series('sightline_build_info', target)} ${before}`;
  const young = `time() - ${series('process_start_time_seconds', target)} < ${seconds * options.timeScaleRatio}`;
  return aggregate('group', instanceLabels, `${read} or ${sent} or ${young}`);
}

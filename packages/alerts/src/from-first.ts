import { aggregate, labelList, selector, series, serviceLabels } from './promql.ts';
import type { RuleContext } from './rule.ts';

/**
 * What a counter gained, with the first thing that each of its series counts.
 *
 * A series begins when there is something to count, at 1: `increase` never sees that one, and of a service with few requests,
 * many routes and many instances, most errors are the first of their kind. What a series holds that was not there at the
 * beginning of the range is all of it, where its page was read then without it, or its process is as young. After a gap of
 * Prometheus, and for a process that it has just found, neither is so.
 *
 * Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
 *
 * @param counter a selector
 * @param seconds the range [s], not scaled
 */
export function increaseFromFirst(counter: string, seconds: number, context: RuleContext): string {
  return `${begun(counter, seconds, context)} or increase(${counter}[${context.duration(seconds)}])`;
}

/** The same by the second, which is what `rate` is to `increase`. */
export function rateFromFirst(counter: string, seconds: number, context: RuleContext): string {
  const real = seconds * context.options.timeScaleRatio;
  const range = context.duration(seconds);
  return `(${begun(counter, seconds, context)}) / ${real} or rate(${counter}[${range}])`;
}

/** The sum of rates that see the first thing that each series counts. */
export function sumFromFirst(
  by: readonly string[],
  counter: string,
  seconds: number,
  context: RuleContext,
): string {
  return aggregate('sum', by, rateFromFirst(counter, seconds, context));
}

function begun(counter: string, seconds: number, { options, duration }: RuleContext): string {
  const before = `offset ${duration(seconds)}`;
  const instance = labelList([...serviceLabels, 'instance']);
  const read = `${selector('up')} ${before} == 1 or ${series('sightline_build_info')} ${before}`;
  const young = `time() - ${series('process_start_time_seconds')} < ${seconds * options.timeScaleRatio}`;
  return `(${counter} unless ${counter} ${before}) and on (${instance}) (${read} or ${young})`;
}

import type { LinesBefore, LogStream } from '../log-source.ts';
import { duplicateSuffix, errorLabel } from '../pipeline/parser-hints.ts';
import type { Grouping, RangeAggregation } from '../syntax/ast.ts';
import type { Sample, Series } from './series-table.ts';
import type { EvaluationContext, StepEvaluator } from './step-evaluator.ts';

/** The labels by which lines are counted that nobody has to read; undefined where what they hold matters. */
export function countedLabels(
  { range, operation, grouping: own }: RangeAggregation,
  outer: Grouping | undefined,
): readonly string[] | undefined {
  const grouping = outer ?? own;
  if (operation !== 'count_over_time' && operation !== 'rate') return undefined;
  if (range.unwrap !== undefined || range.selector.stages.length > 0) return undefined;
  if (grouping === undefined || grouping.without) return undefined;
  return grouping.labels.some((name) => name.endsWith(duplicateSuffix)) ? undefined : grouping.labels;
}

/**
 * Counts the lines of streams by labels that the streams themselves have, or no line has, without reading any line.
 *
 * @returns undefined where the lines have to be read: a stream does not count, or metadata says to which series a line belongs
 */
export function countEvaluator(
  aggregation: RangeAggregation,
  groupLabels: readonly string[],
  streams: readonly LogStream[],
  { steps, budget, table }: EvaluationContext,
): StepEvaluator | undefined {
  const groups = new Map<Series, LinesBefore[]>();
  for (const { labels, counter } of streams) {
    const named = groupLabels.filter((name) => Object.hasOwn(labels, name));
    // A label of the stream is not that of a line's metadata; an error in there ends the query.
    const others = [...groupLabels.filter((name) => !named.includes(name)), errorLabel];
    const before = counter?.(others);
    if (before === undefined) return undefined;
    const series = table.of(named.map((name) => [name, labels[name]!]));
    const counters = groups.get(series);
    if (counters === undefined) groups.set(series, [before]);
    else counters.push(before);
  }
  const rangeNs = BigInt(aggregation.range.rangeNs);
  const seconds = aggregation.operation === 'rate' ? aggregation.range.rangeNs / 1e9 : 1;
  let endNs = steps.startNs - BigInt(aggregation.range.offsetNs) - steps.stepNs;
  return {
    async next() {
      endNs += steps.stepNs;
      const samples: Sample[] = [];
      for (const [series, counters] of groups) {
        // From behind the start to the end itself.
        let count = 0;
        for (const before of counters) count += before(endNs + 1n) - before(endNs - rangeNs + 1n);
        if (count > 0) samples.push({ series, value: count / seconds });
      }
      await budget.pause();
      return samples;
    },
    skip() {
      endNs += steps.stepNs;
    },
    close: () => undefined,
  };
}

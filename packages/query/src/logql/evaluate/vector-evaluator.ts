import type { Grouping, VectorAggregation } from '../syntax/ast.ts';
import type { Sample, Series, SeriesTable } from './series-table.ts';
import type { StepEvaluator } from './step-evaluator.ts';
import { vectorFunctions } from './vector-functions.ts';

/** Without a grouping all series are one group. */
export const oneGroup: Grouping = { without: false, labels: [] };

/** Evaluates an aggregation over the series of another evaluator. */
export function vectorEvaluator(
  aggregation: VectorAggregation,
  operand: StepEvaluator,
  table: SeriesTable,
): StepEvaluator {
  const { operation, parameter } = aggregation;
  const groupOf = createGroups(aggregation.grouping ?? oneGroup, table);
  const aggregate = vectorFunctions[operation];
  return {
    async next() {
      const groups = new Map<Series, Sample[]>();
      for (const sample of await operand.next()) {
        const group = groupOf(sample.series);
        const samples = groups.get(group);
        if (samples === undefined) groups.set(group, [sample]);
        else samples.push(sample);
      }
      return [...groups].flatMap(([series, samples]) => aggregate(samples, series, parameter));
    },
    skip: () => operand.skip(),
    close: () => operand.close(),
  };
}

/** The group of each series, found once. */
function createGroups({ without, labels }: Grouping, table: SeriesTable): (series: Series) => Series {
  const known = new Map<Series, Series>();
  const named = new Set(labels);
  return (series) => {
    const group = known.get(series);
    if (group !== undefined) return group;
    const pairs = Object.entries(series.labels).filter(([name]) =>
      without ? !named.has(name) && name !== '__name__' : named.has(name),
    );
    const created = without ? table.withoutEmpty(pairs) : table.of(pairs);
    known.set(series, created);
    return created;
  };
}

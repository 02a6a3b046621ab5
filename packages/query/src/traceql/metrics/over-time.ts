import { lookupOf } from '../fetch/span-view.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { Attribute, MetricsFunction, OverTimeFunction } from '../syntax/ast.ts';
import { printAttribute, scopedAttribute } from '../syntax/attribute.ts';
import { float, keyOf, nil, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { accumulators, arraysOf } from './accumulate.ts';
import type { Accumulator, AccumulatorKind } from './accumulate.ts';
import type { CollectorContext, SpanCollector } from './collector.ts';
import { bucketLabel, quantileSeries } from './quantile-series.ts';
import { labelValue, metricName, seriesKey } from './series.ts';
import type { MetricSeries, SeriesLabel, SeriesSet, SpanExemplar } from './series.ts';
import { bucketOf, spanValueOf } from './span-value.ts';

/** What a function does with the spans of a step. */
interface FunctionKind {
  readonly accumulator: AccumulatorKind;
  /** The value of a span: 1 for what counts, else of its attribute. */
  readonly value: 'one' | 'attribute';
  /** Whether spans are told apart by the power of two above their value. */
  readonly buckets?: true;
  /** The value of an exemplar: that of the series, or of the span. */
  readonly exemplar: 'series' | 'span';
}

/** All functions over time. */
const functions: Readonly<Record<OverTimeFunction, FunctionKind>> = {
  rate: { accumulator: 'count', value: 'one', exemplar: 'series' },
  count_over_time: { accumulator: 'count', value: 'one', exemplar: 'series' },
  min_over_time: { accumulator: 'min', value: 'attribute', exemplar: 'span' },
  max_over_time: { accumulator: 'max', value: 'attribute', exemplar: 'span' },
  sum_over_time: { accumulator: 'sum', value: 'attribute', exemplar: 'span' },
  avg_over_time: { accumulator: 'avg', value: 'attribute', exemplar: 'span' },
  histogram_over_time: { accumulator: 'count', value: 'one', buckets: true, exemplar: 'series' },
  quantile_over_time: { accumulator: 'count', value: 'one', buckets: true, exemplar: 'span' },
};

const nanosecondsInSecond = 1e9;

interface Group {
  readonly labels: readonly SeriesLabel[];
  readonly accumulator: Accumulator;
  readonly exemplars: SpanExemplar[];
}

type OverTime = Extract<MetricsFunction, { kind: 'over-time' }>;

/** Collects the series of `rate()` and its like. */
export function createOverTimeCollector(
  first: OverTime,
  { intervals, budget }: CollectorContext,
): SpanCollector {
  const { accumulator, value, buckets, exemplar } = functions[first.op];
  const lookups = first.by.map(groupLookup);
  const bucket = buckets === true && first.attribute !== undefined ? bucketOf(first.attribute) : undefined;
  // Functions that read a value have an attribute.
  const observed = value === 'one' ? () => 1 : spanValueOf(first.attribute!);
  const exemplarValue = exemplar === 'series' ? () => Number.NaN : spanValueOf(first.attribute!);
  const groups = new Map<string, Group>();
  /** Those of whose buckets quantiles are made. */
  const quantiled = new Set<string>();

  function groupOf(view: SpanView): Group | undefined {
    const values = lookups.map((lookup) => labelOrNil(lookup(view)));
    const upperBound = bucket?.(view);
    if (bucket !== undefined && upperBound === undefined) return undefined;
    const seriesId = values.map(keyOf).join('\0');
    const key = `${seriesId}\0${upperBound ?? ''}`;
    const known = groups.get(key);
    if (known !== undefined) return known;
    budget.series(groups.size + 1);
    budget.values(intervals.count * arraysOf[accumulator]);
    if (first.quantileRatios.length > 0 && !quantiled.has(seriesId)) {
      quantiled.add(seriesId);
      budget.values(intervals.count * first.quantileRatios.length);
    }
    const labels = labelsOf(first, values, upperBound);
    const group = { labels, accumulator: accumulators[accumulator](intervals.count), exemplars: [] };
    groups.set(key, group);
    return group;
  }

  return {
    observe(view, step, weight) {
      const one = observed(view);
      // A span without the value says nothing.
      if (Number.isNaN(one)) return;
      const weighted = accumulator === 'count' || accumulator === 'sum' ? one * weight : one;
      groupOf(view)?.accumulator.add(step, weighted);
    },
    exemplar(view, of) {
      groupOf(view)?.exemplars.push({ ...of, value: exemplarValue(view) });
    },
    result() {
      if (first.by.length === 0 && bucket === undefined && groups.size === 0 && value === 'one') addZeros();
      const series = merged(groups.values());
      if (first.op === 'quantile_over_time')
        return quantileSeries(series, first.quantileRatios, intervals.count);
      if (first.op !== 'rate') return series;
      const seconds = Number(intervals.stepNs) / nanosecondsInSecond;
      return new Map(
        [...series].map(([key, one]) => [
          key,
          { ...one, values: one.values.map((count) => count * (1 / seconds)) },
        ]),
      );
    },
  };

  /** A series of zeros, when nothing is counted and nothing tells series apart. */
  function addZeros(): void {
    groups.set('', {
      labels: labelsOf(first, [], undefined),
      accumulator: accumulators[accumulator](intervals.count),
      exemplars: [],
    });
  }
}

/** Without a scope an attribute is looked for in the span, then in its resource. */
function groupLookup(attribute: Attribute): (view: SpanView) => Static {
  if (attribute.scope !== 'none' || attribute.intrinsic !== undefined) return lookupOf(attribute);
  const own = lookupOf(scopedAttribute('span', attribute.name));
  const ofResource = lookupOf(scopedAttribute('resource', attribute.name));
  return (view) => {
    const value = own(view);
    return value.type === 'nil' ? ofResource(view) : value;
  };
}

const labelOrNil = (value: Static): Static => (value.type === 'nil' ? nil : labelValue(value));

function labelsOf(
  first: OverTime,
  values: readonly Static[],
  upperBound: number | undefined,
): readonly SeriesLabel[] {
  const bucket = upperBound === undefined ? [] : [{ name: bucketLabel, value: float(upperBound) }];
  if (first.by.length === 0) {
    return bucket.length > 0 ? bucket : [{ name: metricName, value: string(first.op) }];
  }
  const labels = first.by.flatMap((attribute, index) => {
    const value = values[index]!;
    return value.type === 'nil' ? [] : [{ name: printAttribute(attribute), value }];
  });
  if (labels.length > 0 || bucket.length > 0) return [...labels, ...bucket];
  return [{ name: printAttribute(first.by[0] as Attribute), value: labelValue(nil) }];
}

/** Series with the same labels become one, as a missing value and the text "nil" do. */
function merged(groups: Iterable<Group>): SeriesSet {
  const series = new Map<string, MetricSeries>();
  for (const { labels, accumulator, exemplars } of groups) {
    const key = seriesKey(labels);
    const known = series.get(key);
    const values = accumulator.values();
    series.set(
      key,
      known === undefined
        ? { labels, values, exemplars }
        : {
            labels,
            values: known.values.map((value, step) => value + (values[step] as number)),
            exemplars: [...known.exemplars, ...exemplars],
          },
    );
  }
  return series;
}

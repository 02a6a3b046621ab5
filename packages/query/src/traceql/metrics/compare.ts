import { compileField } from '../evaluate/field.ts';
import { readEntries } from '../fetch/span-view.ts';
import type { Entry, SpanView } from '../fetch/span-view.ts';
import type { Intrinsic, MetricsFunction } from '../syntax/ast.ts';
import { printAttribute } from '../syntax/attribute.ts';
import { keyOf, nil, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import type { CollectorContext, SpanCollector } from './collector.ts';
import { labelValue, seriesKey } from './series.ts';
import type { MetricSeries, SeriesLabel, SpanExemplar } from './series.ts';

const metaLabel = '__meta_type';

/** What no spans are told apart by: there are as many values as spans, or traces. */
const unique: ReadonlySet<Intrinsic | undefined> = new Set<Intrinsic>([
  'trace:id',
  'span:parentID',
  'nestedSetLeft',
  'nestedSetRight',
  'nestedSetParent',
]);

interface Side {
  readonly meta: 'baseline' | 'selection';
  /** Counts by attribute and value. */
  readonly values: Map<string, Map<string, { readonly value: Static; readonly counts: Float64Array }>>;
  readonly exemplars: SpanExemplar[];
}

type Compare = Extract<MetricsFunction, { kind: 'compare' }>;

/** Counts every attribute of the selected spans and of the others, by value: what the selected ones have in common. */
export function createCompareCollector(
  first: Compare,
  { intervals, budget }: CollectorContext,
): SpanCollector {
  const test = compileField(first.selection.expression);
  const baseline: Side = { meta: 'baseline', values: new Map(), exemplars: [] };
  const selection: Side = { meta: 'selection', values: new Map(), exemplars: [] };
  let series = 0;

  function sideOf(view: SpanView): Side {
    const { startNs } = view.span;
    const timed = first.startNs > 0n && first.endNs > 0n;
    if (timed && (startNs <= first.startNs || startNs > first.endNs)) return baseline;
    const result = test(view);
    return result.type === 'boolean' && result.value ? selection : baseline;
  }

  function count(side: Side, { attribute, value }: Entry, step: number, weight: number): void {
    if (value.type === 'duration' || unique.has(attribute.intrinsic)) return;
    const name = printAttribute(attribute);
    const values = side.values.get(name) ?? new Map<string, { value: Static; counts: Float64Array }>();
    side.values.set(name, values);
    const label = labelValue(value);
    const key = keyOf(label);
    let known = values.get(key);
    if (known === undefined) {
      series += 1;
      budget.series(series);
      budget.values(intervals.count);
      values.set(key, (known = { value: label, counts: new Float64Array(intervals.count) }));
    }
    known.counts[step] = (known.counts[step] as number) + weight;
  }

  return {
    observe(view, step, weight) {
      const side = sideOf(view);
      // What the query reads twice counts twice, in the totals too, as in Tempo.
      for (const entry of readEntries(view)) count(side, entry, step, weight);
    },
    exemplar(view, of) {
      sideOf(view).exemplars.push({ ...of, value: Number.NaN });
    },
    result() {
      const result = [baseline, selection].flatMap((side) =>
        valueSeries(side, first.topN).concat(totalSeries(side, intervals.count)),
      );
      return new Map(result.map((one) => [seriesKey(one.labels), one]));
    },
  };
}

function valueSeries({ meta, values }: Side, topN: number): readonly MetricSeries[] {
  return [...values].flatMap(([name, own]) =>
    [...own.values()]
      .map(({ value, counts }) => ({ value, counts, total: counts.reduce((sum, each) => sum + each, 0) }))
      .toSorted((a, b) => b.total - a.total)
      .slice(0, topN)
      .map(({ value, counts }) => ({ labels: labels(meta, name, value), values: counts, exemplars: [] })),
  );
}

function totalSeries({ meta, values, exemplars }: Side, steps: number): readonly MetricSeries[] {
  return [...values].map(([name, own]) => {
    const totals = new Float64Array(steps);
    for (const { counts } of own.values()) {
      counts.forEach((count, step) => {
        totals[step] = (totals[step] as number) + count;
      });
    }
    return {
      labels: labels(`${meta}_total`, name, labelValue(nil)),
      values: totals,
      exemplars: exemplars.filter(({ entries }) =>
        entries.some(({ attribute }) => printAttribute(attribute) === name),
      ),
    };
  });
}

const labels = (meta: string, name: string, value: Static): readonly SeriesLabel[] => [
  { name: metaLabel, value: string(meta) },
  { name, value },
];

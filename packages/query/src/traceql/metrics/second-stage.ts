import type { ComparisonOperator, MathOperator, SecondStage } from '../syntax/ast.ts';
import { topSeries } from './top-series.ts';
import type { MetricSeries, SeriesSet } from './series.ts';

type StageKind = SecondStage['kind'];
type StageOf<Kind extends StageKind> = Extract<SecondStage, { kind: Kind }>;

/** What each stage makes of series. */
const stages: { readonly [Kind in StageKind]: (input: SeriesSet, stage: StageOf<Kind>) => SeriesSet } = {
  topk: (input, { limit }) => topSeries(input, limit, 'top'),
  bottomk: (input, { limit }) => topSeries(input, limit, 'bottom'),
  'metrics-filter': (input, { op, value }) =>
    mapSeries(input, (series) => filtered(series, comparisons[op], value)),
  'scalar-math': (input, { op, value, side }) =>
    mapSeries(input, (series) =>
      computed(series, (own) => (side === 'left' ? math[op](value, own) : math[op](own, value))),
    ),
};

/** The stages after a function of metrics, one after the other. */
export function applyStages(input: SeriesSet, second: readonly SecondStage[]): SeriesSet {
  return second.reduce(
    (series, stage) =>
      (stages[stage.kind] as (input: SeriesSet, stage: SecondStage) => SeriesSet)(series, stage),
    input,
  );
}

const comparisons: Readonly<Record<ComparisonOperator, (left: number, right: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

/** Arithmetic on values of series; nothing is divided by zero. */
export const math: Readonly<Record<MathOperator, (left: number, right: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => (b === 0 ? Number.NaN : a / b),
};

function mapSeries(input: SeriesSet, change: (series: MetricSeries) => MetricSeries | undefined): SeriesSet {
  const output = new Map<string, MetricSeries>();
  for (const [key, series] of input) {
    const changed = change(series);
    if (changed !== undefined) output.set(key, changed);
  }
  return output;
}

/** Values that do not fit are none any more; a series without any goes. */
function filtered(
  series: MetricSeries,
  fits: (left: number, right: number) => boolean,
  wanted: number,
): MetricSeries | undefined {
  const values = series.values.map((value) =>
    !Number.isNaN(value) && fits(value, wanted) ? value : Number.NaN,
  );
  if (values.every(Number.isNaN)) return undefined;
  const exemplars = series.exemplars.filter(({ value }) => !Number.isNaN(value) && fits(value, wanted));
  return { ...series, values, exemplars };
}

function computed(series: MetricSeries, compute: (value: number) => number): MetricSeries {
  return {
    ...series,
    values: series.values.map(compute),
    exemplars: series.exemplars.map((exemplar) => ({ ...exemplar, value: compute(exemplar.value) })),
  };
}

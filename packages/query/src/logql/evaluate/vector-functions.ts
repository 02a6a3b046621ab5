import type { VectorOperation } from '../syntax/ast.ts';
import type { Sample, Series } from './series-table.ts';

/** Aggregations that make one value of a group, each in the order in which the samples come. */
type Reducer = (samples: readonly Sample[]) => number;

function extreme(samples: readonly Sample[], isBetter: (value: number, best: number) => boolean): number {
  let best = samples[0]!.value;
  for (const { value } of samples) if (isBetter(value, best) || Number.isNaN(best)) best = value;
  return best;
}

function average(samples: readonly Sample[]): number {
  let mean = samples[0]!.value;
  for (let at = 1; at < samples.length; at += 1) {
    const value = samples[at]!.value;
    if (Math.abs(mean) === Infinity && (value === mean || Number.isFinite(value))) continue;
    mean += (value - mean) / (at + 1);
  }
  return mean;
}

/** Welford's algorithm, as for ranges. */
function variance(samples: readonly Sample[]): number {
  let mean = samples[0]!.value;
  let squares = 0;
  for (let at = 1; at < samples.length; at += 1) {
    const value = samples[at]!.value;
    const delta = value - mean;
    mean += delta / (at + 1);
    squares += delta * (value - mean);
  }
  return squares / samples.length;
}

/** A NaN is the least to one, and the greatest to the other: it comes last. */
function byValue(left: Sample, right: Sample): number {
  if (Number.isNaN(left.value)) return Number.isNaN(right.value) ? 0 : 1;
  return Number.isNaN(right.value) ? -1 : left.value - right.value;
}

function byValueDown(left: Sample, right: Sample): number {
  if (Number.isNaN(left.value)) return Number.isNaN(right.value) ? 0 : 1;
  return Number.isNaN(right.value) ? -1 : right.value - left.value;
}

/** What becomes of the samples of a group, of which there is at least one. */
type VectorFunction = (samples: readonly Sample[], group: Series, parameter: number) => readonly Sample[];

function reducing(reduce: Reducer): VectorFunction {
  return (samples, series) => [{ series, value: reduce(samples) }];
}

/** Aggregations by name: some make one sample of a group, some choose samples or sort them. Source: https://grafana.com/docs/loki/latest/query/metric_queries/ */
export const vectorFunctions: Readonly<Record<VectorOperation, VectorFunction>> = {
  sum: reducing((samples) => samples.reduce((total, { value }) => total + value, 0)),
  avg: reducing(average),
  min: reducing((samples) => extreme(samples, (value, best) => value < best)),
  max: reducing((samples) => extreme(samples, (value, best) => value > best)),
  count: reducing((samples) => samples.length),
  stddev: reducing((samples) => Math.sqrt(variance(samples))),
  stdvar: reducing(variance),
  topk: (samples, _group, parameter) => samples.toSorted(byValueDown).slice(0, parameter),
  approx_topk: (samples, _group, parameter) => samples.toSorted(byValueDown).slice(0, parameter),
  bottomk: (samples, _group, parameter) => samples.toSorted(byValue).slice(0, parameter),
  sort: (samples) => samples.toSorted(byValue),
  sort_desc: (samples) => samples.toSorted(byValueDown),
};

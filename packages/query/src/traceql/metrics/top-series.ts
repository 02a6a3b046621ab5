import { encode } from '../value/encode.ts';
import type { Static } from '../value/static.ts';
import { typeRank } from '../value/types.ts';
import { metricName } from './series.ts';
import type { MetricSeries, SeriesLabel, SeriesSet } from './series.ts';

/** The largest or smallest values of every step; a series keeps the steps in which it is among them. */
export function topSeries(input: SeriesSet, limit: number, end: 'top' | 'bottom'): SeriesSet {
  if (input.size <= limit) return input;
  const all = [...input];
  const steps = all[0]![1].values.length;
  const kept = new Map<string, MetricSeries>();
  const sign = end === 'top' ? 1 : -1;
  for (let step = 0; step < steps; step += 1) {
    const present = all.filter(([, { values }]) => !Number.isNaN(values[step]));
    present.sort(([, a], [, b]) => {
      const difference = (b.values[step] as number) - (a.values[step] as number);
      return sign * (difference === 0 ? byLabels(b.labels, a.labels) : difference);
    });
    for (const [key, series] of present.slice(0, limit)) {
      const own = kept.get(key) ?? { ...series, values: new Float64Array(steps).fill(Number.NaN) };
      own.values[step] = series.values[step] as number;
      kept.set(key, own);
    }
  }
  return kept;
}

/** Of equal values the one counts as larger whose first label comes earlier; types and numbers go the other way. */
function byLabels(left: readonly SeriesLabel[], right: readonly SeriesLabel[]): number {
  const a = left.filter(({ name }) => name !== metricName);
  const b = right.filter(({ name }) => name !== metricName);
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference =
      order(textOf(b[index]?.value), textOf(a[index]?.value)) ||
      order(b[index]?.name ?? '', a[index]?.name ?? '') ||
      // Of one name, both are there.
      byValue(a[index]!.value, b[index]!.value);
    if (difference !== 0) return difference;
  }
  return 0;
}

const order = <T extends string | number | bigint>(a: T, b: T): number => Number(a > b) - Number(a < b);

const textOf = (value: Static | undefined): string => (value?.type === 'string' ? value.value : '');

function byValue(left: Static, right: Static): number {
  const types = order(typeRank(left.type), typeRank(right.type));
  if (types !== 0) return types;
  if (left.type === 'int' && right.type === 'int') {
    return order(BigInt.asUintN(64, left.value), BigInt.asUintN(64, right.value));
  }
  if (left.type === 'float' && right.type === 'float') return order(left.value, right.value);
  return order(encode(left), encode(right));
}

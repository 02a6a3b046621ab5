import { keyOf, nil, string } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { encode } from '../value/encode.ts';
import type { Entry } from '../fetch/span-view.ts';

export interface SeriesLabel {
  readonly name: string;
  readonly value: Static;
}

/** A span that stands for others of its series. */
export interface SpanExemplar {
  readonly traceId: string;
  readonly entries: readonly Entry[];
  /** NaN where the series has no value of a span; it then gets that of the series. */
  readonly value: number;
  /** Since 1970 [ms]. */
  readonly timeMs: number;
}

export interface MetricSeries {
  readonly labels: readonly SeriesLabel[];
  /** One a step; NaN where there is none. */
  readonly values: Float64Array;
  readonly exemplars: readonly SpanExemplar[];
}

/** Series by their labels, but for the name. */
export type SeriesSet = ReadonlyMap<string, MetricSeries>;

export const metricName = '__name__';

/** The key of a series that has no label but perhaps a name. */
export const noLabels = '';

export function seriesKey(labels: readonly SeriesLabel[]): string {
  return labels
    .filter(({ name }) => name !== metricName)
    .map(({ name, value }) => `${name}\0${keyOf(value)}`)
    .join('\u0001');
}

const textTypes: ReadonlySet<Static['type']> = new Set(['duration', 'status', 'kind', 'nil']);

/** A label as it leaves a querier of Tempo: durations, states and kinds as texts, arrays as nothing. */
export function labelValue(value: Static): Static {
  if (value.type.endsWith('[]')) return labelValue(nil);
  return textTypes.has(value.type) ? string(encode(value)) : value;
}

import type { Labels } from '../labels.ts';
import { histogramToJson, type JsonHistogram, sampleNumber } from './histogram/index.ts';
import { positionalNumber } from './positional-number.ts';
import type { MatrixSeries, PromqlValue } from './result.ts';

type JsonSample = readonly [seconds: number, value: string];
type JsonHistogramSample = readonly [seconds: number, histogram: JsonHistogram];

/** The field `data` of an answer of `/api/v1/query` or `/api/v1/query_range`. */
export type JsonPromqlValue =
  | { readonly resultType: 'scalar' | 'string'; readonly result: JsonSample }
  | {
      readonly resultType: 'vector';
      readonly result: readonly {
        readonly metric: Labels;
        readonly value?: JsonSample;
        readonly histogram?: JsonHistogramSample;
      }[];
    }
  | {
      readonly resultType: 'matrix';
      readonly result: readonly {
        readonly metric: Labels;
        readonly values?: readonly JsonSample[];
        readonly histograms?: readonly JsonHistogramSample[];
      }[];
    };

/**
 * A result as the HTTP API of Prometheus answers it. Source: https://prometheus.io/docs/prometheus/latest/querying/api/
 *
 * @param written how the numbers of vectors are written
 */
export function promqlValueToJson(
  value: PromqlValue,
  written: (value: number) => string = sampleNumber,
): JsonPromqlValue {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: [value.timeMs / 1000, positionalNumber(value.value)] };
    case 'string':
      return { resultType: 'string', result: [value.timeMs / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.vector.map(({ labels, timeMs, value: number, histogram }) =>
          histogram === undefined
            ? { metric: labels, value: [timeMs / 1000, written(number)] }
            : { metric: labels, histogram: [timeMs / 1000, histogramToJson(histogram)] },
        ),
      };
    default:
      return { resultType: 'matrix', result: value.matrix.map((series) => seriesToJson(series, written)) };
  }
}

function seriesToJson(
  { labels, timesMs, values, histogramTimesMs, histograms }: MatrixSeries,
  written: (value: number) => string,
) {
  return {
    metric: labels,
    ...(values.length > 0 && {
      values: Array.from(values, (value, at): JsonSample => [timesMs[at]! / 1000, written(value)]),
    }),
    ...(histograms.length > 0 && {
      histograms: histograms.map((histogram, at): JsonHistogramSample => [
        histogramTimesMs[at]! / 1000,
        histogramToJson(histogram),
      ]),
    }),
  };
}

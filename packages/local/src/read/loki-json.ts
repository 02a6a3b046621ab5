import type { Labels } from '@sightline/query';
import type { LogQueryResult, ResultStream } from '@sightline/query/logql';

/** A number as Loki prints it in JSON. */
function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** The answer of Loki's query endpoints. */
export function lokiAnswer(result: LogQueryResult, categorized: boolean): object {
  return {
    status: 'success',
    data: {
      resultType: result.type,
      ...(categorized && result.type === 'streams' && { encodingFlags: ['categorize-labels'] }),
      result: resultJson(result, categorized),
      stats: {},
    },
  };
}

function resultJson(result: LogQueryResult, categorized: boolean): unknown {
  if (result.type === 'streams') return result.streams.map((stream) => streamJson(stream, categorized));
  if (result.type === 'scalar') return sample(result.timeMs, result.value);
  if (result.type === 'vector') {
    return result.samples.map(({ labels, timeMs, value }) => ({
      metric: labels,
      value: sample(timeMs, value),
    }));
  }
  return result.series.map(({ labels, timesMs, values }) => ({
    metric: labels,
    values: Array.from(timesMs, (timeMs, at) => sample(timeMs, values[at] ?? Number.NaN)),
  }));
}

function sample(timeMs: number, value: number): readonly [seconds: number, text: string] {
  return [timeMs / 1000, numberText(value)];
}

export function streamJson(
  { labels, entries }: ResultStream,
  categorized: boolean,
): { readonly stream: Labels; readonly values: readonly unknown[] } {
  return {
    stream: labels,
    values: entries.map(({ timeNs, line, metadata, parsed }) => {
      const value: unknown[] = [String(timeNs), line];
      if (categorized) {
        value.push({
          ...(metadata && Object.keys(metadata).length > 0 && { structuredMetadata: metadata }),
          ...(parsed && Object.keys(parsed).length > 0 && { parsed }),
        });
      }
      return value;
    }),
  };
}

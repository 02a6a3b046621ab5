import { type LogqlResult, type ResultStream, logqlResultToJson } from '@sightline/query/logql';

/** The answer of Loki's query endpoints. */
export function lokiAnswer(result: LogqlResult, categorized: boolean): object {
  return {
    status: 'success',
    data: {
      ...logqlResultToJson(result),
      ...(categorized && result.type === 'streams' && { encodingFlags: ['categorize-labels'] }),
      stats: {},
    },
  };
}

/** Streams as the live API sends them. */
export function tailMessage(streams: readonly ResultStream[]): object {
  return { streams: logqlResultToJson({ type: 'streams', streams }).result };
}

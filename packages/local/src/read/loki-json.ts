import { type LogqlResult, logqlResultToJson } from '@sightline/query/logql';

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

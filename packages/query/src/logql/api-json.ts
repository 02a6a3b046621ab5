import { promqlValueToJson } from '../promql/api-json.ts';
import type { JsonPromqlValue } from '../promql/api-json.ts';
import { positionalNumber } from '../promql/positional-number.ts';
import type { Labels } from '../labels.ts';
import type { ResultEntry } from './evaluate/log-evaluator.ts';
import type { LogqlResult } from './result.ts';

/** A line with its time [ns], and with what is told apart of its labels when that was asked for. */
type JsonEntry =
  | readonly [timeNs: string, line: string]
  | readonly [
      timeNs: string,
      line: string,
      more: { readonly structuredMetadata?: Labels; readonly parsed?: Labels },
    ];

/** The field `data` of an answer of `/loki/api/v1/query` or `/loki/api/v1/query_range`. */
export type JsonLogqlValue =
  | JsonPromqlValue
  | {
      readonly resultType: 'streams';
      readonly result: readonly { readonly stream: Labels; readonly values: readonly JsonEntry[] }[];
    };

/** A result as the HTTP API of Loki answers it. Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/ */
export function logqlResultToJson(result: LogqlResult): JsonLogqlValue {
  if (result.type !== 'streams') return promqlValueToJson(result, positionalNumber);
  return {
    resultType: 'streams',
    result: result.streams.map(({ labels, entries }) => ({
      stream: labels,
      values: entries.map(entryToJson),
    })),
  };
}

function entryToJson({ timeNs, line, metadata, parsed }: ResultEntry): JsonEntry {
  if (metadata === undefined || parsed === undefined) return [String(timeNs), line];
  const more = {
    ...(Object.keys(metadata).length > 0 && { structuredMetadata: metadata }),
    ...(Object.keys(parsed).length > 0 && { parsed }),
  };
  return [String(timeNs), line, more];
}

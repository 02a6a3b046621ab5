import { QueryError, type QueryErrorClass } from '@sightline/query';
import { HttpError } from '../server/http-error.ts';
import type { Answer } from '../server/route.ts';
import { statusOf } from './query-errors.ts';

/** Prometheus's names of what went wrong. */
const errorTypes: Readonly<Record<QueryErrorClass, string>> = {
  bad_data: 'bad_data',
  execution: 'execution',
  limit: 'execution',
  timeout: 'timeout',
  canceled: 'canceled',
};

export interface Annotated {
  readonly data?: unknown;
  /** In place of `data` the same as JSON in pieces. */
  readonly pieces?: Iterable<string>;
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/**
 * Answers as Prometheus's API does: `{"status":"success","data":…}`, or `{"status":"error","errorType":…,"error":…}`.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
 */
export async function prometheusAnswer(work: () => Annotated | Promise<Annotated>): Promise<Answer> {
  try {
    const { data, pieces, warnings = [], infos = [] } = await work();
    const told = { ...(warnings.length > 0 && { warnings }), ...(infos.length > 0 && { infos }) };
    if (pieces !== undefined) return { pieces: succeeded(pieces, told) };
    return { json: { status: 'success', data, ...told } };
  } catch (error) {
    if (error instanceof QueryError) {
      const where = error.class === 'bad_data' ? 'invalid parameter "query": ' : '';
      return failed(statusOf(error), errorTypes[error.class], `${where}${error.message}`);
    }
    if (error instanceof HttpError && error.status === 400) return failed(400, 'bad_data', error.message);
    throw error;
  }
}

function* succeeded(data: Iterable<string>, told: object): Generator<string> {
  yield '{"status":"success","data":';
  yield* data;
  const text = JSON.stringify(told);
  yield text === '{}' ? '}' : `,${text.slice(1)}`;
}

function failed(status: number, errorType: string, error: string): Answer {
  return { status, json: { status: 'error', errorType, error } };
}

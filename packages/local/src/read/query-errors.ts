import { QueryError, type QueryErrorClass } from '@sightline/query';
import { HttpError } from '../server/http-error.ts';

const statuses: Readonly<Record<QueryErrorClass, number>> = {
  bad_data: 400,
  execution: 422,
  limit: 422,
  timeout: 503,
  canceled: 499,
};

/** The status of an answer that says why a query ended without a result. */
export function statusOf(error: QueryError): number {
  return statuses[error.class];
}

/** Runs a query whose errors are told as plain text, as Loki and Tempo do. @throws {HttpError} */
export async function asText<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof QueryError) throw new HttpError(statusOf(error), error.message);
    throw error;
  }
}

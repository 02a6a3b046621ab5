import type { Redactor } from '@sightline/redact';
import { errorTypeOf } from './error-type.ts';
import type { RequestRecord } from './request-record.ts';
import { ABORTED } from './server-span.ts';

/**
 * The error type of a request that was answered with a status, or with none.
 *
 * 400 to 499 say that the caller was wrong, so an error that was answered with one is no error of the service; it stays
 * in the record. A connection that ended while the answer streamed has none either: that is how event streams end.
 */
export function recordedErrorType(
  { error, aborted }: Pick<RequestRecord, 'error' | 'aborted'>,
  status: number | undefined,
  redactor: Pick<Redactor, 'text'>,
): string | undefined {
  if (error !== undefined) {
    const isCallers = status !== undefined && status >= 400 && status < 500 && !aborted;
    return isCallers ? undefined : errorTypeOf(error, redactor);
  }
  if (status === undefined) return aborted ? ABORTED : undefined;
  return status >= 500 ? String(status) : undefined;
}

import { ownData } from '@sightline/redact';

/** Errors of cockatiel are known by a flag, so that those of two versions are. No getter of an error is run. */
type Flag = 'isTaskCancelledError' | 'isBulkheadRejectedError';

export function isFlagged(error: unknown, flag: Flag): boolean {
  return typeof error === 'object' && error !== null && ownData(error, flag) === true;
}

/** The error of a timeout that ran out; that of a caller that gave up has the same class. */
export function isTimeoutError(error: unknown): boolean {
  if (!isFlagged(error, 'isTaskCancelledError')) return false;
  const message = ownData(error as object, 'message');
  return typeof message === 'string' && message.startsWith('Operation timed out');
}

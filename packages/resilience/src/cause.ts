import { ownData } from '@sightline/redact';
import { types } from 'node:util';

/** Longest text of an error in a cause [UTF-16 code units]. */
const MAX_LENGTH = 200;

/** An error in few words, for the cause of a transition; runs no getter of it. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return error.slice(0, MAX_LENGTH);
  if (!types.isNativeError(error)) return 'something that is no error';
  const [name, message] = [ownData(error, 'name', true), ownData(error, 'message', true)];
  const code = ownData(error, 'code', true);
  const head = typeof name === 'string' ? name : 'Error';
  const coded = typeof code === 'string' ? `${head} [${code}]` : head;
  return (typeof message === 'string' && message !== '' ? `${coded}: ${message}` : coded).slice(
    0,
    MAX_LENGTH,
  );
}

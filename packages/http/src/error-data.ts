import { types } from 'node:util';
import { ownData } from '@sightline/redact';

/** A value that an error has itself; no code of the app runs for it. */
export function dataOf(error: unknown, key: string): unknown {
  return types.isNativeError(error) ? ownData(error, key) : undefined;
}

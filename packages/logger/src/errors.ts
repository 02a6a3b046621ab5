import { types } from 'node:util';
import type { PlainData, Redactor } from '@sightline/redact';
import { fingerprint } from './fingerprint.ts';

/** Whether a value is an error, also one of another realm; asks no proxy. */
export function isError(value: unknown): value is Error {
  return (
    types.isNativeError(value) || (typeof value === 'object' && !types.isProxy(value) && inheritsError(value))
  );
}

/** A class of errors without the engine's own stack, as `Object.create(Error.prototype)` makes them. */
function inheritsError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    // A proxy among the prototypes.
    return false;
  }
}

/** An error as plain data without secrets: type, message, stack, fingerprint, own fields, causes. */
export function errorData(redactor: Redactor, error: Error): PlainData {
  const data = redactor.value(error);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const { type, message, stack, code, ...rest } = data;
  return {
    type,
    message,
    stack,
    ...(code === undefined ? {} : { code }),
    fingerprint: fingerprint({
      type: textOf(type),
      message: textOf(message),
      stack: textOf(stack),
      code: code === undefined ? undefined : textOf(code),
    }),
    ...rest,
  };
}

/** Fields of an error's own may stand where these do, and be anything. */
function textOf(value: PlainData): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

import { types } from 'node:util';
import type { PlainData, Redactor } from '@sightline/redact';
import { fingerprint } from './fingerprint.ts';

type ErrorData = { [key: string]: PlainData };

/** Whether a value is an error, also one of another realm; asks no proxy. */
export function isError(value: unknown): value is Error {
  return (
    types.isNativeError(value) ||
    (typeof value === 'object' && !types.isProxy(value) && value instanceof Error)
  );
}

/** An error as plain data without secrets: type, message, stack, fingerprint, own fields, causes. */
export function errorData(redactor: Redactor, error: Error): PlainData {
  const data = redactor.value(error);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  const { type, message, stack, code, ...rest } = data as ErrorData;
  return {
    type,
    message,
    stack,
    ...(code === undefined ? {} : { code }),
    fingerprint: fingerprint({
      type: String(type),
      message: String(message),
      stack: String(stack),
      code: code === undefined ? undefined : String(code),
    }),
    ...rest,
  };
}

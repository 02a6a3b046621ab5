import type { Attributes } from '@opentelemetry/api';
import { ownData } from '@sightline/redact';

/** A stack longer than this is cut: recursion makes them, and their end says the same again [UTF-16 code units]. */
const MAX_STACK_LENGTH = 16_384;

/**
 * Type, message and stack of what was thrown, read without running code of the app.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 *
 * @returns undefined when there is nothing to say
 */
export function exceptionAttributes(exception: unknown): Attributes | undefined {
  try {
    if (typeof exception === 'string') return { 'exception.message': exception };
    if (typeof exception === 'number' || typeof exception === 'bigint' || typeof exception === 'symbol') {
      return { 'exception.message': String(exception) };
    }
    if (typeof exception !== 'object' || exception === null) return undefined;
    const attributes: Attributes = {};
    const constructor = ownData(exception, 'constructor', true);
    const className = typeof constructor === 'function' ? ownData(constructor, 'name') : undefined;
    const type =
      textOf(ownData(exception, 'name')) ?? textOf(className) ?? textOf(ownData(exception, 'name', true));
    const message = textOf(ownData(exception, 'message', true));
    const stack = stackOf(exception);
    if (type !== undefined && type !== 'Object') attributes['exception.type'] = type;
    if (message !== undefined) attributes['exception.message'] = message;
    if (stack !== undefined) attributes['exception.stacktrace'] = stack.slice(0, MAX_STACK_LENGTH);
    return Object.keys(attributes).length > 0 ? attributes : undefined;
  } catch {
    return undefined;
  }
}

/** In newer engines `stack` is an accessor of the engine's own, so it is read; what it runs may throw. */
function stackOf(exception: object): string | undefined {
  if (exception instanceof Error) return textOf(exception.stack);
  return textOf(ownData(exception, 'stack'));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

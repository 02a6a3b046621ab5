import { types } from 'node:util';
import { domExceptionTexts } from './engine-classes.ts';

/** More levels than any class hierarchy; a longer prototype chain was made to hurt. */
const MAX_PROTOTYPES = 16;

/**
 * Reads a property without running code: data properties only, never a getter, never through a proxy.
 *
 * @param inherited whether the prototypes are asked as well
 */
export function ownData(object: object, key: string, inherited = false): unknown {
  let holder: object | null = object;
  for (let level = 0; holder !== null && level < MAX_PROTOTYPES; level++) {
    if (types.isProxy(holder)) return undefined;
    const descriptor = Object.getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor.get === undefined ? descriptor.value : undefined;
    if (!inherited) return undefined;
    holder = Object.getPrototypeOf(holder) as object | null;
  }
  return undefined;
}

/** Whether a proxy is among the prototypes, where `instanceof` and look-ups would run its traps. */
export function inheritsFromProxy(object: object): boolean {
  let prototype = Object.getPrototypeOf(object) as object | null;
  for (let level = 0; prototype !== null; level++) {
    if (level === MAX_PROTOTYPES || types.isProxy(prototype)) return true;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return false;
}

/** The parts of an error that are not among its enumerable properties. */
export interface ErrorParts {
  /** The class's name: `TypeError`, `PaymentDeclined`; of a `DOMException` its own, `TimeoutError`, which says more. */
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly cause: unknown;
  /** Those of an AggregateError. */
  readonly errors: unknown;
}

/** Reads an error without running its getters; what is missing or not a string is the empty string. */
export function errorParts(error: Error): ErrorParts {
  const constructor = ownData(error, 'constructor', true);
  const className =
    typeof constructor === 'function' && !types.isProxy(constructor)
      ? ownData(constructor, 'name')
      : undefined;
  const { name, message } = textsOf(error);
  return {
    type: stringOr(name, '') || stringOr(className, '') || stringOr(ownData(error, 'name', true), 'Error'),
    message: stringOr(message, ''),
    stack: readStack(error),
    cause: hidden(error, 'cause'),
    errors: hidden(error, 'errors'),
  };
}

/** The message of an error, without running a getter of the app. */
export function errorMessage(error: object): unknown {
  return textsOf(error).message;
}

/** The name only of a `DOMException`, as `fetch` throws it: its texts are getters of the engine. */
function textsOf(error: object): { readonly name?: string; readonly message: unknown } {
  const message = ownData(error, 'message', true);
  if (message !== undefined || inheritsFromProxy(error)) return { message };
  return domExceptionTexts(error) ?? { message };
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

/** An enumerable property is walked with the others. */
function hidden(error: Error, key: string): unknown {
  return Object.prototype.propertyIsEnumerable.call(error, key) ? undefined : ownData(error, key);
}

/** In newer engines `stack` is the engine's own accessor; a formatter that the app installed may run, and throw. */
function readStack(error: Error): string {
  if (!types.isNativeError(error)) return stringOr(ownData(error, 'stack', true), '');
  const own = Object.getOwnPropertyDescriptor(error, 'stack');
  const isForeignGetter = own?.get !== undefined && !isEngineCode(own.get);
  // The engine writes the stack when it is first read, and reads the name and the message for it.
  if (isForeignGetter || hasOwnGetter(error, 'message') || hasOwnGetter(error, 'name')) return '';
  try {
    return stringOr(error.stack, '');
  } catch {
    return '';
  }
}

function hasOwnGetter(object: object, key: string): boolean {
  return Object.getOwnPropertyDescriptor(object, key)?.get !== undefined;
}

/** Whether a function is the engine's own, of this realm or another. */
function isEngineCode(code: () => unknown): boolean {
  return functionSource.call(code).endsWith('{ [native code] }');
}

const functionSource = Function.prototype.toString;

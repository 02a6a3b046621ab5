import { types } from 'node:util';
import { type Redactor, ownData } from '@sightline/redact';

/** What it is when nothing better is known. */
const OTHER = '_OTHER';
/** Codes and class names look like this; a message does not. */
const NAME = /^[A-Za-z_$][\w$.:-]{0,63}$/;

/**
 * The type of an error, for labels and attributes: its `code` where that is a name such as `ECONNREFUSED`, else its
 * `name`, else the name of its class. What is no error, or has a name that looks like a message, is `_OTHER`.
 *
 * No getter of the error is run.
 *
 * @param redactor knows secrets: a code or a name in which it finds one is none
 * @returns 1 to 64 characters: letters, digits and `_$.:-`
 */
export function errorTypeOf(error: unknown, redactor: Pick<Redactor, 'text'>): string {
  if (!isError(error)) return OTHER;
  return (
    nameIn(ownData(error, 'code', false), redactor) ??
    nameIn(ownName(error), redactor) ??
    nameIn(className(error), redactor) ??
    OTHER
  );
}

function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  return typeof value === 'object' && value !== null && !types.isProxy(value) && value instanceof Error;
}

/** A name that the error, or a class of its own, was given. `Error` alone says less than the class. */
function ownName(error: Error): unknown {
  const name = ownData(error, 'name', true);
  return name === 'Error' ? undefined : name;
}

function className(error: Error): unknown {
  const constructor = ownData(error, 'constructor', true);
  return typeof constructor === 'function' && !types.isProxy(constructor)
    ? ownData(constructor, 'name', false)
    : undefined;
}

function nameIn(value: unknown, redactor: Pick<Redactor, 'text'>): string | undefined {
  return typeof value === 'string' && NAME.test(value) && redactor.text(value) === value ? value : undefined;
}

import type { Redactor } from '@sightline/redact';
import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The context key under which the request's id stands. The logger reads it. */
export const requestIdKey: symbol = Symbol.for('sightline.request.id');

/** Nothing that could end a line, a quotation or a header, and nothing that needs escaping in JSON. */
const SAFE_ID = /^[\w.:~+/=@-]{1,128}$/;
/** 64 random bits. */
const ID_DIGITS = 16;
const POOL_BYTES = 4096;
/** Turned into text at once, and cut into ids: one that somebody keeps keeps this much text, so it is not much [bytes]. */
const TEXT_BYTES = 128;
const TEXT_DIGITS = TEXT_BYTES * 2;

/** Makes ids of 16 hexadecimal digits out of random bytes that are drawn many at a time. */
export function createIdSource(): () => string {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let usedBytes = POOL_BYTES;
  let text = '';
  let usedDigits = TEXT_DIGITS;
  return function nextId() {
    if (usedDigits === TEXT_DIGITS) {
      if (usedBytes === POOL_BYTES) {
        randomFillSync(pool);
        usedBytes = 0;
      }
      text = pool.toString('hex', usedBytes, usedBytes + TEXT_BYTES);
      usedBytes += TEXT_BYTES;
      usedDigits = 0;
    }
    usedDigits += ID_DIGITS;
    return text.slice(usedDigits - ID_DIGITS, usedDigits);
  };
}

/**
 * The id that a request came with: the first of the headers that holds one of 1 to 128 letters, digits and `._:~+/=@-`.
 * Any other is not taken, so that no text of the caller's gets into lines and headers; nor is a secret, which would be
 * passed on to every service that has a part in the answer.
 */
export function givenRequestId(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  redactor: Pick<Redactor, 'text'>,
): string | undefined {
  for (let index = 0; index < names.length; index++) {
    const value = headers[names[index] ?? ''];
    if (typeof value === 'string' && SAFE_ID.test(value) && redactor.text(value) === value) return value;
  }
  return undefined;
}

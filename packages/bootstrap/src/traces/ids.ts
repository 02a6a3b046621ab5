import { randomFillSync } from 'node:crypto';

/**
 * Turned into text at once, and cut into ids: one that somebody keeps keeps this much text, so it is not much. A trace
 * and its first span go into it a whole number of times [bytes].
 */
const TEXT_BYTES = 144;
const TEXT_DIGITS = TEXT_BYTES * 2;
/** Random bytes are drawn in blocks of this size [bytes]. */
const POOL_BYTES = TEXT_BYTES * 56;

const TRACE_ID_DIGITS = 32;
const SPAN_ID_BYTES = 8;
const SPAN_ID_DIGITS = 16;

/** Draws ids from the generator of the system. */
export interface IdSource {
  /** 32 hexadecimal digits, not all zero. */
  traceId(): string;
  /** 16 hexadecimal digits, not all zero. */
  spanId(): string;
}

export function createIdSource(fill: (pool: Buffer) => void = randomFillSync): IdSource {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let usedBytes = POOL_BYTES;
  let text = '';
  let usedDigits = TEXT_DIGITS;

  const nextText = (): void => {
    if (usedBytes === POOL_BYTES) {
      fill(pool);
      usedBytes = 0;
    }
    const end = usedBytes + TEXT_BYTES;
    // An id of zeros is invalid: no eight bytes stay all zero, and with them no half of a trace id.
    for (let at = usedBytes; at < end; at += SPAN_ID_BYTES)
      if (pool.readDoubleLE(at) === 0) pool[at + SPAN_ID_BYTES - 1] = 1;
    text = pool.toString('hex', usedBytes, end);
    usedBytes = end;
    usedDigits = 0;
  };

  const draw = (digits: number): string => {
    if (usedDigits + digits > TEXT_DIGITS) nextText();
    const start = usedDigits;
    usedDigits += digits;
    return text.slice(start, usedDigits);
  };

  return { traceId: () => draw(TRACE_ID_DIGITS), spanId: () => draw(SPAN_ID_DIGITS) };
}

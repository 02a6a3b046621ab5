import { randomFillSync } from 'node:crypto';

/** Random bytes are drawn in blocks of this size [bytes]. */
const POOL_BYTES = 8_192;

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

/** Draws ids from the generator of the system. */
export interface IdSource {
  /** 32 hexadecimal digits, not all zero. */
  traceId(): string;
  /** 16 hexadecimal digits, not all zero. */
  spanId(): string;
}

export function createIdSource(fill: (pool: Buffer) => void = randomFillSync): IdSource {
  const pool = Buffer.allocUnsafeSlow(POOL_BYTES);
  let used = POOL_BYTES;

  const draw = (size: number): string => {
    if (used + size > POOL_BYTES) {
      fill(pool);
      used = 0;
    }
    const start = used;
    used += size;
    // All zero is invalid; one other bit makes it valid without another draw.
    if (pool.readDoubleLE(used - SPAN_ID_BYTES) === 0) pool[used - 1] = 1;
    return pool.toString('hex', start, used);
  };

  return { traceId: () => draw(TRACE_ID_BYTES), spanId: () => draw(SPAN_ID_BYTES) };
}

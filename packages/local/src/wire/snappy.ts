import { snappyUncompressor } from 'hysnappy';
import { WireError } from './wire-error.ts';

/** From so long a result on the memory that it took is given back; it would never become smaller [bytes]. */
const MAX_KEPT_BYTES = 1_048_576;

let uncompress: ReturnType<typeof snappyUncompressor> | undefined;

/**
 * Undoes snappy's block format, which says first how long the result is.
 *
 * @param maxBytes longest result
 * @throws {WireError} when it says that it is longer, or does not become what it says
 */
export function uncompressSnappy(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const length = lengthOf(bytes);
  if (length > maxBytes)
    throw new WireError(`${length} bytes when uncompressed; at most ${maxBytes} are taken`);
  try {
    uncompress ??= snappyUncompressor();
    const uncompressed = uncompress(bytes, length);
    if (length > MAX_KEPT_BYTES) uncompress = undefined;
    return uncompressed;
  } catch (error) {
    // Its memory may be in any state now.
    uncompress = undefined;
    throw new WireError(`no snappy: ${(error as Error).message}`, { cause: error });
  }
}

function lengthOf(bytes: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return length;
  }
  throw new WireError('no snappy: it does not begin with a length');
}

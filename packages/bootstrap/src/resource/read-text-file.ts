import { closeSync, constants, openSync, readSync } from 'node:fs';

/** More than any of the files that are read at the start has. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a file from its beginning, also one that tells no size, as those of `/proc` do.
 *
 * @returns undefined when it cannot be read, or is longer than 1 MiB
 */
export function readTextFile(path: string): string | undefined {
  let descriptor: number | undefined;
  try {
    // A pipe in the place of a file must not hold up the start.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(16_384);
      const read = readSync(descriptor, chunk, 0, chunk.length, null);
      if (read === 0) return Buffer.concat(chunks).toString('utf8');
      bytes += read;
      if (bytes > MAX_BYTES) return undefined;
      chunks.push(chunk.subarray(0, read));
    }
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

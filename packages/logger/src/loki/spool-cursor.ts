import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { SpoolPlace } from './entry.ts';

const CURSOR_BYTES = 16;

/** The file that says up to where the lines of a subfolder have been settled. */
export interface SpoolCursor {
  /** @throws the error of the file system */
  move(place: SpoolPlace): void;
  close(): void;
}

/** @throws the error of the file system */
export function createCursor(folder: string): SpoolCursor {
  const file = openSync(`${folder}/cursor`, 'w', 0o600);
  // Zeros are no cursor; they take its room while there is some, so that a disk that is full later still notes it.
  writeSync(file, Buffer.alloc(CURSOR_BYTES), 0, CURSOR_BYTES, 0);
  return {
    move(place) {
      const bytes = Buffer.alloc(CURSOR_BYTES);
      bytes.writeUInt32LE(place.segment, 0);
      bytes.writeUIntLE(place.end, 4, 6);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, 12)), 12);
      // One write of a few bytes in place: a killed process has made it or not.
      writeSync(file, bytes, 0, CURSOR_BYTES, 0);
    },
    close: () => closeSync(file),
  };
}

/** Where a process got to; undefined when it settled nothing or the file is damaged. */
export function readCursor(folder: string): SpoolPlace | undefined {
  try {
    const bytes = readFileSync(`${folder}/cursor`);
    if (bytes.length !== CURSOR_BYTES || crc32(bytes.subarray(0, 12)) !== bytes.readUInt32LE(12))
      return undefined;
    return { segment: bytes.readUInt32LE(0), end: bytes.readUIntLE(4, 6) };
  } catch {
    return undefined;
  }
}

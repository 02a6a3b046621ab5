import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { LokiEntry } from './entry.ts';

/*
 * A record is: length of the payload (4 bytes), its CRC-32 (4 bytes), the payload: labels, a newline, the entry.
 * Labels are JSON, so there is no newline in them. A length of 0 is no record: a file that a power cut left
 * longer than what was written ends in zeros.
 */
const HEADER_BYTES = 8;
const NEWLINE = 10;
const SCAN_CHUNK_BYTES = 1024 * 1024;

/** Frames entries for a segment file, in order. */
export function encodeRecords(entries: readonly LokiEntry[]): Buffer {
  let size = 0;
  for (const { labelsJson, bytes } of entries)
    size += HEADER_BYTES + Buffer.byteLength(labelsJson) + 1 + bytes;
  const buffer = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const { labelsJson, valueJson } of entries) {
    const start = offset + HEADER_BYTES;
    const end = start + buffer.write(`${labelsJson}\n${valueJson}`, start);
    buffer.writeUInt32LE(end - start, offset);
    buffer.writeUInt32LE(crc32(buffer.subarray(start, end)), offset + 4);
    offset = end;
  }
  return buffer;
}

/** One record of a file. */
export interface FoundRecord {
  readonly payload: Buffer;
  /** Offset of what follows it in the file [bytes]. */
  readonly end: number;
}

/**
 * The records of a file between two offsets, up to the first that is torn or damaged.
 *
 * @param from offset of a record's start [bytes]
 * @param to where to stop [bytes]
 * @throws the error of the file system
 */
export function* readRecords(path: string, from: number, to: number): Generator<FoundRecord, void> {
  const file = openSync(path, 'r');
  try {
    let offset = from;
    let chunk = Buffer.alloc(0);
    for (;;) {
      const length = chunk.length >= HEADER_BYTES ? chunk.readUInt32LE(0) : 0;
      const whole = HEADER_BYTES + length;
      if (chunk.length < HEADER_BYTES || chunk.length < whole) {
        // No record ends past the file, so a length that says so is damage and allocates nothing.
        const wanted = Math.min(to - offset, Math.max(whole, SCAN_CHUNK_BYTES));
        if (to - offset < whole || wanted <= chunk.length) return;
        const next = Buffer.allocUnsafe(wanted);
        const got = readFully(file, next, offset);
        if (got < whole) return;
        chunk = next.subarray(0, got);
        continue;
      }
      const payload = chunk.subarray(HEADER_BYTES, whole);
      if (length === 0 || crc32(payload) !== chunk.readUInt32LE(4)) return;
      offset += whole;
      chunk = chunk.subarray(whole);
      yield { payload, end: offset };
    }
  } finally {
    closeSync(file);
  }
}

/** The entry in a record's payload. */
export function decodeRecord(payload: Buffer): Pick<LokiEntry, 'labelsJson' | 'valueJson' | 'bytes'> {
  const split = payload.indexOf(NEWLINE);
  return {
    labelsJson: payload.toString('utf8', 0, split),
    valueJson: payload.toString('utf8', split + 1),
    bytes: payload.length - split - 1,
  };
}

function readFully(file: number, buffer: Buffer, position: number): number {
  let got = 0;
  while (got < buffer.length) {
    const count = readSync(file, buffer, got, buffer.length - got, position + got);
    if (count === 0) break;
    got += count;
  }
  return got;
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LokiEntry } from './entry.ts';
import { decodeRecord, encodeRecords, readRecords } from './spool-record.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sightline-spool-record-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function entryOf(text: string, labelsJson = '{"a":"ü"}'): LokiEntry {
  const valueJson = JSON.stringify(['1', text]);
  return { labelsJson, valueJson, bytes: Buffer.byteLength(valueJson) };
}

/** Length of a record without any text [bytes]. */
const EMPTY_BYTES = encodeRecords([entryOf('')]).length;
const MEBIBYTE = 1024 * 1024;

describe('readRecords', () => {
  it.each([
    { what: 'none', lengths: [] },
    { what: 'short ones', lengths: [3, 0, 5] },
    { what: 'one that is longer than what is read at once', lengths: [1.5 * MEBIBYTE] },
    { what: 'a last one that is cut by what is read at once', lengths: [MEBIBYTE - 2 * EMPTY_BYTES, 100] },
    {
      what: 'a last one of which only the head is in what is read at once',
      lengths: [MEBIBYTE - EMPTY_BYTES - 8, 9],
    },
    {
      what: 'one that ends where what is read at once does, and one behind it',
      lengths: [MEBIBYTE - EMPTY_BYTES, 9],
    },
  ])('gives back what was written, of $what', ({ lengths }) => {
    const path = join(directory, '1.seg');
    const entries = lengths.map((length) => entryOf('x'.repeat(length)));
    const records = encodeRecords(entries);
    writeFileSync(path, records);
    const found = [...readRecords(path, 0, records.length)];
    expect(found.map(({ payload }) => decodeRecord(payload))).toEqual(entries);
    expect(found.at(-1)?.end ?? 0).toBe(records.length);
  });

  it('begins and ends where it is told, in the middle of a file', () => {
    const path = join(directory, '1.seg');
    const entries = ['a', 'bb', 'ccc'].map((text) => entryOf(text));
    const ends = entries.map((_, index) => encodeRecords(entries.slice(0, index + 1)).length);
    writeFileSync(path, encodeRecords(entries));
    const [first = 0, second = 0, third = 0] = ends;
    const between = (from: number, to: number) =>
      [...readRecords(path, from, to)].map(({ payload }) => decodeRecord(payload));
    expect(between(first, second)).toEqual([entries[1]]);
    expect(between(first, third - 1)).toEqual([entries[1]]);
    expect(between(second, third)).toEqual([entries[2]]);
  });

  it.each([
    { what: 'its text', at: EMPTY_BYTES - 1 },
    { what: 'its checksum', at: 4 },
  ])('ends before a record whose byte in $what is another', ({ at }) => {
    const path = join(directory, '1.seg');
    const good = encodeRecords([entryOf('good')]);
    const bad = encodeRecords([entryOf('bad')]);
    bad.writeUInt8(bad.readUInt8(at) ^ 1, at);
    const all = Buffer.concat([good, bad, good]);
    writeFileSync(path, all);
    expect([...readRecords(path, 0, all.length)]).toHaveLength(1);
  });

  it('ends at zeros, as a power cut leaves them', () => {
    const path = join(directory, '1.seg');
    const all = Buffer.concat([encodeRecords([entryOf('good')]), Buffer.alloc(64)]);
    writeFileSync(path, all);
    expect([...readRecords(path, 0, all.length)]).toHaveLength(1);
  });
});

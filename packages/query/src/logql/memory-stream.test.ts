import { describe, expect, it } from 'vitest';
import { noCodec } from '../packed/block-codec.ts';
import type { LogEntry } from './log-source.ts';
import { createMemoryStream } from './memory-stream.ts';
import type { EntryPacking, MemoryStream } from './memory-stream.ts';
import { packEntries, unpackEntries } from './pack-entries.ts';

const packing: EntryPacking = {
  blockLines: 2,
  blockBytes: 10_000,
  pack: (entries) => packEntries(entries, noCodec),
  unpack: (packed) => unpackEntries(packed, noCodec),
};

function streamOf(entries: readonly (readonly [timeNs: bigint, line: string])[]): MemoryStream {
  const stream = createMemoryStream({ app: 'a' }, packing);
  for (const [timeNs, line] of entries) stream.add({ timeNs, line, metadata: {} });
  return stream;
}

const linesOf = (stream: MemoryStream): readonly string[] =>
  Array.from(stream.read(0n, 100n, 'forward')).flatMap((batch: readonly LogEntry[]) =>
    batch.map(({ line }) => line),
  );

describe('createMemoryStream', () => {
  it('leaves lines of one time unpacked when there are more of them than a few blocks hold', () => {
    const many = Array.from({ length: 9 }, (_, at) => [1n, `${at}`] as const);
    const stream = streamOf(many);
    stream.pack('all');
    expect(stream.unpacked()).toBe(9);
    expect(linesOf(stream)).toEqual(many.map(([, line]) => line));
  });

  it('keeps each of many lines of one time once, and knows which of them are gone', () => {
    const line = (at: number, names = ['a', 'b']): LogEntry => ({
      timeNs: at % 2 === 0 ? 1n : 2n,
      line: `line ${at}`,
      metadata: Object.fromEntries(names.map((name) => [name, 'x'])),
    });
    const numbers = Array.from({ length: 400 }, (_, at) => at);
    const stream = createMemoryStream({ app: 'a' }, { ...packing, blockLines: 10_000, blockBytes: 1e9 });
    const add = (names?: string[]): number => numbers.filter((at) => stream.add(line(at, names))).length;
    expect([add(), add(), add(['b', 'a']), add(['a'])]).toEqual([400, 0, 0, 400]);
    stream.dropOldest(50);
    expect([add(), stream.size()]).toEqual([50, 800]);
    stream.dropBefore(2n);
    expect([add(), add(['a']), stream.size()]).toEqual([200, 200, 800]);
  });

  it('takes a line that is gone again, also where others have come in its place', () => {
    const line = (at: number): LogEntry => ({ timeNs: 1n, line: `line ${at}`, metadata: {} });
    const stream = streamOf([]);
    const add = (from: number, to: number): number => {
      const numbers = Array.from({ length: to - from }, (_, at) => from + at);
      return numbers.filter((at) => stream.add(line(at))).length;
    };
    expect([add(0, 32), add(0, 1)]).toEqual([32, 0]);
    stream.dropOldest(10);
    expect([add(32, 42), add(32, 33), add(0, 10)]).toEqual([10, 0, 10]);
  });

  it('does not compare each of many lines of one time with all the others', () => {
    let looks = 0;
    const stream = streamOf([]);
    for (let at = 0; at < 3000; at += 1) {
      stream.add({
        timeNs: 1n,
        get line() {
          looks += 1;
          return `line ${at}`;
        },
        metadata: {},
      });
    }
    expect(stream.size()).toBe(3000);
    expect(looks).toBeLessThan(3000 * 20);
  });

  it('packs as many of one time together as a few blocks hold', () => {
    const stream = streamOf(Array.from({ length: 8 }, (_, at) => [1n, `${at}`] as const));
    stream.pack('all');
    expect([stream.unpacked(), stream.size()]).toEqual([0, 8]);
    stream.dropOldest(3);
    expect([linesOf(stream), stream.oldestNs()]).toEqual([['3', '4', '5', '6', '7'], 1n]);
  });

  it('knows its oldest line when a part of a packed block is gone', () => {
    const stream = streamOf([
      [1n, 'a'],
      [2n, 'b'],
      [3n, 'c'],
      [4n, 'd'],
    ]);
    stream.pack('all');
    stream.dropOldest(1);
    expect(stream.oldestNs()).toBe(2n);
    stream.dropBefore(4n);
    expect([linesOf(stream), stream.oldestNs()]).toEqual([['d'], 4n]);
  });
});

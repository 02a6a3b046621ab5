import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noCodec } from '../packed/block-codec.ts';
import type { LogEntry } from './log-source.ts';
import { type EntryPacking, createMemoryStream } from './memory-stream.ts';
import { countBefore, packEntries, packedBytes, unpackEntries } from './pack-entries.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '\uD800', '__proto__', '7', '\uFEFF'),
);
const metadata = fc
  .array(fc.tuple(text, text), { maxLength: 4 })
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);
const entries = fc
  .array(fc.record({ timeNs: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), line: text, metadata }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((drawn) => drawn.toSorted((left, right) => (left.timeNs < right.timeNs ? -1 : 1)));

describe('packEntries and unpackEntries', () => {
  it('give back every line, its time and its metadata, whatever they hold', () => {
    fc.assert(
      fc.property(entries, (given) => {
        expect(unpackEntries(packEntries(given, noCodec), noCodec)).toEqual(given);
      }),
    );
  });

  it('tell how many lines are before a time without the lines', () => {
    fc.assert(
      fc.property(entries, fc.bigInt({ min: 0n, max: 2n ** 63n }), (given, timeNs) => {
        const packed = packEntries(given, noCodec);
        expect(countBefore(packed, timeNs)).toBe(given.filter((entry) => entry.timeNs < timeNs).length);
        const at = given[given.length >> 1]?.timeNs ?? 0n;
        expect(countBefore(packed, at)).toBe(given.filter((entry) => entry.timeNs < at).length);
      }),
    );
  });
});

describe('createMemoryStream', () => {
  const packing: EntryPacking = {
    blockLines: 4,
    blockBytes: 2000,
    pack: (given) => packEntries(given, noCodec),
    unpack: (packed) => unpackEntries(packed, noCodec),
  };
  const command = fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant('add' as const), at: fc.nat(60) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constantFrom('full' as const, 'all' as const), at: fc.nat() }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('dropOldest' as const), at: fc.nat(7) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('dropBefore' as const), at: fc.nat(60) }) },
  );

  it('holds what a plain sorted list would, however it is packed', () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 80, size: 'max' }),
        fc.nat(60),
        fc.nat(60),
        (commands, from, to) => {
          const stream = createMemoryStream({}, packing);
          let model: LogEntry[] = [];
          const answers: boolean[] = [];
          commands.forEach(({ do: what, at }, index) => {
            const timeNs = BigInt(at);
            if (what === 'add') {
              const entry = { timeNs, line: `line ${index % 3}`, metadata: { n: String(index % 2) } };
              const isNew = !model.some(
                (each) =>
                  each.timeNs === timeNs &&
                  each.line === entry.line &&
                  each.metadata['n'] === entry.metadata.n,
              );
              answers.push(stream.add(entry) === isNew);
              if (!isNew) return;
              const place = model.findIndex((each) => each.timeNs > timeNs);
              model.splice(place === -1 ? model.length : place, 0, entry);
            } else if (what === 'dropOldest') {
              stream.dropOldest(at);
              model = model.slice(at);
            } else if (what === 'dropBefore') {
              stream.dropBefore(timeNs);
              model = model.filter((each) => each.timeNs >= timeNs);
            } else stream.pack(what);
          });
          expect(answers).not.toContain(false);
          const [fromNs, toNs] = [BigInt(from), BigInt(to)];
          const within = model.filter(({ timeNs }) => timeNs >= fromNs && timeNs < toNs);
          expect([...stream.read(fromNs, toNs, 'forward')].flat()).toEqual(within);
          expect([...stream.read(fromNs, toNs, 'backward')].flat()).toEqual(within.toReversed());
          expect(stream.has(fromNs, toNs)).toBe(within.length > 0);
          expect(stream.size()).toBe(model.length);
          expect(stream.oldestNs()).toBe(model[0]?.timeNs);
          stream.dropOldest(stream.size());
          expect([stream.bytes(), stream.unpacked(), stream.size()]).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);

  it('takes less for lines that are packed', () => {
    const stream = createMemoryStream({}, { ...packing, blockLines: 512, blockBytes: 1e6 });
    const line = 'GET /orders/:id 200';
    for (let at = 0; at < 512; at += 1) stream.add({ timeNs: BigInt(at), line, metadata: { level: 'info' } });
    const before = stream.bytes();
    stream.pack('all');
    expect(stream.unpacked()).toBe(0);
    expect(stream.bytes()).toBeLessThan(before / 3);
    expect(packedBytes(packing.pack([{ timeNs: 0n, line, metadata: {} }]))).toBeGreaterThan(400);
  });
});

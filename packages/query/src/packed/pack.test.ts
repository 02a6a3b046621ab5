import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PackReader } from './pack-reader.ts';
import { PackWriter } from './pack-writer.ts';

/** Any text, half pairs of surrogates and marks of byte order among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '\uFEFF', '\uD800', '\u0000'),
);
const item = fc.oneof(
  fc.record({ kind: fc.constant('number' as const), value: fc.maxSafeNat() }),
  fc.record({
    kind: fc.constant('integer' as const),
    value: fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  }),
  fc.record({ kind: fc.constant('double' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('text' as const), value: text }),
  fc.record({ kind: fc.constant('word' as const), value: text }),
);
type Item = typeof item extends fc.Arbitrary<infer Each> ? Each : never;

function write(writer: PackWriter, { kind, value }: Item): void {
  if (kind === 'number') writer.number(value);
  else if (kind === 'integer') writer.integer(value);
  else if (kind === 'double') writer.double(value);
  else if (kind === 'text') writer.text(value);
  else writer.word(value);
}

describe('PackWriter and PackReader', () => {
  it('give back whatever was written', () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const writer = new PackWriter();
        for (const each of items) write(writer, each);
        const reader = new PackReader(writer.finish());
        for (const { kind, value } of items) expect(reader[kind]()).toBe(value);
      }),
    );
  });

  it('give back the bounds of what a number holds', () => {
    const integers = [0n, -1n, 2n ** 51n - 1n, 2n ** 51n, -(2n ** 51n), 2n ** 64n - 1n, -(2n ** 63n)];
    const numbers = [0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
    const writer = new PackWriter();
    for (const integer of integers) writer.integer(integer);
    for (const number of numbers) writer.number(number);
    const reader = new PackReader(writer.finish());
    expect(integers.map(() => reader.integer())).toEqual(integers);
    expect(numbers.map(() => reader.number())).toEqual(numbers);
  });
});

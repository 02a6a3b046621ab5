import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { readJson, readJsonInSteps } from './read-json.ts';
import { type Message, readProtobuf, readProtobufInSteps } from './read-protobuf.ts';
import { type MessageShape, addFields, messageShape } from './shape.ts';
import { WireError } from './wire-error.ts';
import { writeProtobuf } from './write-protobuf.ts';

const inner = messageShape({ text: [1, 'string'] });
addFields(inner, { inner: [2, inner] });
const shape = messageShape({
  string: [1, 'string'],
  bytes: [2, 'bytes'],
  id: [3, 'id'],
  bool: [4, 'bool'],
  enum: [5, 'enum'],
  uint32: [6, 'uint32'],
  sint32: [7, 'sint32'],
  int64: [8, 'int64'],
  uint64: [9, 'uint64'],
  sint64: [10, 'sint64'],
  fixed32: [11, 'fixed32'],
  fixed64: [12, 'fixed64'],
  sfixed64: [13, 'sfixed64'],
  double: [14, 'double'],
  inner: [15, inner],
  list: [16, ['sint64']],
  inners: [17, [inner]],
});
const whole = {
  string: 'ü',
  bytes: Uint8Array.of(0, 255),
  id: 'ab00',
  bool: true,
  enum: 2,
  uint32: 4_000_000_000,
  sint32: -7,
  int64: -(2n ** 63n),
  uint64: 2n ** 64n - 1n,
  sint64: -(2n ** 62n) - 1n,
  fixed32: 4_000_000_000,
  fixed64: 2n ** 64n - 1n,
  sfixed64: -1n,
  double: -0.5,
  inner: { text: 'in', inner: { text: 'deeper' } },
  list: [1n, -1n],
  inners: [{ text: 'a' }, {}],
};

/** @returns what the steps come to, and how many they are */
function allSteps(steps: Generator<undefined, Message>): readonly [message: Message, count: number] {
  for (let count = 0; ; count += 1) {
    const step = steps.next();
    if (step.done === true) return [step.value, count];
  }
}

const allAtOnce = (of: MessageShape, bytes: Uint8Array, later: MessageShape): Message =>
  allSteps(readProtobufInSteps(of, bytes, later))[0];

describe('readProtobufInSteps', () => {
  it('reads what is read at once, a message of a list a step', () => {
    const none = messageShape({});
    const bytes = writeProtobuf(shape, whole);
    expect(allSteps(readProtobufInSteps(shape, bytes, none))).toEqual([whole, 2]);
    const outer = messageShape({ all: [1, [shape]] });
    const three = writeProtobuf(outer, { all: [whole, whole, whole] });
    expect(allSteps(readProtobufInSteps(outer, three, shape))[1]).toBe(3);
    expect(() => allAtOnce(outer, Uint8Array.of(8, 1), shape)).toThrow('a field of wire type 0');
    expect(() => allAtOnce(inner, Uint8Array.of(0x0a, 1, 0x61, 0x12, 9), none)).toThrow('behind the end');
    expect(() => allAtOnce(outer, Uint8Array.of(0x0a, 1, 0x0a, 0x61), none)).toThrow(WireError);
  });
});

describe('readJsonInSteps', () => {
  const outer = messageShape({ inner: [1, inner], all: [2, [shape]], texts: [3, ['string']] });

  it('reads what is read at once, a message of a list a step', () => {
    const text = JSON.stringify({
      inner: { inner: { text: 'x' } },
      all: [
        { string: 'a', inners: [{ text: 'b' }, {}], bool: null },
        { list: ['1'], other: 1 },
      ],
      texts: ['t'],
    });
    expect(allSteps(readJsonInSteps(outer, text, shape))).toEqual([readJson(outer, text), 2]);
    expect(allSteps(readJsonInSteps(outer, text, inner))).toEqual([readJson(outer, text), 4]);
  });

  it.each([
    ['{', 'no JSON: '],
    ['{"all":[{},{"inners":[{"text":1}]}]}', 'all[1].inners[0].text: expected a text, is a number'],
    ['{"all":{}}', 'all: expected a list, is a object'],
    ['{"inner":[]}', 'inner: expected an object, is a list'],
    [`{"inner":${'{"inner":'.repeat(70)}{}${'}'.repeat(71)}`, 'deeper than 64'],
  ])('refuses %s', (text, problem) => {
    const nothing = messageShape({});
    expect(() => allSteps(readJsonInSteps(outer, text, nothing))).toThrow(problem);
    expect(() => readJson(outer, text)).toThrow(problem);
  });
});

describe('writeProtobuf', () => {
  it('writes what reads back as the same, and leaves out what the shape has not', () => {
    const bytes = writeProtobuf(shape, { ...whole, unknown: 1, nothing: undefined });
    expect(readProtobuf(shape, bytes)).toEqual(whole);
    expect(writeProtobuf(shape, {})).toHaveLength(0);
    const few = messageShape({ string: [1, 'string'] });
    expect(readProtobuf(few, bytes)).toEqual({ string: 'ü' });
  });
});

describe('readProtobuf', () => {
  const packed = (write: (writer: PbfWriter) => void): Uint8Array => {
    const writer = new PbfWriter();
    write(writer);
    return writer.finish();
  };

  it.each<readonly [string, Uint8Array]>([
    ['a number that goes on', Uint8Array.of(0x40, ...Array<number>(11).fill(0xff))],
    ['a number that is cut off', Uint8Array.of(0x40, 0x80)],
    ['another wire type', packed((writer) => writer.writeVarintField(1, 1))],
    ['no wire type', Uint8Array.of(0xff, 0x01)],
    ['a length behind its end', Uint8Array.of(0x0a, 5, 97)],
    ['a field that ends behind its message', Uint8Array.of(0x7a, 2, 0x71, 1, 1, 1, 1, 1, 1, 1, 1)],
    ['fixed numbers that are cut off', Uint8Array.of(0x61, 1)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => readProtobuf(shape, bytes)).toThrow(WireError);
  });

  it('refuses messages within messages without end, read now or later', () => {
    let deep: object = {};
    for (let depth = 0; depth < 70; depth++) deep = { inner: deep };
    const bytes = writeProtobuf(inner, deep);
    expect(() => readProtobuf(inner, bytes)).toThrow('deeper than 64');
    expect(() => allAtOnce(messageShape({ inner: [2, inner] }), bytes, inner)).toThrow('deeper than 64');
  });

  it('refuses at once what is to be read later and cannot be', () => {
    const outer = messageShape({ all: [1, [shape]] });
    for (const bytes of [
      Uint8Array.of(8, 1),
      Uint8Array.of(0x82, 1, 2, 0x80, 0x80),
      Uint8Array.of(0x71, 1),
    ]) {
      const all = packed((writer) => writer.writeBytesField(1, bytes));
      expect(() => allAtOnce(outer, all, shape)).toThrow(WireError);
    }
    const fine = packed((writer) => writer.writeBytesField(1, writeProtobuf(shape, whole)));
    expect(() => allAtOnce(outer, fine, shape)).not.toThrow();
  });
});

describe('readJson', () => {
  it('reads what protobuf holds, whole numbers as text too, and leaves out what is null or unknown', () => {
    const text = JSON.stringify({
      string: 'x',
      bytes: 'AP8=',
      id: 'AB00',
      bool: false,
      enum: 1,
      uint32: 1,
      sint32: -1,
      int64: '-5',
      uint64: 5,
      sint64: '1',
      fixed32: 1,
      fixed64: '18446744073709551615',
      sfixed64: '-1',
      double: '0.5',
      inner: null,
      other: 1,
      list: ['1', 2],
      inners: [{}],
    });
    expect(readJson(shape, text)).toMatchObject({
      bytes: Uint8Array.of(0, 255),
      id: 'ab00',
      int64: -5n,
      uint64: 5n,
      fixed64: 2n ** 64n - 1n,
      double: 0.5,
      list: [1n, 2n],
    });
    for (const [written, value] of [
      ['"NaN"', Number.NaN],
      ['"Infinity"', Infinity],
      ['"-Infinity"', -Infinity],
      ['7', 7],
    ] as const)
      expect(readJson(shape, `{"double":${written}}`)).toEqual({ double: value });
  });

  it.each([
    ['{', 'no JSON'],
    ['[]', 'the body: expected an object, is a list'],
    ['null', 'the body: expected an object, is null'],
    ['{"inner":1}', 'inner: expected an object, is a number'],
    ['{"list":1}', 'list: expected a list, is a number'],
    ['{"inners":[1]}', 'inners[0]: expected an object'],
    ['{"inner":{"text":1}}', 'inner.text: expected a text'],
    ['{"bytes":1}', 'bytes: expected bytes in base64'],
    ['{"id":"xy"}', 'id: expected bytes in hexadecimal'],
    ['{"bool":1}', 'bool: expected true or false'],
    ['{"enum":"A"}', 'enum: expected an integer'],
    ['{"int64":0.5}', 'int64: expected an integer, or one as text'],
    ['{"double":" "}', 'double: expected a number'],
    ['{"double":"x"}', 'double: expected a number'],
    ['{"double":true}', 'double: expected a number, is a boolean'],
  ])('refuses %s', (text, problem) => {
    expect(() => readJson(shape, text)).toThrow(problem);
  });

  it('refuses objects within objects without end', () => {
    expect(() => readJson(inner, `${'{"inner":'.repeat(70)}{}${'}'.repeat(70)}`)).toThrow('deeper than 64');
  });
});

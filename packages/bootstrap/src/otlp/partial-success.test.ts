import { describe, expect, it } from 'vitest';
import { readPartialSuccess } from './partial-success.ts';

const nothing = { rejected: 0, message: '' };

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** Field 1 of the answer with these bytes in it. */
function partial(...bytes: readonly number[]): Buffer {
  return Buffer.from([0x0a, bytes.length, ...bytes]);
}

describe('readPartialSuccess of JSON', () => {
  it.each(['rejectedSpans', 'rejectedDataPoints', 'rejectedLogRecords'])('reads %s', (name) => {
    const body = json({ partialSuccess: { [name]: '3', errorMessage: 'too old' } });
    expect(readPartialSuccess('application/json; charset=utf-8', body)).toEqual({
      rejected: 3,
      message: 'too old',
    });
  });

  it.each([
    null,
    {},
    { partialSuccess: null },
    { partialSuccess: {} },
    { partialSuccess: 7 },
    { partialSuccess: { rejectedSpans: -1 } },
    { partialSuccess: { rejectedSpans: 1.5 } },
    { partialSuccess: { rejectedSpans: 'many', errorMessage: 7 } },
    { partialSuccess: { rejectedSpans: 2 ** 60 } },
  ])('makes nothing of %j', (value) => {
    expect(readPartialSuccess('application/json', json(value))).toEqual(nothing);
  });

  it('is read as JSON only where it says that it is', () => {
    const body = json({ partialSuccess: { rejectedSpans: 3 } });
    expect(readPartialSuccess('text/application/json', body)).toEqual(nothing);
    expect(readPartialSuccess(undefined, body)).toEqual(nothing);
  });
});

describe('readPartialSuccess of protobuf', () => {
  it.each([
    { what: 'a count', body: partial(0x08, 5), rejected: 5, message: '' },
    { what: 'a count of two bytes', body: partial(0x08, 0xac, 0x02), rejected: 300, message: '' },
    { what: 'a count of three bytes', body: partial(0x08, 0x80, 0x80, 0x01), rejected: 16_384, message: '' },
    { what: 'a message', body: partial(0x12, 2, 0x6e, 0x6f), rejected: 0, message: 'no' },
    { what: 'both', body: partial(0x08, 127, 0x12, 1, 0x6e), rejected: 127, message: 'n' },
    {
      what: 'what stands behind fields of all kinds',
      // Field 3 as a varint, field 4 as 64 bits, field 5 as bytes, field 6 as 32 bits.
      body: partial(0x18, 1, 0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x2a, 1, 9, 0x35, 0, 0, 0, 0, 0x08, 4),
      rejected: 4,
      message: '',
    },
    {
      what: 'what stands behind another field of the answer',
      body: Buffer.concat([Buffer.from([0x12, 2, 0x08, 9]), partial(0x08, 6)]),
      rejected: 6,
      message: '',
    },
  ])('reads $what', ({ body, rejected, message }) => {
    expect(readPartialSuccess('application/x-protobuf', body)).toEqual({ rejected, message });
  });

  it.each([
    { what: 'no bytes', body: Buffer.alloc(0) },
    { what: 'field 1 as a number', body: Buffer.from([0x08, 5]) },
    { what: 'the count as bytes and the message as a number', body: partial(0x0a, 1, 7, 0x10, 7) },
    { what: 'a field that is longer than the message', body: Buffer.from([0x0a, 3, 0x08, 5]) },
    { what: 'a number without its end', body: partial(0x08, 0x80) },
    { what: 'groups, which there are no more', body: partial(0x0b) },
  ])('makes nothing of $what', ({ body }) => {
    expect(readPartialSuccess(undefined, body)).toEqual(nothing);
  });
});

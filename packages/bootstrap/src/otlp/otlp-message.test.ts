import type { AnyValue } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { encodeMessage, logsRequestShape, nanosText, otlpValue } from './otlp-message.ts';

/** As many lists in each other. */
function nested(levels: number): AnyValue {
  let value: AnyValue = 'x';
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

describe('otlpValue', () => {
  it.each<[string, unknown, object]>([
    ['false', false, { boolValue: false }],
    ['an integer', -7, { intValue: -7 }],
    ['an integer that is not safe', 2 ** 60, { doubleValue: 2 ** 60 }],
    ['infinity', -Infinity, { doubleValue: '-Infinity' }],
    ['null', null, {}],
    ['nothing', undefined, {}],
    ['a function', () => 1, {}],
    ['a symbol', Symbol('x'), {}],
    ['a map with a hole', { a: undefined }, { kvlistValue: { values: [{ key: 'a', value: {} }] } }],
  ])('is for %s what OTLP has for it', (_what, value, expected) => {
    expect(otlpValue(value)).toEqual(expected);
  });

  it('ends at 32 levels, whatever is below', () => {
    const text = JSON.stringify(otlpValue(nested(10_000)));
    expect(text.match(/arrayValue/g)).toHaveLength(32);
    expect(JSON.stringify(otlpValue(nested(32)))).toContain('"stringValue":"x"');
  });
});

describe('encodeMessage', () => {
  it('leaves out fields that the message does not have, and those without a value', () => {
    const plain = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityText: 'warn' }] }] }] };
    const more = {
      resourceLogs: [
        {
          scopeLogs: [{ logRecords: [{ severityText: 'warn', flags: undefined, unknown: 7 }] }],
          unknown: {},
        },
      ],
      unknown: 'x',
    };
    const encoded = encodeMessage(logsRequestShape, more);
    expect(encoded).toEqual(encodeMessage(logsRequestShape, plain));
    expect(encoded.toString('latin1')).toContain('warn');
  });
});

describe('nanosText', () => {
  it.each([
    { ms: 0, text: '0' },
    { ms: 1.000_001, text: '1000001' },
    { ms: 1_800_000_000_000.5, text: '1800000000000500000' },
  ])('is $text for $ms ms', ({ ms, text }) => {
    expect(nanosText(ms)).toBe(text);
  });
});

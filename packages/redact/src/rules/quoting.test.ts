import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';
import { containerEnd, percentEscapeEnd, quoteAt, quotedEnd } from './quoting.ts';

const { text } = createRedactor();

/** JSON in JSON, so many levels deep, without the outermost quotation marks. */
function nested(value: unknown, levels: number): string {
  let json = JSON.stringify(value);
  for (let level = 0; level < levels; level += 1) json = JSON.stringify(json).slice(1, -1);
  return json;
}

describe('quoteAt', () => {
  it.each([
    ...['"', "'", '`', '"""', "'''", '\\"', "\\'", '\\\\\\"'],
    ...['&quot;', '&apos;', '&#34;', '&#39;', '&#x22;', '&#x27;'],
    ...['\\u0022', '\\u0027', '\\x22', '\\x27', '\\\\u0022'],
    ...['%22', '%27', '%2522', '%252527', '%25252522', '%2525252522', '%5C%22', '%5c%27', '%255C%2522'],
  ])('sees %s whole, and a value between two of them', (mark) => {
    expect(quoteAt(`x${mark} y`, 1)?.length).toBe(mark.length);
    expect(text(`a token=${mark}a b${mark} next`)).toBe(`a token=${mark}[REDACTED]${mark} next`);
  });

  it.each(['\\', '%', '%2', '%5C', '%21', '&quo;', '&', '\\u0021', 'a"', '%25252525252522'])(
    'sees none at %s',
    (beginning) => {
      expect(quoteAt(beginning, 0)).toBeUndefined();
    },
  );

  it('sees one behind 31 backslashes, and none behind more', () => {
    expect(quoteAt(`${'\\'.repeat(31)}"`, 0)).toMatchObject({ length: 32, depth: 31 });
    expect(quoteAt(`${'\\'.repeat(32)}"`, 0)).toBeUndefined();
  });
});

describe('a secret between marks that are escaped for a URL', () => {
  it.each([
    ['%22pin%22%3A%22a%5C%22b%22%2C', '%22pin%22%3A%22[REDACTED]%22%2C'],
    ['%22pin%22%3a%22a%5c%22b%22%2c', '%22pin%22%3a%22[REDACTED]%22%2c'],
    ['%2522pin%2522%253a%2522a%255c%2522b%2522%252c', '%2522pin%2522%253a%2522[REDACTED]%2522%252c'],
  ])('goes on behind one that it holds itself, however the escape is written: %s', (input, output) => {
    expect(text(input)).toBe(output);
  });
});

describe('percentEscapeEnd', () => {
  it.each([
    ['%22x', 3],
    ['%2522x', 5],
    ['%25252525%', 10],
    ['%252525252522', 11],
    ['%2', 2],
    ['x%22', 0],
  ])('of %s is %i', (escaped, end) => {
    expect(percentEscapeEnd(escaped, 0)).toBe(end);
  });
});

describe('quotedEnd', () => {
  it.each([0, 1, 2, 3, 4])(
    'finds the end of a secret in JSON %i levels deep, whatever is in it',
    (levels) => {
      for (const secret of ['abc', 'a"b', 'a\\', '\\"', '\\\\"\\', '', '"', 'a\nb']) {
        const json = nested({ token: secret, n: 1 }, levels);
        const expected = nested({ token: '[REDACTED]', n: 1 }, levels);
        expect(text(`x ${json} y`)).toBe(secret === '' ? `x ${json} y` : `x ${expected} y`);
      }
    },
  );

  it.each([
    ["it''s' x", 5],
    ["' x", 0],
    ["'' x", 0],
    ["abc''", 5],
    ['abc', 3],
  ])('of %s behind a single mark is %i', (rest, end) => {
    const quote = quoteAt("'", 0);
    expect(quote && quotedEnd(rest, 0, quote)).toBe(end);
  });
});

describe('containerEnd', () => {
  it.each([
    '{}',
    '[]',
    '{a:[1,{b:2}],c:3}',
    '{"a":"}"}',
    "{ a: '}' }",
    '[\'}]\', `]`, "]"]',
    '{"a\\"}":1}',
    '{\\"a\\":\\"}\\"}',
    '{%22a%22:%22}%22}',
    '{&quot;a&quot;:&quot;}&quot;}',
    "{ it's: 1 }",
    '(a(b)c)',
    '("a)")',
    '{ a: ( }',
  ])('finds the end of %s', (container) => {
    expect(containerEnd(`${container} }])`, 0)).toBe(container.length);
  });

  it.each(['{', '[{]', '{"a', '(', '(()'])(
    'of %s, which does not end, is the end of the text',
    (container) => {
      expect(containerEnd(container, 0)).toBe(container.length);
    },
  );
});

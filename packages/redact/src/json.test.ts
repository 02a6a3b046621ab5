import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor();
const KEYS = [
  'password',
  'tokens',
  'url',
  'name',
  'value',
  'a',
  'b',
  'cookie',
  '__proto__',
  'toJSON',
  'rawHeaders',
];

const anything = fc.anything({
  key: fc.constantFrom(...KEYS),
  maxDepth: 4,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
});

describe('Redactor.json', () => {
  it('is the JSON of value(…), whatever the value', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(redactor.json(value)).toBe(JSON.stringify(redactor.value(value)));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    [
      'more entries than are written directly',
      Object.fromEntries(Array.from({ length: 1100 }, (_, n) => [`k${n}`, [n]])),
    ],
    ['more levels', [[[[[[[[{ password: 'x', n: Number.NaN }]]]]]]]]],
    ['longer strings', { a: 'x'.repeat(1_100_000), password: 'x' }],
    [
      'counts that are no numbers',
      { tokens: Number.NaN, cookies: Infinity, secrets: -0, passwords: 4111111111111111 },
    ],
    ['URLs with and without escapes', { url: '/?token=abc', href: '/?%74oken=abc', path: '/a', link: 7 }],
    ['a URL without a scheme', { url: '//deploy:hunter2@git.example.com/x.git', link: '//a/b' }],
    ['the same text twice under a key', [{ a: 'same' }, { a: 'same' }, { a: 'pwd=x' }, { a: 'pwd=x' }]],
  ])('is the JSON of value(…) for %s', (_what, value) => {
    expect(redactor.json(value)).toBe(JSON.stringify(redactor.value(value)));
  });
});

describe('Redactor.entry', () => {
  it('is the entry of a JSON object, with its comma, or nothing', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('password', 'tokens', 'a', 'url', 'ghp_0123456789abcdefghij'),
        anything,
        (key, value) => {
          const whole = JSON.stringify(redactor.value({ [key]: value }));
          const entry = redactor.entry(key, value);
          expect(`{${entry.slice(1)}}`).toBe(whole);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a URL under a key that says so', () => {
  it.each(['url', 'uri', 'href', 'originalUrl', 'PATH', 'Location', 'referer', 'Referrer', 'link'])(
    'is looked into behind its escapes: %s',
    (key) => {
      const [plain, censored] = ['/x?%74oken=abcdefgh', '/x?%74oken=REDACTED'];
      expect(redactor.value({ [key]: plain, note: plain })).toEqual({ [key]: censored, note: plain });
      expect(redactor.json({ [key]: plain })).toBe(JSON.stringify({ [key]: censored }));
      expect(redactor.entry(key, plain)).toBe(`,"${key}":"${censored}"`);
    },
  );
});

describe('what is not written directly', () => {
  it('is what lies deeper than is shown', () => {
    const flat = createRedactor({ maxDepth: 2 });
    const deep = { a: [{ b: [1] }], c: { d: { e: 1 } } };
    expect(flat.json(deep)).toBe('{"a":["[Object]"],"c":{"d":"[Object]"}}');
    expect(flat.json(deep)).toBe(JSON.stringify(flat.value(deep)));
  });

  it('is a proxy, none of whose traps runs', () => {
    const trap = vi.fn<() => never>(() => {
      throw new Error('trap');
    });
    const handler = { get: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap };
    expect(redactor.json({ proxy: new Proxy({}, handler), list: new Proxy([], handler) })).toBe(
      '{"proxy":"[Proxy]","list":"[Proxy]"}',
    );
    expect(trap).not.toHaveBeenCalled();
  });
});

describe('Redactor.counts', () => {
  it('counts what goes for its key, however it is written', () => {
    const { json, entry, value, counts } = createRedactor();
    const secrets = { password: 'x', list: [{ token: 'y' }], pin: null };
    json(secrets);
    expect(counts()['key']).toBe(2);
    value(secrets);
    expect(counts()['key']).toBe(4);
    entry('password', 'x');
    entry('value', 'y', { name: 'token', value: 'y' });
    expect(counts()['key']).toBe(6);
  });
});

describe('Redactor.counts of what cannot be written directly to its end', () => {
  it.each([
    ['a date', { createdAt: new Date(0) }],
    ['milliseconds since 1970', { at: 1_764_000_000_000 }],
    ['a pair', { pairs: [['a', 1]] }],
    ['a getter', Object.defineProperty({}, 'late', { enumerable: true, get: () => 1 })],
  ])('has a secret before %s once', (_what, rest) => {
    const { json, counts } = createRedactor();
    json({ password: 'x', note: 'pwd=hunter2', rest });
    expect(counts()).toEqual({ key: 1, assignment: 1 });
  });

  it('keeps what a rule of the caller counts that censors by itself', () => {
    const inner = createRedactor();
    const { json, counts } = createRedactor({
      rules: [
        {
          name: 'ticket',
          anchors: ['ticket-'],
          find(window, at) {
            inner.json({ password: 'x' });
            return { from: at, to: window.length };
          },
        },
      ],
    });
    json({ note: 'ticket-7', at: new Date(0) });
    json({ note: 'ticket-7' });
    expect(counts()).toEqual({ ticket: 2 });
    expect(inner.counts()['key']).toBeGreaterThanOrEqual(2);
  });
});

describe('the limits of a whole value', () => {
  it.each([
    ['entries', { list: Array.from({ length: 900 }, (_, n) => n), tokens: 1 }],
    ['long strings', { text: 'x'.repeat(900_000), tokens: 1 }],
  ])('hold for many %s with counts between them', (_what, part) => {
    const value = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, part]));
    expect(redactor.json(value)).toBe(JSON.stringify(redactor.value(value)));
  });

  it('names strings by their length once 64 characters are spent', () => {
    const small = createRedactor({ maxTotalLength: 64 });
    expect(small.value(['x'.repeat(60), 'y'.repeat(10), 'pwd=z'])).toEqual([
      'x'.repeat(60),
      '[truncated: 10 characters]',
      '[truncated: 5 characters]',
    ]);
    expect(small.json({ a: 'x'.repeat(60), b: 'y'.repeat(10) })).toBe(
      `{"a":"${'x'.repeat(60)}","b":"[truncated: 10 characters]"}`,
    );
  });

  it('holds 200 strings of a million characters to 16,777,216', () => {
    const total = JSON.stringify(
      redactor.value(Array.from({ length: 200 }, () => 'x'.repeat(1_000_000))),
    ).length;
    expect(total).toBeLessThan(17_000_000);
  });
});

describe('the entry of an object', () => {
  it.each([
    ['rawHeaders', { rawHeaders: ['host', 'a', 'x-api-key', 'hunter2'] }],
    ['value', { name: 'DB_PASSWORD', value: 'hunter2' }],
    ['value', { name: 'colour', value: 'red' }],
    ['args', { name: 'auth', args: ['hunter2'] }],
    ['k', { kty: 'oct', k: 'hunter2' }],
    ['toJSON', { toJSON: () => 'hunter2' }],
    ['value', { value: 12 }],
  ])(
    'is written with what the others of the object say: %s of %j',
    (key, holder: Record<string, unknown>) => {
      const censored = redactor.value({ ...holder, toJSON: undefined }) as Record<string, unknown>;
      const expected = key === 'toJSON' ? '' : `,${JSON.stringify({ [key]: censored[key] }).slice(1, -1)}`;
      expect(redactor.entry(key, holder[key], holder)).toBe(expected);
      expect(expected).not.toContain('hunter2');
    },
  );
});

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseOptions, resolveOptions } from './parse-options.ts';
import { SightlineError } from './sightline-error.ts';

const schema = z.strictObject({
  level: z.enum(['debug', 'info', 'warn']).default('info'),
  port: z.int().min(0).max(65_535).default(9464),
  shareRatio: z.number().gt(0).multipleOf(0.25).optional(),
  timeoutMs: z.number().default(800),
  host: z.string().optional(),
  token: z.string().min(20).optional(),
  url: z.url().optional(),
  name: z.string().regex(/^a+$/).optional(),
  tags: z.array(z.string()).max(4).default(['none']),
  loki: z
    .strictObject({ url: z.url(), labels: z.record(z.string().regex(/^\w+$/), z.string()).optional() })
    .optional(),
  checks: z.array(z.strictObject({ id: z.string(), critical: z.boolean().default(true) })).default([]),
  stream: z.union([z.literal('stdout'), z.literal(false)]).optional(),
  file: z
    .union([z.literal(false), z.strictObject({ path: z.string(), keep: z.int().default(5) })])
    .optional(),
  kind: z
    .discriminatedUnion('as', [
      z.strictObject({ as: z.literal('tcp') }),
      z.strictObject({ as: z.literal('http') }),
    ])
    .optional(),
  mode: z.union([z.literal('auto'), z.string().min(30)]).optional(),
  onFull: z.custom<() => void>((value) => typeof value === 'function', { error: 'a function' }).optional(),
  even: z
    .number()
    .refine((value) => value % 2 === 0)
    .optional(),
  ids: z.set(z.number()).optional(),
  byName: z.map(z.string(), z.number()).optional(),
  byDay: z.map(z.date(), z.number()).optional(),
  pattern: z.instanceof(RegExp).optional(),
  since: z.date().min(new Date('2020-01-01T00:00:00Z')).optional(),
});

function errorOf(run: () => unknown): SightlineError {
  try {
    run();
  } catch (error) {
    if (error instanceof SightlineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const refused = (input: unknown): SightlineError =>
  errorOf(() => parseOptions('createLogger', schema, input));

describe('parseOptions', () => {
  it('fills in the defaults when nothing is passed', () => {
    expect(parseOptions('createLogger', schema, undefined)).toMatchObject({
      level: 'info',
      port: 9464,
      tags: ['none'],
    });
  });

  it('keeps what was passed, and freezes the result as deep as it is new', () => {
    const options = parseOptions('createLogger', schema, { port: 0, checks: [{ id: 'db' }] });
    expect(options).toMatchObject({ port: 0, checks: [{ id: 'db', critical: true }] });
    expect(
      [options, options.tags, options.checks, options.checks[0]].every((part) => Object.isFrozen(part)),
    ).toBe(true);
  });

  it('leaves the input as it was, also what it hands through', () => {
    const loose = z.strictObject({
      sink: z.custom<{ open: boolean }>(() => true),
      list: z.array(z.string()),
    });
    const input = { sink: { open: false }, list: ['a'] };
    const options = parseOptions('createLogger', loose, input);
    expect(options.sink).toBe(input.sink);
    expect([input, input.sink, input.list].some((part) => Object.isFrozen(part))).toBe(false);
    expect(input).toEqual({ sink: { open: false }, list: ['a'] });
  });

  it.each([
    ['a wrong type', { timeoutMs: true }, 'timeoutMs is true', 'a number', 'correct it or leave it out'],
    [
      'text for a number',
      { port: '80' },
      'port is a string of 2 characters',
      'a whole number from 0 to 65535',
      'pass the number itself, not text or leave it out',
    ],
    [
      'a number out of range',
      { port: 70_000 },
      'port is 70000',
      'a whole number from 0 to 65535',
      'correct it or leave it out',
    ],
    [
      'a fraction for a whole number',
      { port: 1.5 },
      'port is 1.5',
      'a whole number from 0 to 65535',
      'correct it or leave it out',
    ],
    [
      'a number too small',
      { shareRatio: 0 },
      'shareRatio is 0',
      'a number above 0 in steps of 0.25',
      'correct it or leave it out',
    ],
    [
      'not a multiple',
      { shareRatio: 0.3 },
      'shareRatio is 0.3',
      'a number above 0 in steps of 0.25',
      'correct it or leave it out',
    ],
    ['NaN', { timeoutMs: Number.NaN }, 'timeoutMs is NaN', 'a number', 'correct it or leave it out'],
    ['null', { timeoutMs: null }, 'timeoutMs is null', 'a number', 'correct it or leave it out'],
    [
      'a wrong choice, close to one',
      { level: 'wran' },
      'level is "wran"',
      'one of "debug", "info", "warn"',
      'did you mean "warn"? If not, leave it out',
    ],
    [
      'a wrong choice, far from all',
      { level: 'loud' },
      'level is "loud"',
      'one of "debug", "info", "warn"',
      'correct it or leave it out',
    ],
    [
      'an unknown key, close to one',
      { levl: 'info' },
      'levl is not an option',
      'a known option: level, port',
      'did you mean "level"? If not, remove it',
    ],
    [
      'a key without its unit',
      { timeout: 5 },
      'timeout is not an option',
      'a known option: level',
      'did you mean "timeoutMs"? If not, remove it',
    ],
    [
      'an unknown key, far from all',
      { colour: 1 },
      'colour is not an option',
      'a known option: level',
      'remove it',
    ],
    [
      'a string that is too short',
      { token: 'hunter2' },
      'token is a string of 7 characters',
      'at least 20 characters',
      'correct it or leave it out',
    ],
    [
      'a wrong format',
      { url: 'nope' },
      'url is a string of 4 characters',
      'a URL',
      'correct it or leave it out',
    ],
    [
      'no match of a pattern',
      { name: 'b' },
      'name is a string of 1 character',
      'a string that matches /^a+$/',
      'correct it or leave it out',
    ],
    [
      'too many elements',
      { tags: ['a', 'b', 'c', 'd', 'e'] },
      'tags is an array of 5 elements',
      'at most 4 elements',
      'correct it or leave it out',
    ],
    ['a wrong element', { tags: ['a', 2] }, 'tags[1] is 2', 'a string', 'correct it'],
    ['a missing required key', { loki: {} }, 'loki.url is missing', 'a string', 'pass it'],
    [
      'a key that is not allowed',
      { loki: { url: 'http://h', labels: { 'a-b': 'x' } } },
      'the key of loki.labels["a-b"] is not allowed',
      'a key that is a string that matches /^\\w+$/',
      'rename or remove it',
    ],
    [
      'a union that nothing fits',
      { stream: 'sdtout' },
      'stream is "sdtout"',
      '"stdout" or false',
      'did you mean "stdout"? If not, leave it out',
    ],
    [
      'a union with one alternative of that kind',
      { file: { path: 'a', keep: 'b' } },
      'file.keep is a string of 1 character',
      'a whole number',
      'pass the number itself, not text or leave it out',
    ],
    [
      'a wrong discriminator',
      { kind: { as: 'htp' } },
      'kind.as is "htp"',
      'one of "tcp", "http"',
      'did you mean "http"? If not, correct it',
    ],
    [
      'a union that also takes free text',
      { mode: 'sk_live_1' },
      'mode is a string of 9 characters',
      'at least 30 characters',
      'correct it or leave it out',
    ],
    [
      'a custom check with its own message',
      { onFull: 1 },
      'onFull is 1',
      'a function',
      'correct it or leave it out',
    ],
    [
      'a custom check without a message',
      { even: 3 },
      'even is 3',
      'a valid value',
      'correct it or leave it out',
    ],
    [
      'a wrong element of a Set',
      { ids: new Set(['a']) },
      'ids has a wrong element',
      'elements that are each a number',
      'correct it or leave it out',
    ],
    [
      'a wrong entry of a Map',
      { byName: new Map([['a', 'b']]) },
      'byName.a is a string of 1 character',
      'a number',
      'pass the number itself, not text',
    ],
    [
      'a wrong entry of a Map with object keys',
      { byDay: new Map([[new Date(0), 'b']]) },
      'byDay is a Map of 1 entry',
      'elements that are a number',
      'correct it or leave it out',
    ],
    ['another class', { pattern: new Date() }, 'pattern is a Date', 'a RegExp', 'correct it or leave it out'],
    [
      'a date too early',
      { since: new Date(0) },
      'since is a Date',
      'a Date from 2020-01-01T00:00:00.000Z',
      'correct it or leave it out',
    ],
    ['no object at all', 7, 'the value is 7', 'an object', 'correct it'],
  ])('says for %s what, what else and how to fix it', (_case, input, problem, expected, fix) => {
    const error = refused(input);
    expect(error.code).toBe('SIGHTLINE_OPTIONS');
    expect(error.problem).toBe(`createLogger: ${problem}`);
    expect(error.expected.slice(0, expected.length)).toBe(expected);
    expect(error.fix).toBe(fix);
  });

  it('lists every problem by its path when there are several', () => {
    const error = refused({ levl: 1, port: -1, loki: { url: 3, lables: {} } });
    expect(error.problem).toBe(
      'createLogger got 4 wrong options: port is -1; loki.url is 3; loki.lables is not an option; levl is not an option',
    );
    expect(error.fix).toContain(
      'loki.lables: did you mean "labels"? If not, remove it; levl: did you mean "level"',
    );
  });

  it('never shows the text of a string that may be a secret, nor a key too long for a name', () => {
    const secret = 'sk_live_4eC39HqLyjWDarjtT1zdp7dc0123';
    const error = refused({
      token: [secret],
      host: 5,
      url: secret,
      level: secret,
      mode: secret.slice(0, 9),
      stream: secret,
      loki: secret,
      tags: secret,
      name: secret,
      file: secret,
      kind: { as: secret },
      [secret.repeat(2)]: secret,
    });
    expect(error.message).not.toContain(secret.slice(0, 9));
    expect(error.problem).toContain('<a key of 72 characters> is not an option');
  });

  it('treats a key named __proto__ as any unknown key', () => {
    const error = refused(JSON.parse('{"__proto__":{"level":"debug"}}'));
    expect(error.problem).toBe('createLogger: __proto__ is not an option');
  });
});

/** Resolves without strictness and collects what was told. */
function resolved(input: unknown, of: z.ZodType = schema): { options: unknown; told: SightlineError[] } {
  const told: SightlineError[] = [];
  const options = resolveOptions('createLogger', of, input, {
    strict: false,
    onProblem: (error) => told.push(error),
  });
  return { options, told };
}

describe('resolveOptions', () => {
  it('tells nothing when all is right', () => {
    expect(resolved({ port: 1 }).told).toEqual([]);
  });

  it('throws on the first wrong value when strict, and tells nothing besides', () => {
    const told: SightlineError[] = [];
    const behaviour = { strict: true, onProblem: (error: SightlineError) => told.push(error) };
    const error = errorOf(() => resolveOptions('createLogger', schema, { port: -1 }, behaviour));
    expect(error.code).toBe('SIGHTLINE_OPTIONS');
    expect(told).toEqual([]);
  });

  it('puts the defaults in place of exactly the wrong values and names all of them in one error', () => {
    const input = {
      level: 'loud',
      port: 8080,
      colour: 1,
      tags: ['a', 2, 'b', null],
      loki: { url: 'http://loki:3100', labels: { ok: 'yes', 'not-ok': 'x', wrong: 1 } },
      file: { path: '/var/log/a', keep: 'five' },
    };
    const before = structuredClone(input);
    const { options, told } = resolved(input);
    expect(options).toEqual({
      level: 'info',
      port: 8080,
      timeoutMs: 800,
      tags: ['a', 'b'],
      checks: [],
      loki: { url: 'http://loki:3100', labels: { ok: 'yes' } },
      file: { path: '/var/log/a', keep: 5 },
    });
    expect(Object.isFrozen(options)).toBe(true);
    expect(told).toHaveLength(1);
    expect(told[0]?.problem).toBe(
      'createLogger got 7 wrong options: level is "loud"; tags[1] is 2; tags[3] is null; ' +
        'the key of loki.labels["not-ok"] is not allowed; loki.labels.wrong is 1; ' +
        'file.keep is a string of 4 characters; colour is not an option',
    );
    expect(input).toEqual(before);
  });

  it('takes the holder along when what is wrong in it cannot be left out', () => {
    const { options, told } = resolved({
      checks: [{ id: 1 }, { id: 'db' }, {}],
      loki: { url: 'nope' },
      kind: { as: 'x' },
    });
    expect(options).toEqual({
      level: 'info',
      port: 9464,
      timeoutMs: 800,
      tags: ['none'],
      checks: [{ id: 'db', critical: true }],
    });
    expect(told.map((error) => error.problem)).toEqual([
      'createLogger got 4 wrong options: loki.url is a string of 4 characters; ' +
        'checks[0].id is 1; checks[2].id is missing; kind.as is "x"',
    ]);
  });

  it('names in the same error what only shows once the first wrong values are out', () => {
    const ordered = z
      .strictObject({
        low: z.number().default(0),
        high: z.number().default(10),
        list: z.array(z.number()).default([]),
      })
      .refine(({ low, high }) => low < high, { path: ['low'], error: 'less than high' })
      .refine(({ list }) => list.at(-1) !== 13, { path: ['list', 1], error: 'not thirteen' });
    const { options, told } = resolved({ low: 20, list: ['x', 1, 13], hgih: 3 }, ordered);
    expect(options).toEqual({ low: 0, high: 10, list: [1] });
    expect(told.map((error) => error.problem)).toEqual([
      'createLogger got 4 wrong options: list[0] is a string of 1 character; hgih is not an option; low is 20; list[2] is 13',
    ]);
  });

  it('throws when a required key is wrong, naming the other problems as well', () => {
    const required = z.strictObject({ name: z.string(), port: z.int().default(1) });
    const error = errorOf(() => resolved({ name: 5, port: 'x' }, required));
    expect(error.problem).toBe(
      'createLogger got 2 wrong options: name is 5; port is a string of 1 character',
    );
  });

  it('takes nothing passed as nothing wrong', () => {
    expect(resolved(undefined)).toMatchObject({ options: { port: 9464 }, told: [] });
  });

  it('calls the options as a whole the value when they are wrong among others', () => {
    const together = z
      .strictObject({ a: z.int().default(1) })
      .refine(() => false, { path: ['a'], error: 'more' })
      .refine(() => false, { error: 'fewer' });
    const error = errorOf(() => parseOptions('createLogger', together, { a: 2 }));
    expect(error.expected).toBe('a: more; the value: fewer');
  });

  it('throws when the options as a whole are wrong', () => {
    expect(errorOf(() => resolved('debug')).problem).toBe(
      'createLogger: the value is a string of 5 characters',
    );
  });

  it('leaves out a Map entry and a Set', () => {
    const { options } = resolved({
      byName: new Map<string, unknown>([
        ['a', 'b'],
        ['c', 1],
      ]),
      ids: new Set(['a']),
    });
    expect(options).toMatchObject({ byName: new Map([['c', 1]]) });
    expect(options).not.toHaveProperty('ids');
  });
});

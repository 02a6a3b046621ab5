import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { NO_MESSAGE } from './expected-value.ts';
import { optionProblems } from './option-problem.ts';

/** What is said of `value` as the only option, `v`. */
function said(schema: z.ZodType, value: unknown): readonly string[] {
  const options = z.strictObject({ v: schema });
  const input = { v: value };
  const result = options.safeParse(input, { error: () => NO_MESSAGE, jitless: true });
  if (result.success) throw new Error('the value was taken');
  return optionProblems(result.error.issues, options, input).flatMap(({ problem, expected }) => [
    problem,
    expected,
  ]);
}

class Engine {
  readonly powerWatts = 1;
}
class Wheel {
  readonly turns = 1;
}
const file = (bytes: number): File => new File(['x'.repeat(bytes)], 'a.txt');
const day = new Date('2026-01-02T00:00:00Z');
const unlike = z.string().or(z.number());

/** A schema whose author says himself which length is wrong. */
function bounded(
  bound: { code: 'too_small'; minimum: number } | { code: 'too_big'; maximum: number },
): z.ZodType {
  return z.string().check(({ value: input, issues }) => {
    issues.push({ ...bound, origin: 'string', inclusive: false, input });
  });
}

describe('optionProblems', () => {
  it.each<readonly [z.ZodType, unknown, string]>([
    [z.string(), 1n, 'v is 1n'],
    [z.string(), () => 1, 'v is a function'],
    [z.string(), Symbol('secret'), 'v is a symbol'],
    [z.string(), new Date(Number.NaN), 'v is an invalid Date'],
    [z.string(), new Date(0), 'v is a Date'],
    [z.string(), new Map([[1, 2]]), 'v is a Map of 1 entry'],
    [z.string(), new Set([1, 2]), 'v is a Set of 2 elements'],
    [z.string(), [1], 'v is an array of 1 element'],
    [z.string(), {}, 'v is an object'],
    [z.string(), Object.create(null), 'v is an object'],
    [z.string(), new Engine(), 'v is an Engine'],
    [z.string(), new Wheel(), 'v is a Wheel'],
    [z.string().min(1), '', 'v is an empty string'],
    [z.enum(['on', 'off']), 'x'.repeat(33), 'v is a string of 33 characters'],
    [z.set(z.number()), 'x', 'v is a string of 1 character'],
  ])('of %o describes %o as "%s", without its text', (schema, value, problem) => {
    expect(said(schema, value)[0]).toBe(problem);
  });

  it.each<readonly [string, z.ZodType, unknown]>([
    ['true or false', z.boolean(), 1],
    ['nothing', z.undefined(), 1],
    ['a bigint', z.bigint(), 'x'],
    ['a symbol', z.symbol(), 3],
    ['an instance of File', z.custom(() => false, { error: 'an instance of File.' }), 3],
    ['exactly 2 elements', z.array(z.any()).length(2), []],
    ['at least 1 element', z.array(z.any()).min(1), []],
    ['at most 1 character', z.string().max(1), 'xx'],
    ['at least 2 entries', z.map(z.any(), z.any()).min(2), new Map()],
    [
      'at most 1 entry',
      z.map(z.any(), z.any()).max(1),
      new Map([
        [1, 1],
        [2, 2],
      ]),
    ],
    ['at most 2 bytes', z.file().max(2), file(3)],
    [`a Date from ${day.toISOString()}`, z.date().min(day), new Date(0)],
    [`a Date up to ${day.toISOString()}`, z.date().max(day), new Date('2027-01-01')],
    ['a number of at least 5', z.bigint().min(5n), 4n],
    ['a number above 5', z.bigint().gt(5n), 5n],
    ['a number of at most 5', z.bigint().max(5n), 6n],
    ['a number below 5', z.bigint().lt(5n), 5n],
    ['a multiple of 5', z.bigint().multipleOf(5n), 6n],
    ['a number of at most 5', z.number().max(5), 6],
    ['a number below 5', z.number().lt(5), 6],
    ['a string that starts with "https:"', z.string().startsWith('https:'), 'ftp:'],
    ['a string that ends with ".json"', z.string().endsWith('.json'), 'a.yml'],
    ['a string that contains "@"', z.string().includes('@'), 'a'],
    ['an IPv4 address', z.ipv4(), 'localhost'],
    ['a string in the format cuid', z.cuid(), '-'],
    ['one of 1, 2n, null, nothing', z.union([z.literal([1, 2n, null, undefined])]), 'x'],
    ['a string or a number', unlike, true],
    ['a value that fits exactly one of the alternatives', z.xor([z.string(), z.literal('a')]), 'a'],
    ['a valid value', z.union([]), 'a'],
    ['a known option: a, b', z.partialRecord(z.enum(['a', 'b']), z.any()), { c: 1 }],
    ['no option here', z.strictObject({}), { c: 1 }],
    ['a string', z.lazy(() => z.tuple([z.number()]).rest(z.string())), [1, 'a', 2]],
    ['more than 3 characters', bounded({ code: 'too_small', minimum: 3 }), 'abc'],
    ['fewer than 3 characters', bounded({ code: 'too_big', maximum: 3 }), 'abc'],
  ])('expects %s', (expected, schema, value) => {
    expect(said(schema, value)[1]).toBe(expected);
  });
});

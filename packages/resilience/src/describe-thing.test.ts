import { describe, expect, it } from 'vitest';
import { errorText } from './cause.ts';
import { describeThing } from './describe-thing.ts';
import { knows, unknownThing } from './unknown-thing.ts';
import type { Watcher } from './watcher.ts';

class Queue {
  readonly secret = 'hunter2';
  push(): void {}
}
class Odd {
  declare readonly secret: string;
  static name(): string {
    return 'hunter2';
  }
}

describe('describeThing', () => {
  it.each<[unknown, string]>([
    [null, 'null'],
    [undefined, 'undefined'],
    [7, 'a number'],
    [Symbol('s'), 'a symbol'],
    [Queue, 'the function Queue'],
    [() => 1, 'the function without a name'],
    // Its name would be its source.
    [Odd, 'the function without a name'],
    [new Proxy({}, {}), 'a proxy'],
    [Promise.resolve(1), 'a promise, which has to be awaited first'],
    [[1, 2], 'an array'],
    [new Queue(), 'an object of class Queue with push, secret'],
    [new Odd(), 'an object of class unknown with no members'],
    [Object.create(null), 'an object of class unknown with no members'],
    [{ constructor: 7 }, 'an object of class unknown with constructor'],
    [
      Object.fromEntries('abcdefghi'.split('').map((name) => [name, 1])),
      'an object of class Object with a, b, c, d, e, f, g, h, …',
    ],
  ])('says what %s is, and never a value of it', (thing, expected) => {
    expect(describeThing(thing)).toBe(expected);
  });
});

describe('errorText', () => {
  const named = (more: object): Error => Object.assign(new Error('x'), more);

  it.each<[unknown, string]>([
    ['only words', 'only words'],
    [{ message: 'no error' }, 'something that is no error'],
    [new TypeError('broken'), 'TypeError: broken'],
    [named({ code: 'ECONNREFUSED', message: 'no way' }), 'Error [ECONNREFUSED]: no way'],
    [named({ name: 7, message: '' }), 'Error'],
    [new Error('x'.repeat(500)), `Error: ${'x'.repeat(193)}`],
    ['y'.repeat(500), 'y'.repeat(200)],
  ])('says %s in few words', (error, expected) => {
    expect(errorText(error)).toBe(expected);
  });

  it('runs no getter of an error', () => {
    const error = Object.defineProperty(new Error('x'), 'message', { get: () => expect.unreachable() });
    expect(errorText(error)).toBe('Error');
  });
});

describe('unknownThing', () => {
  const watcher = (kind: string, recognises: (thing: unknown) => boolean): Watcher => ({
    kind,
    supports: `a ${kind} of ours`,
    recognises,
    watch: () => ({ dispose() {} }),
  });
  const watchers = [watcher('circuit_breaker', () => true), watcher('cache', () => false)];

  it.each([
    {
      kind: undefined,
      problem: 'watch() got an array',
      expected: 'a circuit_breaker of ours, a cache of ours',
    },
    {
      kind: 'cache',
      problem: 'watch() got an array, which is a circuit breaker and no cache',
      expected: 'a cache of ours',
    },
    {
      kind: 'pool',
      problem: 'watch() got an array, which is a circuit breaker and no pool',
      expected: 'a kind that there is (circuit_breaker, cache)',
    },
  ])('says what would have fitted: kind $kind', ({ kind, problem, expected }) => {
    expect(unknownThing([], kind, watchers, [])).toMatchObject({ problem, expected });
  });

  it('is nobody’s thing when looking at it throws', () => {
    const throwing = watcher('cache', () => {
      throw new Error('a trap');
    });
    expect(knows(throwing, {})).toBe(false);
  });
});

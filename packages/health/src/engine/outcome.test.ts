import { describe, expect, it, vi } from 'vitest';
import { errorText, outcomeOf } from './outcome.ts';

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('trapped');
    },
  },
);

describe('outcomeOf', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['true', true],
    ['0', 0],
    ['the rows of a query', { rows: [{ '?column?': 1 }], rowCount: 1 }],
    ['PONG', 'PONG'],
    ['a response that is ok', new Response(null, { status: 204 })],
    ['a result', { status: 'up' }],
    ['a response of another client', { status: 200, ok: true, body: { a: 1 } }],
    ['a response of axios', { status: 304, statusText: 'Not Modified', data: '' }],
    ['an indicator of NestJS that is up', { database: { status: 'up', rows: 1 } }],
    ['an empty object', {}],
    ['an object with some other status in it', { order: { status: 'paid' } }],
    ['an object that has a status in one of its parts', { replica: { status: 'down' }, lag: 3 }],
    ['rows of a query', [{ status: 'down' }]],
    [
      'what has a class',
      new (class Shards {
        one = { status: 'down' };
      })(),
    ],
  ])('is up after %s', (_what, value) => {
    expect(outcomeOf(value)).toMatchObject({ status: 'up' });
  });

  it.each([
    ['false', false, 'it returned false'],
    ['a response that is not ok', new Response('', { status: 503 }), 'it was answered with 503'],
    ['a response of axios', { status: 503, data: '' }, 'it was answered with 503'],
    ['a result that is down', { status: 'down', reason: 'no disk' }, 'no disk'],
    ['a status of its own', { status: 'OK' }, 'it returned the status "OK"; expected up, degraded or down'],
    ['what cannot be read', hostile, 'what it returned cannot be read: trapped'],
  ])('is down after %s', (_what, value, reason) => {
    expect(outcomeOf(value)).toEqual({ status: 'down', reason, details: undefined });
  });

  it.each([
    [
      'down',
      { database: { status: 'down', message: 'timeout of 1000ms exceeded', pool: 3 } },
      { status: 'down', reason: 'timeout of 1000ms exceeded', details: { pool: 3 } },
    ],
    [
      'degraded without a message',
      { cache: { status: 'degraded' } },
      { status: 'degraded', reason: 'cache is degraded', details: {} },
    ],
    [
      'the worst of several',
      { a: { status: 'up' }, b: { status: 'degraded' }, c: { status: 'down' }, d: { status: 'degraded' } },
      { status: 'down', reason: 'c is down', details: {} },
    ],
    [
      'the first of those that are down',
      { a: { status: 'down', message: 'x' }, b: { status: 'down', message: 'y' } },
      { status: 'down', reason: 'x', details: {} },
    ],
  ])('takes what an indicator of NestJS returns: %s', (_what, value, outcome) => {
    expect(outcomeOf(value)).toEqual(outcome);
  });

  it('keeps details, and a reason of at most 500 characters', () => {
    expect(outcomeOf({ status: 'degraded', reason: 'x'.repeat(900), details: { usedRatio: 0.9 } })).toEqual({
      status: 'degraded',
      reason: 'x'.repeat(500),
      details: { usedRatio: 0.9 },
    });
  });

  it('lets go of the body of a response, unless it was read', async () => {
    const cancel = vi.fn<() => void>();
    const body = () => new ReadableStream({ pull: (controller) => controller.enqueue('x'), cancel });
    expect(outcomeOf(new Response(body()))).toMatchObject({ status: 'up' });
    expect(outcomeOf(new Response(body(), { status: 500 }))).toMatchObject({ status: 'down' });
    const read = new Response('all of it');
    await read.text();
    expect(outcomeOf(read)).toMatchObject({ status: 'up' });
    expect(cancel).toHaveBeenCalledTimes(2);
  });

  it('leaves out a reason and details that are none', () => {
    expect(outcomeOf({ status: 'down', reason: 7, details: ['a'] })).toEqual({
      status: 'down',
      reason: undefined,
      details: undefined,
    });
  });
});

describe('errorText', () => {
  it.each([
    [new Error('a'), 'a'],
    [
      new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      'fetch failed: connect ECONNREFUSED',
    ],
    [new AggregateError([new Error('a'), new Error('b'), new Error('b')]), 'a, b'],
    [new AggregateError(['a', 'b', 'c', 'd'].map((text) => new Error(text))), 'a, b, c'],
    [new AggregateError([new Error('a')]), 'a'],
    [new AggregateError([]), 'AggregateError'],
    [new Error('a', { cause: new Error('b', { cause: new Error('c', { cause: 'd' }) }) }), 'a: b: c'],
    [new Error('a', { cause: null }), 'a: it threw null'],
    [new Error('x'.repeat(600)), 'x'.repeat(500)],
    [Object.assign(new Error(''), { code: 'ECONNRESET' }), 'ECONNRESET'],
    ['text', 'it threw text'],
    [undefined, 'it threw undefined'],
    [{}, 'it threw an object without a message'],
    [hostile, 'it threw what cannot be read'],
  ])('of %# is what people can read', (error, text) => {
    expect(errorText(error)).toBe(text);
  });

  it('ends with a cause that is its own', () => {
    const error = new Error('a');
    error.cause = error;
    expect(errorText(error)).toBe('a');
  });
});

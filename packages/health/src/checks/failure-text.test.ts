import { describe, expect, it } from 'vitest';
import { failureText } from './failure-text.ts';

function failed(message: string, rest: object = {}, options?: ErrorOptions): Error {
  return Object.assign(new Error(message, options), rest);
}

describe('failureText', () => {
  it.each([
    [
      'a refused connection with its place',
      failed('connect ECONNREFUSED 127.0.0.1:5432', {
        code: 'ECONNREFUSED',
        address: '127.0.0.1',
        port: 5432,
      }),
      'connection refused at 127.0.0.1:5432: nothing listens there (ECONNREFUSED)',
    ],
    [
      'the failures in an AggregateError that has no message',
      new AggregateError([
        failed('a', { code: 'ECONNREFUSED', address: '::1', port: 80 }),
        failed('b', { code: 'ECONNREFUSED', address: '127.0.0.1', port: 80 }),
      ]),
      'connection refused at [::1]:80: nothing listens there (ECONNREFUSED); ' +
        'connection refused at 127.0.0.1:80: nothing listens there (ECONNREFUSED)',
    ],
    [
      'what is behind a failed fetch',
      failed('fetch failed', {}, { cause: failed('x', { code: 'ENOTFOUND', hostname: 'nowhere.invalid' }) }),
      'the name nowhere.invalid is not known (ENOTFOUND)',
    ],
    [
      'the message where the code says nothing',
      failed('relation "x" does not exist', { code: '42P01' }),
      'relation "x" does not exist',
    ],
    ['a code without a message', failed('', { code: 'EODD' }), 'EODD'],
    ['a name where there is nothing else', new TypeError(), 'TypeError'],
    ['an error that has nothing', failed('', { name: 7 }), 'an error without a message'],
    [
      'a refused connection without a port',
      failed('x', { code: 'ECONNREFUSED', address: '::1' }),
      'connection refused at ::1: nothing listens there (ECONNREFUSED)',
    ],
    ['a text that was thrown', 'no', 'no'],
    ['nothing', undefined, 'undefined'],
    ['one line of several', failed('first\n  second'), 'first second'],
    ['a URL without its login', failed('at redis://user:hunter2@host:1/0'), 'at redis://host:1/0'],
  ])('says %s', (_, error, expected) => {
    expect(failureText(error)).toBe(expected);
  });

  it('cuts a long text at 200 characters', () => {
    expect(failureText(failed('x'.repeat(300)))).toBe(`${'x'.repeat(199)}…`);
  });

  it('ends with causes in a circle', () => {
    const error = failed('');
    error.cause = error;
    expect(failureText(error)).toBe('Error');
  });
});

import { describe, expect, it } from 'vitest';
import { thrownError, thrownText } from './thrown-text.ts';

const trap = (): never => {
  throw new Error('in the trap');
};
const hostile: readonly [string, unknown][] = [
  ['an object without a prototype', Object.create(null)],
  ['a text that cannot be made', { toString: trap }],
  ['a proxy', new Proxy({}, { get: trap, getPrototypeOf: trap })],
];

describe('thrownText', () => {
  it.each<[unknown, string]>([
    [new TypeError('boom'), 'boom'],
    [Object.assign(new Error('x'), { message: 7 }), '7'],
    ['boom', 'boom'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('boom'), 'Symbol(boom)'],
  ])('of %o is %s', (thrown, text) => {
    expect(thrownText(thrown)).toBe(text);
  });

  it.each([
    ...hostile,
    ['an error with a getter', Object.defineProperty(new Error('x'), 'message', { get: trap })],
  ])('throws nothing at %s', (_what, thrown) => {
    expect(thrownText(thrown)).toBe('it threw what is no text');
  });
});

describe('thrownError', () => {
  it('is the error itself', () => {
    const error = new RangeError('boom');
    expect(thrownError(error)).toBe(error);
  });

  it('says what was thrown where that is no error, and has it as its cause', () => {
    expect(thrownError('boom')).toMatchObject({ message: 'boom', cause: 'boom' });
  });

  it.each(hostile)('throws nothing at %s', (_what, thrown) => {
    const error = thrownError(thrown);
    expect(error.message).toBe('it threw what is no text');
    expect(error.cause === thrown).toBe(true);
  });
});

import { createRedactor } from '@sightline/redact';
import { describe, expect, it } from 'vitest';
import { errorTypeOf } from './error-type.ts';

class PaymentDeclined extends Error {}
class Renamed extends Error {
  override name = 'TimeoutError';
}
const touchy = Object.defineProperty(new Error('x'), 'code', {
  get() {
    throw new Error('a getter ran');
  },
});

const redactor = createRedactor();

describe('errorTypeOf', () => {
  it.each([
    { what: 'a code', error: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), type: 'ECONNREFUSED' },
    {
      what: 'a number for a code',
      error: Object.assign(new TypeError('x'), { code: 17 }),
      type: 'TypeError',
    },
    {
      what: 'a message for a code',
      error: Object.assign(new Error('x'), { code: 'no such user' }),
      type: 'Error',
    },
    { what: 'a name', error: new Renamed('x'), type: 'TimeoutError' },
    { what: 'a class without a name', error: new PaymentDeclined('x'), type: 'PaymentDeclined' },
    { what: 'a built-in class', error: new RangeError('x'), type: 'RangeError' },
    {
      what: 'a name that is a message',
      error: Object.assign(new Error('x'), { name: 'bad user 7' }),
      type: 'Error',
    },
    {
      what: 'a name without end',
      error: Object.assign(new Error('x'), { name: 'E'.repeat(65) }),
      type: 'Error',
    },
    {
      what: 'a secret for a code and a name',
      error: Object.assign(new Error('x'), {
        code: `ghp_${'aB3'.repeat(12)}`,
        name: `sk_live_${'aB3'.repeat(8)}`,
      }),
      type: 'Error',
    },
    { what: 'a getter', error: touchy, type: 'Error' },
    { what: 'an exception of the web', error: new DOMException('x', 'AbortError'), type: 'DOMException' },
    { what: 'a string', error: 'ECONNREFUSED', type: '_OTHER' },
    { what: 'an object', error: { code: 'ECONNREFUSED' }, type: '_OTHER' },
    { what: 'a proxy', error: new Proxy(new Error('x'), {}), type: '_OTHER' },
    { what: 'nothing', error: undefined, type: '_OTHER' },
  ])('is $type for $what', ({ error, type }) => {
    expect(errorTypeOf(error, redactor)).toBe(type);
  });
});

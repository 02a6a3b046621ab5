import { describe, expect, it } from 'vitest';
import { createRedactor } from '@sightline/redact';
import { createIdSource, givenRequestId } from './request-id.ts';

describe('createIdSource', () => {
  it('makes ids of 16 hexadecimal digits that do not repeat, past the end of its pool as well', () => {
    const next = createIdSource();
    const ids = Array.from({ length: 2000 }, () => next());
    expect(new Set(ids).size).toBe(2000);
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });
});

describe('givenRequestId', () => {
  const redactor = createRedactor();

  it.each([
    '7d1f8c9e-5b1a-4c57-9f61-0f6d1d0f3a11',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    'req:42/7+a=b@c~d_e',
    '1795257341306',
  ])('takes %s', (id) => {
    expect(givenRequestId({ 'x-request-id': id }, ['x-request-id'], redactor)).toBe(id);
  });

  it.each([
    '',
    'a b',
    'a"b',
    'a\u2028',
    'x'.repeat(129),
    'sk_live_0123456789abcdefABCDEFGH',
    '4111111111111111',
  ])('does not take %j', (id) => {
    expect(givenRequestId({ 'x-request-id': id }, ['x-request-id'], redactor)).toBeUndefined();
  });

  it('takes the first of the headers that has one', () => {
    const headers = { 'x-request-id': 'a b', 'x-correlation-id': 'c-1' };
    expect(givenRequestId(headers, ['x-request-id', 'x-correlation-id'], redactor)).toBe('c-1');
  });
});

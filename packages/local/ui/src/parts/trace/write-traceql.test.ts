import { describe, expect, it } from 'vitest';
import { attributeCondition, operationQuery, traceqlOf } from './write-traceql.ts';

describe('attributeCondition', () => {
  it.each([
    [{ key: 'http.route', text: '/cart', type: 'string' }, 'span.http.route = "/cart"'],
    [
      { key: 'http.response.status_code', text: '500', type: 'number' },
      'span.http.response.status_code = 500',
    ],
    [{ key: 'is it', text: 'true', type: 'boolean' }, 'span."is it" = true'],
    [{ key: 'ids', text: '[1]', type: 'other' }, undefined],
  ] as const)('writes %j as %s', (attribute, expected) => {
    expect(attributeCondition('span', attribute)).toBe(expected);
  });
});

describe('traceqlOf', () => {
  it('asks for everything without conditions', () => expect(traceqlOf([undefined, ''])).toBe('{ }'));
});

describe('operationQuery', () => {
  it('quotes what comes from outside', () => {
    expect(operationQuery({ service: 'a"b', name: String.raw`\ || { }` })).toBe(
      String.raw`{ resource.service.name = "a\"b" && name = "\\ || { }" }`,
    );
  });
});

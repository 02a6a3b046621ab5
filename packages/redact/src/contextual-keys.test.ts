import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor();
const M = '[REDACTED]';

describe('a value that a sibling names', () => {
  it.each([
    [
      { name: 'DB_PASSWORD', value: 'x' },
      { name: 'DB_PASSWORD', value: M },
    ],
    [
      { Name: 'DB_PASSWORD', Value: 'x' },
      { Name: 'DB_PASSWORD', Value: M },
    ],
    [
      { ParameterKey: 'Token', ParameterValue: 'x' },
      { ParameterKey: 'Token', ParameterValue: M },
    ],
    [
      { path: 'password', value: 'x', msg: 'short' },
      { path: 'password', value: M, msg: 'short' },
    ],
    [
      { path: ['user', 'password'], input: 'x', received: 'x' },
      { path: ['user', 'password'], input: M, received: M },
    ],
    [
      { path: [{ key: 'password', value: 'x' }], input: 'x' },
      { path: [{ key: 'password', value: M }], input: M },
    ],
    [
      { path: ['items', 0], input: 'x', value: 1 },
      { path: ['items', 0], input: 'x', value: 1 },
    ],
    [
      { path: [], input: 'x' },
      { path: [], input: 'x' },
    ],
    [
      { path: 'password', value: 'x', originalValue: 'x' },
      { path: 'password', value: M, originalValue: M },
    ],
    [
      { kind: 'string', path: 'password', stringValue: '"x"', valueType: 'Object' },
      { kind: 'string', path: 'password', stringValue: M, valueType: 'Object' },
    ],
    [
      { key: 'authorization', val: 'x' },
      { key: 'authorization', val: M },
    ],
    [
      { name: 'HOME', value: '/root' },
      { name: 'HOME', value: '/root' },
    ],
    [
      { id: 'field-3', label: 'Password', value: 'x' },
      { id: 'field-3', label: 'Password', value: M },
    ],
    [
      { id: 'password', value: 'x' },
      { id: 'password', value: M },
    ],
    [
      { name: 'strength', regex: {}, value: 'x', label: 'password', key: 'password' },
      { name: 'strength', regex: {}, value: M, label: 'password', key: 'password' },
    ],
    [
      { name: 'strength', value: 'x', label: 'email', key: 'email' },
      { name: 'strength', value: 'x', label: 'email', key: 'email' },
    ],
    [
      { value: 'x', key: 'password', type: 'string', branch: [{ password: 'x', a: 1 }, 'x'] },
      { value: M, key: 'password', type: 'string', branch: M },
    ],
    [
      { value: 'x', key: 'email', branch: [{ email: 'x' }, 'x'] },
      { value: 'x', key: 'email', branch: [{ email: 'x' }, 'x'] },
    ],
    [
      { key: 'deploy-token', branch: 'main' },
      { key: 'deploy-token', branch: 'main' },
    ],
    [
      { id: 'session', name: 'Session length', value: '30 min' },
      { id: 'session', name: 'Session length', value: '30 min' },
    ],
    [
      { field: 'password', rejectedValue: 'x' },
      { field: 'password', rejectedValue: M },
    ],
    [
      { instancePath: '/user/password', keyword: 'minLength', data: 'x' },
      { instancePath: '/user/password', keyword: 'minLength', data: M },
    ],
    [
      { instancePath: '/credentials/0/id', data: 'x' },
      { instancePath: '/credentials/0/id', data: M },
    ],
    [
      { instancePath: '/user/name', data: 'x' },
      { instancePath: '/user/name', data: 'x' },
    ],
    [
      { instancePath: '', data: { password: 'x', age: 7 } },
      { instancePath: '', data: { password: M, age: 7 } },
    ],
    [
      { id: 'password', name: 'auth', data: 'x' },
      { id: 'password', name: 'auth', data: 'x' },
    ],
    [
      { name: 'auth', args: ['default', 'x'] },
      { name: 'auth', args: M },
    ],
    [
      { name: 'get', args: ['key'] },
      { name: 'get', args: ['key'] },
    ],
    [
      { kty: 'EC', crv: 'P-256', x: 'a', d: 'x' },
      { kty: 'EC', crv: 'P-256', x: 'a', d: M },
    ],
    [
      { d: 'x', p: 1 },
      { d: 'x', p: 1 },
    ],
    [
      { query: 'INSERT INTO "user"("email", "password") VALUES ($1, $2)', parameters: ['a', 'x'] },
      { query: 'INSERT INTO "user"("email", "password") VALUES ($1, $2)', parameters: M },
    ],
    [
      { query: 'UPDATE users SET api_key = ?', params: '["x"]', duration: 3 },
      { query: 'UPDATE users SET api_key = ?', params: M, duration: 3 },
    ],
    [
      { sql: 'select * from sessions where sid = ?', bindings: ['x'] },
      { sql: 'select * from sessions where sid = ?', bindings: M },
    ],
    [
      { text: 'select 1 from users where password = $1', values: ['x'] },
      { text: 'select 1 from users where password = $1', values: M },
    ],
    [
      { sql: 'select * from orders where id = ?', bindings: [7], parameters: ['x'] },
      { sql: 'select * from orders where id = ?', bindings: [7], parameters: ['x'] },
    ],
    [
      { query: { sort: 'password' }, params: { id: 'x' }, values: ['x'] },
      { query: { sort: 'password' }, params: { id: 'x' }, values: ['x'] },
    ],
    [
      {
        query: {
          code: '4/0AX4XfWh',
          state: 'x',
          page: '2',
          'X-Amz-Signature': 'fe5f80f77d5f',
          sig: ['abcdefgh'],
          hmac: ['a', 'abcdefgh'],
          signature: ['a', 'b'],
        },
      },
      {
        query: {
          code: M,
          state: 'x',
          page: '2',
          'X-Amz-Signature': M,
          sig: M,
          hmac: M,
          signature: ['a', 'b'],
        },
      },
    ],
    [
      { queryStringParameters: { code: '4/0AX4XfWh', token: 'x' } },
      { queryStringParameters: { code: M, token: M } },
    ],
    [
      { query: { code: '4/0AX4XfWh', at: new Date(0) }, code: 'ER_ACCESS_DENIED' },
      { query: { code: M, at: '1970-01-01T00:00:00.000Z' }, code: 'ER_ACCESS_DENIED' },
    ],
    [
      { query: { code: '404', filter: { code: 'SUMMER2026' } }, body: { signature: 'abcdefgh' } },
      { query: { code: '404', filter: { code: 'SUMMER2026' } }, body: { signature: 'abcdefgh' } },
    ],
    [
      { query: [{ code: 'ER_ACCESS_DENIED' }], at: new Date(0) },
      { query: [{ code: 'ER_ACCESS_DENIED' }], at: '1970-01-01T00:00:00.000Z' },
    ],
    [
      { query: new Map([['a', { code: 'ER_ACCESS_DENIED' }]]) },
      { query: { a: { code: 'ER_ACCESS_DENIED' } } },
    ],
    [
      { query: 'code', code: 'ER_ACCESS_DENIED', list: [{ code: 'ER_ACCESS_DENIED' }] },
      { query: 'code', code: 'ER_ACCESS_DENIED', list: [{ code: 'ER_ACCESS_DENIED' }] },
    ],
    [
      { parameters: ['x'], params: ['x'] },
      { parameters: ['x'], params: ['x'] },
    ],
    [
      { query: 'page=2&sort=password', params: { id: 'x' } },
      { query: 'page=2&sort=password', params: { id: 'x' } },
    ],
  ])('is judged by that name: %j', (input, output) => {
    expect(redactor.value(input)).toEqual(output);
    expect(redactor.json({ input })).toBe(JSON.stringify({ input: output }));
    const entries = Object.entries(input).map(([key, value]) => redactor.entry(key, value, input));
    expect(entries.join('')).toBe(`,${JSON.stringify(output).slice(1, -1)}`);
  });

  it('does not take the rest of an object with it when it cannot be looked at', () => {
    const fake = Object.create(URL.prototype) as unknown;
    expect(redactor.value({ a: 1, fake, b: 2 })).toEqual({ a: 1, fake: '[Unreadable]', b: 2 });
  });

  it('looks for a login in a URL without a scheme', () => {
    expect(redactor.url('//bob:abc@host/x?a=%20')).toBe('//bob:REDACTED@host/x?a=%20');
  });
});

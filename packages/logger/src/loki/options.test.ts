import { parseOptions } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { lokiOptionsSchema } from './options.ts';

const parse = (input: unknown) => parseOptions('loki', lokiOptionsSchema, input);

describe('lokiOptionsSchema', () => {
  it("has pino-loki's defaults", () => {
    expect(parse({ host: 'http://loki:3100' })).toMatchObject({
      endpoint: 'loki/api/v1/push',
      timeout: 30_000,
      silenceErrors: false,
      batching: { interval: 5, maxBufferSize: 10_000 },
      replaceTimestamp: false,
      propsToLabels: [],
      convertArrays: false,
      structuredMetaKey: 'meta',
      logFormat: false,
    });
  });

  it('takes every option of pino-loki, and its own output again', () => {
    const options = {
      host: 'https://user:pass@loki.example.com/prefix/',
      endpoint: 'api/push',
      timeout: 1_000,
      silenceErrors: true,
      batching: { interval: 0.5, maxBufferSize: 0 },
      labels: { app: 'x' },
      propsToLabels: ['tenant'],
      structuredMetaKey: false,
      levelMap: { 10: 'debug', 35: 'notice' },
      basicAuth: { username: 'u', password: 'p' },
      headers: { 'X-Scope-OrgID': 'tenant' },
      replaceTimestamp: true,
      convertArrays: true,
      logFormat: '{msg}',
    };
    const resolved = parse(options);
    expect(resolved).toMatchObject(options);
    expect(parse(resolved)).toEqual(resolved);
    expect(structuredClone(resolved)).toEqual(resolved);
  });

  it.each([
    { title: 'a host that is no web address', wrong: { host: 'loki:3100' } },
    { title: 'an interval of 0', wrong: { batching: { interval: 0 } } },
    { title: 'a header with a line break', wrong: { headers: { 'x-a': 'one\r\nx-b: two' } } },
    { title: 'a header name with a space', wrong: { headers: { 'x a': 'one' } } },
    { title: 'a function, which no thread can get, as logFormat', wrong: { logFormat: () => '' } },
    { title: 'an unknown key', wrong: { hots: 'http://loki' } },
    { title: 'a spool without a directory', wrong: { spool: {} } },
    { title: 'the path of a certificate', wrong: { ca: '/etc/ssl/loki.pem' } },
  ])('refuses $title', ({ wrong }) => {
    expect(() => parse({ host: 'http://loki', ...wrong })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});

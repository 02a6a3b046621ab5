import { describe, expect, it } from 'vitest';
import { createEndpoint, httpUrlOf } from './target.ts';

describe('createEndpoint', () => {
  it.each([
    { url: 'http://ada:p%40ss@collector/v1/logs', authorization: 'ada:p@ss' },
    { url: 'http://ada:100%@collector/v1/logs', authorization: 'ada:100%' },
    { url: 'http://token@collector/v1/logs', authorization: 'token:' },
  ])('makes a header of the credentials in $url, and shows them nowhere', ({ url, authorization }) => {
    const endpoint = createEndpoint({ url, headers: {} });
    expect(endpoint.headers['authorization']).toBe(`Basic ${Buffer.from(authorization).toString('base64')}`);
    expect(endpoint.url.href).toBe('http://collector/v1/logs');
    expect(endpoint.label).toBe('http://collector/v1/logs');
  });

  it('lets a header that is set beat the credentials in the URL', () => {
    const { headers } = createEndpoint({
      url: 'http://a:b@collector/',
      headers: { Authorization: 'Bearer x' },
    });
    expect(headers['authorization']).toBe('Bearer x');
  });

  it.each([
    { text: 'bad token s3cret-s3cret', cleaned: 'bad token [REDACTED]' },
    { text: 'Bearer s3cret-s3cret is wrong', cleaned: '[REDACTED] is wrong' },
    { text: 'at http://user:pw@host/x', cleaned: 'at http://host/x' },
    { text: 'two\r\n lines\u0000', cleaned: 'two lines' },
    { text: 'x'.repeat(1000), cleaned: `${'x'.repeat(300)}…` },
  ])('makes one short line without secrets of $text', ({ text, cleaned }) => {
    const { clean } = createEndpoint({
      url: 'http://c/',
      headers: { Authorization: 'Bearer s3cret-s3cret' },
    });
    expect(clean(text)).toBe(cleaned);
  });
});

describe('httpUrlOf', () => {
  it.each([
    { grpc: 'http://collector:4317', http: 'http://collector:4318/v1/metrics' },
    { grpc: 'https://collector:4317/', http: 'https://collector:4318/v1/metrics' },
    { grpc: 'http://collector:4000', http: 'http://collector:4000/v1/metrics' },
    { grpc: 'http://collector:4317/otlp/v1', http: 'http://collector:4318/otlp/v1' },
  ])('is $http for $grpc', ({ grpc, http }) => {
    expect(httpUrlOf(grpc, 'metrics').href).toBe(http);
  });
});

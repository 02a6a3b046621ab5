import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createAccess } from './access.ts';

const TOKEN = 'a-token-of-32-characters-0123456';

function request(remoteAddress: string, headers: Record<string, string>): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('createAccess', () => {
  const local = { host: 'localhost:9464' };

  it.each([
    ['127.0.0.1', local],
    ['::1', { host: '[::1]:9464' }],
    ['::ffff:127.0.0.1', { host: '127.0.0.1' }],
    ['127.0.0.1', { host: 'LOCALHOST' }],
    ['127.0.0.1', { ...local, 'sec-fetch-site': 'none' }],
    ['127.0.0.1', { ...local, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:9464' }],
  ])('lets in %s with %j without a token', (address, headers) => {
    expect(createAccess({ token: undefined })(request(address, headers), true)).toBe('granted');
    expect(createAccess({ token: TOKEN })(request(address, headers), true)).toBe('granted');
  });

  it.each([
    ['another machine', '10.1.2.3', local],
    ['another machine over IPv6', '::ffff:10.1.2.3', local],
    ['an address that a sidecar uses', '127.0.0.6', local],
    ['a name that was rebound', '127.0.0.1', { host: 'evil.example:9464' }],
    ['a name that only looks local', '127.0.0.1', { host: 'localhost.evil.example' }],
    ['no host', '127.0.0.1', {}],
    ['a proxy', '127.0.0.1', { ...local, 'x-forwarded-for': '127.0.0.1' }],
    ['a proxy of the standard', '127.0.0.1', { ...local, forwarded: 'for=127.0.0.1' }],
    ['a proxy that says only so', '127.0.0.1', { ...local, via: '1.1 x' }],
    ['Envoy', '127.0.0.1', { ...local, 'x-envoy-expected-rq-timeout-ms': '1' }],
    ['nginx in Kubernetes', '127.0.0.1', { ...local, 'x-original-forwarded-for': '1.2.3.4' }],
    ['a balancer', '127.0.0.1', { ...local, 'x-cluster-client-ip': '1.2.3.4' }],
    ['Azure', '127.0.0.1', { ...local, 'x-azure-clientip': '1.2.3.4' }],
    ['Fastly', '127.0.0.1', { ...local, 'fastly-client-ip': '1.2.3.4' }],
    ['a page of another site', '127.0.0.1', { ...local, 'sec-fetch-site': 'cross-site' }],
    ['a form of another site', '127.0.0.1', { ...local, origin: 'https://evil.example' }],
    ['a page without an origin', '127.0.0.1', { ...local, origin: 'null' }],
  ])('keeps out %s without a token, whatever its headers say', (_who, address, headers) => {
    const access = createAccess({ token: TOKEN });
    expect(access(request(address, headers), true)).toBe('no-token');
    expect(access(request(address, { ...headers, authorization: `Bearer ${TOKEN}` }), true)).toBe('granted');
    expect(access(request(address, { ...headers, authorization: `bearer ${TOKEN}x` }), true)).toBe(
      'wrong-token',
    );
  });

  it('trusts no loopback where it is told so', () => {
    expect(createAccess({ token: TOKEN })(request('127.0.0.1', local), false)).toBe('no-token');
  });

  it('takes no token where none is set, not even an empty one', () => {
    const access = createAccess({ token: undefined });
    for (const authorization of ['Bearer undefined', 'Bearer x']) {
      expect(access(request('127.0.0.1', { ...local, authorization }), true)).toBe('wrong-token');
    }
    expect(access(request('10.0.0.1', { ...local, authorization: 'Bearer ' }), true)).toBe('no-token');
  });

  it('refuses a wrong token also from this machine', () => {
    const headers = { ...local, authorization: 'Bearer wrong' };
    expect(createAccess({ token: TOKEN })(request('127.0.0.1', headers), true)).toBe('wrong-token');
  });
});

import { describe, expect, it } from 'vitest';
import { createTrust } from './trust.ts';

const TOKEN = 'a-token-of-32-characters-0123456';
const local = { host: 'localhost:9464' };

describe('createTrust', () => {
  it.each([
    ['127.0.0.1', local],
    ['::1', { host: '[::1]:9464' }],
    ['::ffff:127.0.0.1', { host: '127.0.0.1' }],
    ['127.0.0.1', { ...local, 'sec-fetch-site': 'none' }],
  ])('trusts %s with %j where loopback is trusted', (peerAddress, headers) => {
    expect(createTrust({ loopback: true })({ peerAddress, headers })).toBe(true);
    expect(createTrust()({ peerAddress, headers })).toBe(false);
  });

  it.each([
    ['another machine', '10.1.2.3', local],
    ['a sidecar', '127.0.0.6', local],
    ['nobody', undefined, local],
    ['a name that was rebound', '127.0.0.1', { host: 'evil.example' }],
    ['no host', '127.0.0.1', {}],
    ['a proxy', '127.0.0.1', { ...local, 'x-forwarded-for': '127.0.0.1' }],
    ['Envoy', '127.0.0.1', { ...local, 'x-envoy-internal': 'true' }],
    ['a page of another site', '127.0.0.1', { ...local, 'sec-fetch-site': 'cross-site' }],
    ['a form of a page', '127.0.0.1', { ...local, origin: 'null' }],
  ])('does not trust %s, but the token from there', (_who, peerAddress, headers) => {
    const trusts = createTrust({ loopback: true, token: TOKEN });
    expect(trusts({ peerAddress, headers })).toBe(false);
    expect(trusts({ peerAddress, headers: { ...headers, authorization: `Bearer ${TOKEN}` } })).toBe(true);
    expect(trusts({ peerAddress, headers: { ...headers, authorization: `Bearer ${TOKEN}x` } })).toBe(false);
  });

  it.each([
    ...['forwarded', 'via', 'origin', 'x-real-ip', 'x-arr-log-id', 'x-envoy-peer', 'x-forwarded-for'],
    ...['x-original-forwarded-host', 'client-ip', 'clientip', 'x-client-ip', 'true-clientip'],
    ...['cf-connecting-ip', 'connecting-ip'],
  ])('does not trust whom the header %s says that a proxy stands before', (name) => {
    const headers = { ...local, [name]: 'x' };
    expect(createTrust({ loopback: true })({ peerAddress: '127.0.0.1', headers })).toBe(false);
  });

  it.each([
    ...['accept', 'xvia', 'via2', 'origins', 'x-origin', 'x-real-ips', 'x-arr-', 'x-envoy-', 'forwarded-'],
    ...['client-ips', 'connecting-ips', 'client--ip'],
  ])('trusts a caller with the header %s, which says nothing of one', (name) => {
    const headers = { ...local, [name]: 'x' };
    expect(createTrust({ loopback: true })({ peerAddress: '127.0.0.1', headers })).toBe(true);
  });

  it.each([
    ['localhost', true],
    ['LOCALHOST:80', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['localhost.', false],
    ['localhost:', false],
    ['localhost:80x', false],
    ['x.localhost', false],
    ['127a0b0c1', false],
    ['::1', false],
  ])('takes the host %s for this machine: %s', (host, trusted) => {
    expect(createTrust({ loopback: true })({ peerAddress: '127.0.0.1', headers: { host } })).toBe(trusted);
  });

  it('takes no token where none is set, not even an empty one', () => {
    for (const token of [undefined, '']) {
      for (const authorization of ['Bearer undefined', 'Bearer ', 'Bearer x']) {
        expect(createTrust({ token })({ peerAddress: '10.0.0.1', headers: { authorization } })).toBe(false);
      }
    }
  });

  it('does not trust a wrong token from this machine', () => {
    const headers = { ...local, authorization: 'Bearer wrong' };
    expect(createTrust({ loopback: true })({ peerAddress: '127.0.0.1', headers })).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { forwarded, forwardedAddress } from './forwarded.ts';
import { parseHost } from './host.ts';

describe('parseHost', () => {
  it.each([
    { header: 'shop.example.com', address: 'shop.example.com', port: undefined },
    { header: 'shop:8080', address: 'shop', port: 8080 },
    { header: '127.0.0.1:80', address: '127.0.0.1', port: 80 },
    { header: '[::1]:443', address: '::1', port: 443 },
    { header: 'shop:99999', address: 'shop', port: undefined },
    { header: 'sh op', address: undefined, port: undefined },
    { header: 'shop:80/path?token=x', address: undefined, port: undefined },
    { header: 'a'.repeat(254), address: undefined, port: undefined },
    { header: undefined, address: undefined, port: undefined },
  ])('reads $header', ({ header, address, port }) => {
    expect(parseHost(header)).toEqual({ address, port });
    expect(parseHost(header)).toEqual({ address, port });
  });

  it('is right also for more headers than are remembered', () => {
    const hosts = Array.from({ length: 200 }, (_, at) => `shop-${at}.example:80`);
    const expected = hosts.map((_, at) => `shop-${at}.example`);
    for (let round = 0; round < 2; round++) {
      expect(hosts.map((host) => parseHost(host).address)).toEqual(expected);
    }
  });
});

describe('forwarded', () => {
  it('prefers the standard header, of which the first element counts', () => {
    const headers = {
      forwarded: 'for="[2001:db8::1]:4711";proto=https;host=shop, for=10.0.0.1',
      'x-forwarded-host': 'other',
    };
    expect(forwarded(headers, 'host')).toBe('shop');
    expect(forwarded(headers, 'proto')).toBe('https');
    expect(forwardedAddress(headers)).toBe('2001:db8::1');
  });

  it.each([
    { said: '203.0.113.7, 10.0.0.1', address: '203.0.113.7' },
    { said: '203.0.113.7:5555', address: '203.0.113.7' },
    { said: '2001:db8::1', address: '2001:db8::1' },
    { said: 'unknown', address: undefined },
    { said: '_hidden', address: undefined },
    { said: '2001:db8::1:65536', address: undefined },
    { said: '[2001:db8::1]', address: '2001:db8::1' },
    { said: 'fe80::1%eth0', address: undefined },
    { said: '1.2.3', address: undefined },
    { said: '4111111111111111', address: undefined },
    { said: '', address: undefined },
  ])('takes $address for $said', ({ said, address }) => {
    expect(forwardedAddress({ 'x-forwarded-for': said })).toBe(address);
  });

  // Looking for the colon in the middle of these takes minutes where every one is tried with every other.
  it.each([':', '1:', '::1', '.', '1.', '[:'])('ends when a header repeats %j', (unit) => {
    const said = `${unit.repeat(16_000)}x`;
    expect(forwardedAddress({ 'x-forwarded-for': said })).toBeUndefined();
    expect(forwardedAddress({ forwarded: `for=${said}` })).toBeUndefined();
    expect(forwardedAddress({ forwarded: `for="${said}"` })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { createClientKinds } from './client-kinds.ts';

describe('createClientKinds', () => {
  it.each(['10.0.0.1', '::1', '2001:db8::1', ''])('calls %j _OTHER', (name) => {
    const kinds = createClientKinds();
    const cell = kinds.host(name);
    expect(cell.serverAddress).toBe('_OTHER');
    expect(kinds.host(name)).toBe(cell);
  });

  it('calls the third host _OTHER when there is room for two, and keeps the first two', () => {
    const kinds = createClientKinds(2);
    const names = ['a', 'b', 'c', 'a', 'd'].map((name) => kinds.host(name).serverAddress);
    expect(names).toEqual(['a', 'b', '_OTHER', 'a', '_OTHER']);
    expect([...kinds.active().keys()]).toEqual(['a', 'b', '_OTHER']);
  });

  it('has no more hosts after 100,000 hostile names', () => {
    const kinds = createClientKinds();
    for (let index = 0; index < 100_000; index++) kinds.host(`host-${index}.example`);
    expect(kinds.active().size).toBe(50);
  });

  it('gives the same kind for the same values', () => {
    const kinds = createClientKinds();
    const host = kinds.host('a');
    expect(kinds.find(host, 'GET', 200, undefined)).toBe(kinds.find(host, 'GET', 200, undefined));
    expect(kinds.find(host, 'GET', 200, undefined)).not.toBe(kinds.find(host, 'GET', 201, undefined));
  });

  it('has no more kinds of a host after 10,000 error types', () => {
    const kinds = createClientKinds();
    const host = kinds.host('a');
    for (let index = 0; index < 10_000; index++) kinds.find(host, 'GET', 500 + (index % 100), `E${index}`);
    expect(host.kinds.length).toBeLessThanOrEqual(201);
    expect(kinds.find(host, 'GET', 503, 'E_NEW').kind).toEqual({
      method: 'GET',
      serverAddress: 'a',
      status: 500,
      errorType: '_OTHER',
    });
  });
});

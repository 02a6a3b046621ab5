import { describe, expect, it } from 'vitest';
import { createKindTable } from './kinds.ts';

const settings = { thresholdMs: 1000, routes: { 'GET /reports': 5000 } };

describe('createKindTable', () => {
  it('gives the same object for the same values, and another for any other', () => {
    const { find, size } = createKindTable(settings);
    const first = find('GET', '/a', 200, undefined, 'http', '1.1');
    expect(find('GET', '/a', 200, undefined, 'http', '1.1')).toBe(first);
    const others = [
      find('POST', '/a', 200, undefined, 'http', '1.1'),
      find('GET', '/b', 200, undefined, 'http', '1.1'),
      find('GET', undefined, 200, undefined, 'http', '1.1'),
      find('GET', '/a', 201, undefined, 'http', '1.1'),
      find('GET', '/a', undefined, undefined, 'http', '1.1'),
      find('GET', '/a', 200, 'Error', 'http', '1.1'),
      find('GET', '/a', 200, undefined, 'https', '1.1'),
      find('GET', '/a', 200, undefined, 'http', '2'),
    ];
    expect(new Set([first, ...others]).size).toBe(9);
    expect(size()).toBe(9);
  });

  it('has the slow threshold of the route, in seconds', () => {
    const { find } = createKindTable(settings);
    expect(find('GET', '/reports', 200, undefined, 'http', '1.1').slowSeconds).toBe(5);
    expect(find('POST', '/reports', 200, undefined, 'http', '1.1').slowSeconds).toBe(1);
    expect(find('GET', undefined, 404, undefined, 'http', '1.1').slowSeconds).toBe(1);
  });

  it('stays within its bound, with what comes later in few kinds', () => {
    const { find, size, overflows } = createKindTable({ ...settings, maxKinds: 2 });
    const known = find('GET', '/1', 200, undefined, 'http', '1.1');
    find('GET', '/2', 200, undefined, 'http', '1.1');
    for (let index = 3; index < 1000; index++) {
      find('GET', `/${index}`, 200 + (index % 5), index % 2 === 0 ? `E${index}` : undefined, 'http', '1.1');
    }
    expect(size()).toBe(4);
    expect(overflows()).toBe(997);
    expect(find('GET', '/new', 404, 'TypeError', 'http', '1.1').kind).toEqual({
      method: 'GET',
      route: '_OTHER',
      status: 400,
      errorType: '_OTHER',
      scheme: 'http',
      protocolVersion: '1.1',
    });
    expect(find('GET', undefined, 404, undefined, 'http', '1.1').kind.route).toBeUndefined();
    expect(find('GET', '/1', 200, undefined, 'http', '1.1')).toBe(known);
  });

  it('keeps the route of a request whose error type is one too many, and room for other routes', () => {
    const { find, size, overflows } = createKindTable(settings);
    for (let index = 0; index < 10_000; index++) find('GET', '/a', 500, `E${index}`, 'http', '1.1');
    expect(size()).toBe(201);
    expect(overflows()).toBe(9800);
    expect(find('GET', '/a', 500, 'ENew', 'http', '1.1').kind).toMatchObject({
      route: '/a',
      status: 500,
      errorType: '_OTHER',
    });
    expect(find('GET', '/a', 503, 'ENew', 'http', '1.1').kind).toMatchObject({
      status: 503,
      errorType: '_OTHER',
    });
    expect(find('GET', '/a', 201, undefined, 'http', '1.1').kind.errorType).toBeUndefined();
    expect(find('GET', '/b', 500, 'TypeError', 'http', '1.1').kind).toMatchObject({
      route: '/b',
      errorType: 'TypeError',
    });
  });

  it('counts once what finds room neither in its route nor at all', () => {
    const { find, size, overflows } = createKindTable({ ...settings, maxKinds: 200 });
    for (let index = 0; index < 200; index++) find('GET', '/a', 500, `E${index}`, 'http', '1.1');
    expect(overflows()).toBe(0);
    const { kind } = find('GET', '/a', undefined, 'ENew', 'http', '1.1');
    expect(kind).toMatchObject({ route: '_OTHER', status: undefined, errorType: '_OTHER' });
    expect(find('GET', '/b', undefined, 'EOther', 'http', '1.1').kind).toBe(kind);
    expect(overflows()).toBe(2);
    expect(size()).toBe(201);
  });
});

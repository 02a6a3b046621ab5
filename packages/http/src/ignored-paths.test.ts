import { describe, expect, it } from 'vitest';
import { compileIgnore, defaultIgnoredPaths } from './ignored-paths.ts';

describe('compileIgnore', () => {
  it.each([
    { target: '/livez', ignored: true },
    { target: '/readyz?verbose', ignored: true },
    { target: '/metrics', ignored: true },
    { target: '/favicon.ico', ignored: true },
    { target: '/livezz', ignored: false },
    { target: '/livex', ignored: false },
    { target: '/', ignored: false },
    { target: '/orders?next=/livez', ignored: false },
    { target: '*', ignored: false },
  ])('says $ignored of $target by default', ({ target, ignored }) => {
    expect(compileIgnore(defaultIgnoredPaths)(target, 'GET')).toBe(ignored);
  });

  it('takes `*` at the end for the rest', () => {
    const isIgnored = compileIgnore(['/internal/*', '/x']);
    expect(
      ['/internal/', '/internal/a/b?c', '/internal', '/x', '/xy'].map((path) => isIgnored(path, 'GET')),
    ).toEqual([true, true, false, true, false]);
  });

  it('ignores nothing for an empty list', () => {
    expect(compileIgnore([])('/livez', 'GET')).toBe(false);
  });

  it('asks a function with the path and the method; what it throws counts as no', () => {
    const asked: unknown[] = [];
    const isIgnored = compileIgnore((path, method) => {
      asked.push([path, method]);
      if (path === '/bad') throw new Error('bad');
      return path === '/a';
    });
    expect([isIgnored('/a?b=c', 'PUT'), isIgnored('/b', 'GET'), isIgnored('/bad', 'GET')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(asked[0]).toEqual(['/a', 'PUT']);
  });
});

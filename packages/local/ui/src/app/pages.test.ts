import { describe, expect, it } from 'vitest';
import { pageAt, pages } from './pages.ts';

describe('pages', () => {
  it('has no two at one path, and no two on one key', () => {
    const keys = pages.flatMap(({ key }) => key ?? []);
    expect(new Set(pages.map(({ path }) => path)).size).toBe(pages.length);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('pageAt', () => {
  it('finds the start page, and none at an address that nobody has', () => {
    expect(pageAt('')?.title).toBe('Services');
    expect(pageAt('odd')).toBeUndefined();
  });
});

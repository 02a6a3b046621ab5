import { describe, expect, it } from 'vitest';
import { distinctNames, ruleName } from './rule-name.ts';

describe('ruleName', () => {
  it.each([
    { limit: 60, windowSeconds: 60, name: '60-in-1min' },
    { limit: 1000, windowSeconds: 3600, name: '1000-in-1h' },
    { limit: 5, windowSeconds: 90, name: '5-in-90s' },
    { limit: 3, windowSeconds: 172_800, name: '3-in-2d' },
    { limit: 3, windowSeconds: 0.25, name: '3-in-0.25s' },
    { limit: 2, windowSeconds: 0, name: '2-ever' },
    { limit: undefined, windowSeconds: 60, name: 'some-in-1min' },
  ])('calls $limit in $windowSeconds s $name', ({ limit, windowSeconds, name }) => {
    expect(ruleName(limit, windowSeconds)).toBe(name);
  });
});

describe('distinctNames', () => {
  it('tells two rules that are alike apart', () => {
    expect(distinctNames(['a', 'b', 'a'])).toEqual(['a', 'b', 'a-3']);
  });
});

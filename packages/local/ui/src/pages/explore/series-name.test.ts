import { describe, expect, it } from 'vitest';
import { seriesName } from './series-name.ts';

describe('seriesName', () => {
  it.each([
    [{ __name__: 'up', job: 'a' }, undefined, 'up{job="a"}'],
    [{ job: 'a"b' }, undefined, String.raw`{job="a\"b"}`],
    [{ __name__: 'up' }, 1, 'B: up'],
    [{}, undefined, 'sum(up)'],
  ])('names %j at %s as %s', (labels, place, expected) => {
    expect(seriesName(labels as Record<string, string>, 'sum(up)', place)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { volumeBars, volumeQuery } from './volume-bars.ts';

describe('volumeQuery', () => {
  it('counts lines that a parser did not understand, too', () => {
    expect(volumeQuery('{a="b"} |= "x"', 15)).toBe(
      'sum by (level, detected_level) (count_over_time({a="b"} |= "x" [15s]))',
    );
    expect(volumeQuery('{a="b"} | json', 15)).toBe(
      'sum by (level, detected_level) (count_over_time({a="b"} | json | drop __error__, __error_details__ [15s]))',
    );
  });
});

describe('volumeQuery of a query with a comment', () => {
  it('does not end in it', () => {
    expect(volumeQuery('{a="b"} # mine', 15)).toBe(
      'sum by (level, detected_level) (count_over_time({a="b"} # mine\n [15s]))',
    );
  });
});

describe('volumeBars', () => {
  it('stacks levels with the worst at the bottom, whatever they are called', () => {
    const volume = volumeBars(
      [
        { labels: { level: 'info' }, times: [10, 20], values: [4, 2] },
        { labels: { level: 'ERROR' }, times: [20], values: [1] },
        { labels: { detected_level: 'error' }, times: [20], values: [2] },
        { labels: {}, times: [10], values: [0] },
      ],
      10,
    );
    expect(volume).toEqual({
      bars: [
        { start: 0, total: 4, parts: [{ level: 'info', count: 4 }] },
        {
          start: 10,
          total: 5,
          parts: [
            { level: 'error', count: 3 },
            { level: 'info', count: 2 },
          ],
        },
      ],
      max: 5,
      total: 9,
      levels: [
        { level: 'error', count: 3, named: { level: ['ERROR'], detected_level: ['error'] } },
        { level: 'info', count: 6, named: { level: ['info'], detected_level: [] } },
      ],
    });
  });
});

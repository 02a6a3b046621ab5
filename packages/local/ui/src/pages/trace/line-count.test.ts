import { describe, expect, it } from 'vitest';
import { lineCountText } from './line-count.ts';

describe('lineCountText', () => {
  it.each([
    [0, '0 log lines'],
    [1, '1 log line'],
    [1999, '1999 log lines'],
    [2000, 'the first 2000 log lines'],
  ])('of %d lines is “%s”', (count, expected) => expect(lineCountText(count)).toBe(expected));
});

import { describe, expect, it } from 'vitest';
import { slicesBefore } from './search-spread.ts';

describe('slicesBefore', () => {
  it('cuts the time into ten equal parts', () => {
    const slices = slicesBefore(0, 100_000);
    expect(slices.map(({ startMs }) => startMs)).toEqual([
      0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000, 70_000, 80_000, 90_000,
    ]);
    expect(slices.at(-1)?.endMs).toBe(100_000);
  });

  it('has none where there is hardly any time', () => expect(slicesBefore(0, 5000)).toEqual([]));
});

import { describe, expect, it } from 'vitest';
import type { Exemplar } from '../../api/prometheus.ts';
import { slowestOfEach } from './slowest-exemplars.ts';

describe('slowestOfEach', () => {
  it('keeps the slowest of every part, and none without a trace', () => {
    const at = (timeMs: number, value: number, trace = 'ab'.repeat(8)): Exemplar => ({
      labels: { trace_id: trace },
      seriesLabels: {},
      value,
      timeMs,
    });
    const found = slowestOfEach(
      [at(1, 5), at(2, 7), at(3, 9, 'javascript:x'), at(60, 1), at(500, 99)],
      { startMs: 0, endMs: 100 },
      2,
    );
    expect(found.map(({ value }) => value)).toEqual([7, 1]);
  });
});

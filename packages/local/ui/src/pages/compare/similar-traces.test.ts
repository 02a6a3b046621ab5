import { describe, expect, it } from 'vitest';
import type { FoundTrace } from '../../api/tempo.ts';
import { similarTraces } from './similar-traces.ts';

function found(id: string, durationMs: number, errors = 0): FoundTrace {
  return {
    id,
    rootService: 'shop',
    rootName: 'GET /',
    startMs: 0,
    durationMs,
    spans: 1,
    errors,
    matched: 1,
    services: [],
  };
}

describe('similarTraces', () => {
  it('gives the fastest that did not fail, the slowest, and those that failed; never the trace itself', () => {
    const { faster, slower, failed } = similarTraces(
      [
        found('self', 50),
        found('a', 40),
        found('b', 2),
        found('c', 1, 1),
        found('d', 900),
        found('e', 60, 2),
      ],
      { id: 'self', durationMs: 50.4 },
    );
    expect(faster.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(slower.map(({ id }) => id)).toEqual(['d', 'e']);
    expect(failed.map(({ id }) => id)).toEqual(['c', 'e']);
  });
});

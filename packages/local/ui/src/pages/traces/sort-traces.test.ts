import { describe, expect, it } from 'vitest';
import type { FoundTrace } from '../../api/tempo.ts';
import { nextSorting, readSorting, sortTraces, writeSorting } from './sort-traces.ts';

function found(id: string, rest: Partial<FoundTrace>): FoundTrace {
  return {
    id,
    rootService: 'shop',
    rootName: id,
    startMs: 0,
    durationMs: 0,
    spans: 1,
    errors: 0,
    matched: 1,
    services: [],
    ...rest,
  };
}

const traces = [
  found('b', { startMs: 3, durationMs: 5 }),
  found('a', { startMs: 2, durationMs: 50, errors: 1 }),
  found('c', { startMs: 1, durationMs: 20 }),
];

describe('sortTraces', () => {
  it.each([
    ['', 'bac'],
    ['start', 'cab'],
    ['-duration', 'acb'],
    ['name', 'abc'],
    ['-errors', 'abc'],
    ['nonsense', 'bac'],
  ])('by %j', (text, expected) => {
    expect(
      sortTraces(traces, readSorting(text))
        .map(({ id }) => id)
        .join(''),
    ).toBe(expected);
  });
});

describe('nextSorting', () => {
  it('begins with the largest, and turns round when asked again', () => {
    const once = nextSorting(readSorting(''), 'duration');
    expect(writeSorting(once)).toBe('-duration');
    expect(writeSorting(nextSorting(once, 'duration'))).toBe('duration');
    expect(writeSorting(nextSorting(once, 'start'))).toBe('');
    expect(writeSorting(nextSorting(once, 'name'))).toBe('name');
  });
});

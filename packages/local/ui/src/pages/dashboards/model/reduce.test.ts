import { describe, expect, it } from 'vitest';
import { calculationOf, reduceValues } from './reduce.ts';

describe('reduceValues', () => {
  /* What reduceField of @grafana/data 13.2.3 gives, but that a step of nothing is no number. */
  it.each([
    ['lastNotNull', 3],
    ['last', 3],
    ['firstNotNull', 1],
    ['first', null],
    ['min', 0],
    ['max', 9],
    ['mean', 3.4],
    ['median', 3],
    ['variance', 9.84],
    ['sum', 17],
    ['count', 5],
    ['countAll', 7],
    ['range', 9],
    ['diff', 2],
    ['diffperc', 200],
    ['logmin', 1],
    ['distinctCount', 5],
    ['p95', 9],
    ['p50', 3],
    ['nonsense', null],
  ])('gives %s of 1, 4, 0, 9, 3 between nulls', (id, expected) => {
    const result = reduceValues(id, [null, 1, 4, 0, null, 9, 3]);
    expect(typeof result === 'number' ? Number(result.toPrecision(10)) : result).toBe(expected);
  });

  it.each(['mean', 'max', 'lastNotNull', 'p95', 'sum'])('has nothing to say of no values: %s', (id) => {
    expect(reduceValues(id, [])).toBeNull();
  });

  it('counts the restart of a counter from nothing', () => {
    expect(reduceValues('delta', [5, 8, 2, 3])).toBe(6);
  });

  it('takes the last of texts too', () => expect(reduceValues('lastNotNull', ['a', 'b', null])).toBe('b'));
});

describe('calculationOf', () => {
  it('names what a legend shows', () => expect(calculationOf('lastNotNull')?.name).toBe('Last *'));
});

describe('reduceValues of odd columns', () => {
  it.each([
    ['median', [4, 1, 2, 3], 2.5],
    ['median', [], null],
    ['stdDev', [2, 4], 1],
    ['stdDev', [], null],
    ['variance', [], null],
    ['range', [], null],
    ['diff', [], null],
    ['diffperc', [], null],
    ['delta', [], null],
    ['step', [1, 4, 6], 2],
    ['changeCount', [1, 1, 2, 1], 2],
    ['allIsZero', [0, 0], true],
    ['allIsZero', [0, 1], false],
    ['allIsNull', [null, undefined, Number.NaN], true],
    ['allIsNull', [0], false],
    ['uniqueValues', ['a', 'b', 'a'], 'a, b'],
    ['first', [], null],
    ['last', [], null],
    ['firstNotNull', [null], null],
  ])('gives %s of %j as %j', (id, values, expected) => {
    expect(reduceValues(id, values)).toBe(expected);
  });
});

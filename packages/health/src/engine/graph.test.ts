import { describe, expect, it } from 'vitest';
import { cycles } from './graph.ts';

function of(edges: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return cycles(Object.entries(edges).map(([name, dependsOn]) => ({ name, dependsOn }))).map((way) =>
    way.join(''),
  );
}

describe('cycles', () => {
  it.each([
    [{}, []],
    [{ a: ['b'], b: ['c'], c: [] }, []],
    [{ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    [{ a: ['nowhere'] }, []],
    [{ a: ['a'] }, ['aa']],
    [{ a: ['b'], b: ['a'] }, ['aba']],
    [{ a: ['b'], b: ['c'], c: ['b'], d: ['d'] }, ['bcb', 'dd']],
  ])('in %j are %j', (edges, expected) => {
    expect(of(edges)).toEqual(expected);
  });
});

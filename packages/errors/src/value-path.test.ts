import { describe, expect, it } from 'vitest';
import { formatPath, pathBeforeRemoval, valueAt, withoutPaths } from './value-path.ts';

describe('formatPath', () => {
  it.each([
    [[], ''],
    [['loki', 'labels', 0, 'x-y'], 'loki.labels[0]["x-y"]'],
    [[0, 'a'], '[0].a'],
    [['a', Symbol('s')], 'a[Symbol(s)]'],
    [['k'.repeat(41)], '<a key of 41 characters>'],
  ])('writes %j as %j', (path, expected) => {
    expect(formatPath(path)).toBe(expected);
  });
});

describe('valueAt', () => {
  const root = { map: new Map([['x', { y: undefined }]]), text: 'abc' };

  it.each<readonly [readonly PropertyKey[], boolean]>([
    [['map', 'x', 'y'], true],
    [['map', 'x', 'z'], false],
    [['map', 'w'], false],
    [['text', 'length'], false],
    [['none', 'a'], false],
  ])('says for %j whether anything stands there: %s', (path, present) => {
    expect(valueAt(root, path)).toEqual({ present, value: undefined });
  });
});

describe('withoutPaths', () => {
  const root = { a: [1, { b: 2, c: 3 }, 4], m: new Map([['x', { y: 1, z: 2 }]]), kept: { deep: true } };

  it('leaves out what is named, closes up arrays, and shares the rest', () => {
    const copy = withoutPaths(root, [
      ['a', 0],
      ['a', 1, 'b'],
      ['m', 'x', 'y'],
      ['nothing', 'here'],
    ]);
    expect(copy).toEqual({ a: [{ c: 3 }, 4], m: new Map([['x', { z: 2 }]]), kept: { deep: true } });
    expect(valueAt(copy, ['kept']).value).toBe(root.kept);
    expect(root.a).toEqual([1, { b: 2, c: 3 }, 4]);
  });

  it('keeps a key named __proto__ a key', () => {
    const copy = withoutPaths(JSON.parse('{"__proto__":{"x":1},"a":1}'), [['a']]);
    expect(Object.hasOwn(Object(copy), '__proto__')).toBe(true);
    expect(valueAt({}, ['x']).present).toBe(false);
  });
});

describe('pathBeforeRemoval', () => {
  it.each<[readonly (string | number)[], readonly (string | number)[]]>([
    [
      ['list', 0],
      ['list', 1],
    ],
    [
      ['list', 1],
      ['list', 4],
    ],
    [
      ['list', 0, 'a'],
      ['list', 1, 'a'],
    ],
    [
      ['map', 0],
      ['map', 0],
    ],
    [['other'], ['other']],
  ])('finds for %j what was %j', (path, expected) => {
    const root = { list: ['x', { a: 1 }, 'x', 'x', 2], map: new Map([[0, 1]]) };
    const removed = [
      ['list', 0],
      ['list', 2],
      ['list', 3],
      ['map', 7],
    ];
    expect(pathBeforeRemoval(root, path, removed)).toEqual(expected);
  });
});

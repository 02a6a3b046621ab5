import { describe, expect, it } from 'vitest';
import { type CheckDefaults, checkDefinitionSchema, checkSettings, nameSchema } from './check-settings.ts';

const check = (): boolean => true;

function areTaken(key: string, values: readonly unknown[]): readonly boolean[] {
  return values.map((value) => checkDefinitionSchema.safeParse({ check, [key]: value }).success);
}

describe('checkDefinitionSchema', () => {
  it.each([
    ['timeoutMs', 1, 60_000],
    ['intervalMs', 100, 86_400_000],
    ['cacheMs', 0, 86_400_000],
    ['failureThreshold', 1, 100],
    ['successThreshold', 1, 100],
  ])('takes for %s whole numbers from %i to %i', (key, least, most) => {
    expect(areTaken(key, [least - 1, least, most, most + 1, least + 0.5])).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it('takes a function for a check, and names for groups and for what it depends on', () => {
    expect(areTaken('check', [check, 'check', undefined])).toEqual([true, false, false]);
    expect(areTaken('group', ['a', ['a', 'b'], [], '', ['a', 'b c'], 1])).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(areTaken('dependsOn', [['a'], [], 'a', ['a b']])).toEqual([true, true, false, false]);
  });
});

describe('nameSchema', () => {
  it.each([
    ...['a', 'Z', '0', 'redis:cache-1', 'a_b.c', 'x'.repeat(64)].map((name) => [name, true] as const),
    ...['', '-a', '.a', '_a', 'a b', 'a/b', 'a,b', 'ä', 'a\n', 'x'.repeat(65)].map(
      (name) => [name, false] as const,
    ),
  ])('takes %j: %s', (name, taken) => {
    expect(nameSchema.safeParse(name).success).toBe(taken);
  });
});

describe('checkSettings', () => {
  const defaults: CheckDefaults = {
    timeoutMs: 1,
    intervalMs: undefined,
    cacheMs: 2,
    failureThreshold: 3,
    successThreshold: 4,
  };

  it('puts the defaults in their places', () => {
    expect(checkSettings({ check }, defaults)).toEqual({
      ...defaults,
      check,
      critical: false,
      groups: [],
      dependsOn: [],
    });
  });

  it('prefers what the check says, each group and dependency once', () => {
    const own = { timeoutMs: 5, intervalMs: 600, cacheMs: 0, failureThreshold: 7, successThreshold: 8 };
    expect(
      checkSettings(
        { check, ...own, critical: true, group: ['a', 'b', 'a'], dependsOn: ['c', 'c', 'd'] },
        defaults,
      ),
    ).toEqual({ check, ...own, critical: true, groups: ['a', 'b'], dependsOn: ['c', 'd'] });
    expect(checkSettings({ check, group: 'a' }, defaults).groups).toEqual(['a']);
  });
});

import type { LabelMatcher, Labels } from '@sightline/query';
import { labelTest } from '@sightline/query';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLabelTable } from './label-table.ts';

const name = fc.constantFrom('__name__', 'a', 'b', '__proto__', '\uD800');
const value = fc.constantFrom(
  '',
  'x',
  'y',
  'a value longer than thirteen',
  '\uD800\uD800 half pairs only',
  '0',
);
const labels = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((pairs): Labels => Object.fromEntries(pairs));
const matcher = fc.record({
  name,
  op: fc.constantFrom('=' as const, '!=' as const, '=~' as const, '!~' as const),
  value: fc.constantFrom('', 'x', 'x|y', '.*', '.+'),
});

function keyOf(set: Labels): string {
  return JSON.stringify(Object.entries(set).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function fits(set: Labels, matchers: readonly LabelMatcher[]): boolean {
  return matchers.every((each) =>
    labelTest(each)(Object.hasOwn(set, each.name) ? (set[each.name] ?? '') : ''),
  );
}

describe('createLabelTable', () => {
  it('leaves out what goes while it selects, and keeps its order where many series have a value', () => {
    const table = createLabelTable();
    const ids = Array.from({ length: 200 }, (_, at) => table.add({ same: 'x', own: `value ${at}` }));
    const matchers = [{ name: 'same', op: '=' as const, value: 'x' }];
    const selected = table.select(matchers)[Symbol.iterator]();
    expect(selected.next().value).toBe(ids[0]);
    table.remove(ids.slice(1, 199));
    expect([selected.next().value, selected.next().done]).toEqual([ids[199], true]);
    expect([...table.values('own')]).toEqual(['value 0', 'value 199']);
    expect([...table.values('nothing')]).toEqual([]);
    expect([...table.select([{ name: 'own', op: '=', value: 'value 5' }])]).toEqual([]);
    expect(table.find({ own: 'value 199', same: 'x' })).toBe(ids[199]);
  });

  it('is right also when names come in more orders than it remembers', () => {
    const table = createLabelTable();
    for (let at = 0; at < 10_005; at++) table.add({ [`n${at}`]: 'x' });
    expect(table.size()).toBe(10_005);
    expect(table.find({ n7: 'x' })).toBe(7);
  });

  it('finds what a plain map would, and takes nothing once all is removed', () => {
    const command = fc.record({ isAdd: fc.boolean(), labels });
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 60 }),
        fc.array(matcher, { maxLength: 3 }),
        (commands, matchers) => {
          const table = createLabelTable();
          const model = new Map<string, { labels: Labels; id: number }>();
          for (const { isAdd, labels: given } of commands) {
            const key = keyOf(given);
            const known = model.get(key);
            expect(table.find(given)).toBe(known?.id);
            if (isAdd && known === undefined) model.set(key, { labels: given, id: table.add(given) });
            if (!isAdd && known !== undefined) {
              table.remove([known.id]);
              model.delete(key);
            }
          }
          const all = [...model.values()];
          expect(table.size()).toBe(all.length);
          for (const { labels: given, id } of all) expect(keyOf(table.labelsOf(id))).toBe(keyOf(given));
          expect(new Set(table.select(matchers))).toEqual(
            new Set(all.flatMap((each) => (fits(each.labels, matchers) ? [each.id] : []))),
          );
          const names = new Set(all.flatMap((each) => Object.keys(each.labels)));
          expect(new Set(table.names())).toEqual(names);
          table.remove(all.map(({ id }) => id));
          expect([table.size(), table.bytes(), [...table.names()]]).toEqual([0, 0, []]);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

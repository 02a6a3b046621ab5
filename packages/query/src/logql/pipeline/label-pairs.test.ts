import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelPairs } from './label-pairs.ts';

describe('LabelPairs', () => {
  it('is a map, in the order of a map, with few labels and with many', () => {
    const name = fc.integer({ min: 0, max: 60 }).map((number) => `label${number}`);
    const change = fc.tuple(
      fc.constantFrom('set', 'set', 'set', 'delete'),
      name,
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
        const pairs = new LabelPairs();
        const map = new Map<string, string>();
        for (const [kind, label, value] of changes) {
          if (kind === 'set') {
            pairs.set(label, value);
            map.set(label, value);
          } else {
            pairs.delete(label);
            map.delete(label);
          }
          expect([pairs.get(label), pairs.has(label), pairs.size]).toEqual([
            map.get(label),
            map.has(label),
            map.size,
          ]);
        }
        expect(pairs.pairs()).toEqual([...map]);
        pairs.clear();
        expect([pairs.size, pairs.pairs(), pairs.get('label1')]).toEqual([0, [], undefined]);
      }),
    );
  });
});

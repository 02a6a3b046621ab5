import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTop } from './top.ts';

describe('createTop', () => {
  it.each(['largest', 'smallest'] as const)(
    'keeps the %s values, best first, NaN only when there is nothing else',
    (which) => {
      const value = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(Number.NaN));
      fc.assert(
        fc.property(fc.array(value, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), (values, count) => {
          const top = createTop(which, count);
          values.forEach((each, row) => top.offer(row, each));
          const sign = which === 'largest' ? -1 : 1;
          const sorted = values.toSorted((left, right) => {
            if (Number.isNaN(left) || Number.isNaN(right))
              return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
            return sign * (left - right);
          });
          expect(top.rows().map((row) => values[row])).toEqual(sorted.slice(0, count));
        }),
      );
    },
  );

  it('keeps the first ones in their order', () => {
    const top = createTop('first', 2);
    [5, 9, 1].forEach((value, row) => top.offer(row, value));
    expect(top.rows()).toEqual([0, 1]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createOffenders } from './offenders.ts';

describe('createOffenders', () => {
  it('shows who was turned away most, as a hash and never as the key', () => {
    const offenders = createOffenders();
    for (const key of ['203.0.113.9', '203.0.113.9', 'user-7']) offenders.add(key);
    const top = offenders.top(10);
    expect(top.map(({ limited }) => limited)).toEqual([2, 1]);
    expect(top.every(({ key }) => /^[0-9a-f]{12}$/.test(key))).toBe(true);
    expect(JSON.stringify(top)).not.toMatch(/203\.0|user-7/);
  });

  it('gives a key the same hash in the whole process, so that two limiters can be compared', () => {
    const [one, other] = [createOffenders(), createOffenders()];
    one.add('a');
    other.add('a');
    expect(one.top(1)[0]?.key).toBe(other.top(1)[0]?.key);
  });

  it('keeps 64 keys when thousands come, and the one that comes most', () => {
    const offenders = createOffenders();
    for (let at = 0; at < 20_000; at++) offenders.add(at % 10 === 0 ? 'often' : `once-${at}`);
    const top = offenders.top(1000);
    expect(top).toHaveLength(64);
    expect(top[0]!.limited).toBeGreaterThanOrEqual(2000);
    expect(top[0]!.limited - top[0]!.overcountedAtMost).toBeLessThanOrEqual(2000);
  });

  it('never counts too low, and too high by no more than it says', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 500 }), (keys) => {
        const offenders = createOffenders();
        const exact = new Map<string, number>();
        for (const key of keys) {
          offenders.add(`${key}`);
          exact.set(`${key}`, (exact.get(`${key}`) ?? 0) + 1);
        }
        const total = offenders.top(64).reduce((sum, { limited }) => sum + limited, 0);
        expect(total).toBe(keys.length);
        const counts = [...exact.values()];
        for (const { limited, overcountedAtMost } of offenders.top(64)) {
          expect(counts.some((count) => count <= limited && count >= limited - overcountedAtMost)).toBe(true);
        }
      }),
    );
  });
});

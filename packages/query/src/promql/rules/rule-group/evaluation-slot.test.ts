import { describe, expect, it } from 'vitest';
import { evaluationSlotMs } from './evaluation-slot.ts';

const group = { file: '/etc/prometheus/rules.yml', group: 'shop', intervalMs: 30_000 };
const now = 1_795_687_200_000;

describe('evaluationSlotMs', () => {
  it('is at or before now, by less than an interval, and the same until the next', () => {
    const slot = evaluationSlotMs(group, now);
    expect(slot).toBeLessThanOrEqual(now);
    expect(slot).toBeGreaterThan(now - 30_000);
    expect(evaluationSlotMs(group, slot)).toBe(slot);
    expect(evaluationSlotMs(group, slot + 29_999)).toBe(slot);
    expect(evaluationSlotMs(group, slot + 30_000)).toBe(slot + 30_000);
  });

  it('differs between groups, and between files', () => {
    const slots = [group, { ...group, group: 'other' }, { ...group, file: 'rules.yml' }];
    expect(new Set(slots.map((each) => evaluationSlotMs(each, now))).size).toBe(3);
  });
});

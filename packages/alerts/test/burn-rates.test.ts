import { describe, expect, it } from 'vitest';
import { ourShape, slothShape, worthOf } from '../bench/burn-simulator.ts';
import { everyTraffic } from '../bench/traffic.ts';

const all = everyTraffic(3);
const kinds = ['fast', 'slow'] as const;

function both(name: string, kind: (typeof kinds)[number]) {
  const months = all.filter((traffic) => traffic.name === name);
  return { ours: worthOf(months, ourShape(), kind), theirs: worthOf(months, slothShape, kind) };
}

describe.each(kinds)('burn alerts of what goes wrong %s', (kind) => {
  it.each(['steady', 'bursty', 'diurnal', 'sparse', 'low'])(
    'are as precise as those of Sloth, and miss nothing: %s traffic',
    (name) => {
      const { ours, theirs } = both(name, kind);
      expect(ours.recall).toBe(1);
      expect(ours.precision).toBeGreaterThanOrEqual(theirs.precision);
      expect(ours.falseAlerts).toBeLessThanOrEqual(theirs.falseAlerts);
    },
  );

  it.each(['steady', 'bursty', 'diurnal'])('come and go as soon as those of Sloth: %s traffic', (name) => {
    const { ours, theirs } = both(name, kind);
    expect(ours.detectionMinutes).toBe(theirs.detectionMinutes);
    expect(ours.resetMinutes).toBe(theirs.resetMinutes);
  });
});

describe('burn alerts at low traffic', () => {
  it.each(['sparse', 'low'])('page for fewer single failures than those of Sloth: %s', (name) => {
    const { ours, theirs } = both(name, 'fast');
    expect(theirs.falseAlerts).toBeGreaterThan(0);
    expect(ours.falseAlerts).toBeLessThan(theirs.falseAlerts / 2);
  });

  it('pay for it with the time that three requests take to fail', () => {
    const { ours, theirs } = both('low', 'fast');
    expect(ours.detectionMinutes).toBeGreaterThan(theirs.detectionMinutes);
    // Six requests an hour: the third bad one comes half an hour after the first would, at the most.
    expect(ours.detectionMinutes - theirs.detectionMinutes).toBeLessThan(30);
  });
});

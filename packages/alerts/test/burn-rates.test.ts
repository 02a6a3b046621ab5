import { describe, expect, it, vi } from 'vitest';
import {
  type Shape,
  eagerShape,
  ourShape,
  slothShape,
  withoutHealth,
  worthOf,
} from '../bench/burn-simulator.ts';
import { everyTraffic } from '../bench/traffic.ts';

/** Half a million minutes for each kind of traffic and shape take a second, and many on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const all = everyTraffic(12);
const kinds = ['fast', 'slow'] as const;
const traffics = ['steady', 'bursty', 'diurnal', 'sparse', 'low'] as const;

const known = new Map<string, ReturnType<typeof worthOf>>();

function worth(name: string, kind: (typeof kinds)[number], shape: Shape) {
  const key = `${name} ${kind} ${shape.name}`;
  const found = known.get(key);
  if (found) return found;
  const months = all.filter((traffic) => traffic.name === name);
  const fresh = worthOf(months, shape, kind);
  known.set(key, fresh);
  return fresh;
}

/** To the minute, which is how finely the traffic is known. */
function toMinutes({ detectionMinutes, resetMinutes }: ReturnType<typeof worth>) {
  return { detection: Math.round(detectionMinutes), reset: Math.round(resetMinutes) };
}

describe.each(kinds)('burn alerts of what goes wrong %s', (kind) => {
  const shapes = [ourShape, eagerShape].flatMap((shape) =>
    traffics.map((name) => [shape.name, name, shape] as const),
  );

  it.each(shapes)('are as good as those of Sloth in every respect: %s, %s traffic', (_shape, name, shape) => {
    const ours = worth(name, kind, shape);
    const theirs = worth(name, kind, slothShape);
    expect(ours.recall).toBe(1);
    expect(ours.precision).toBeGreaterThanOrEqual(theirs.precision);
    expect(ours.falseAlerts).toBeLessThanOrEqual(theirs.falseAlerts);
    expect(ours.needlessAlerts).toBeLessThanOrEqual(theirs.needlessAlerts);
    expect(toMinutes(ours).detection).toBeLessThanOrEqual(toMinutes(theirs).detection);
    expect(toMinutes(ours).reset).toBeLessThanOrEqual(toMinutes(theirs).reset);
  });
});

describe('pages at low traffic', () => {
  it.each(['sparse', 'low'])('are false less than half as often as those of Sloth: %s', (name) => {
    const theirs = worth(name, 'fast', slothShape);
    expect(theirs.falseAlerts).toBeGreaterThan(0);
    for (const shape of [ourShape, withoutHealth]) {
      expect(worth(name, 'fast', shape).falseAlerts).toBeLessThan(theirs.falseAlerts / 2);
    }
  });

  it('tell of an outage once where the health of the service is known, not with each failed request', () => {
    const outages = 12 * 5;
    expect(worth('low', 'fast', slothShape).needlessAlerts).toBeGreaterThan(outages);
    expect(worth('low', 'fast', ourShape).needlessAlerts).toBeLessThan(outages / 20);
  });

  it('wait for the second bad request where nothing but requests is known', () => {
    const later =
      worth('low', 'fast', withoutHealth).detectionMinutes -
      worth('low', 'fast', slothShape).detectionMinutes;
    // Six requests an hour: ten minutes.
    expect(later).toBeGreaterThan(8);
    expect(later).toBeLessThan(12);
  });
});

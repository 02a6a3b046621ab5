import { describe, expect, it } from 'vitest';
import { createHealthChecks } from './health-checks.ts';
import type { HealthContribution, HealthResult } from './sinks.ts';

const MAX_OWN = 30;

function setUp() {
  const checks = new Map<string, HealthContribution>();
  const refused = new Set<string>();
  const health = createHealthChecks({
    add(name, contribution) {
      if (refused.has(name)) throw new Error('there is one of this name');
      checks.set(name, contribution);
      return () => void checks.delete(name);
    },
  });
  const results: HealthResult[] = [];
  /** Adds a breaker with a number, which is up until `results` says otherwise. */
  const add = (at: number, critical = false) =>
    health.add('circuit_breaker', `circuit_breaker:${at}`, {
      check: () => results[at] ?? { status: 'up' },
      critical,
    });
  return { checks, refused, results, health, add };
}

describe('createHealthChecks', () => {
  it('gives 30 things a check of their own, and all others of a kind one together, by what they do to readiness', () => {
    const { checks, health, add } = setUp();
    for (let at = 0; at < 250; at++) add(at, at >= 240);
    health.add('my pool', 'my-pool:db', { check: () => ({ status: 'up' }), critical: false });
    const shared = [...checks].slice(MAX_OWN).map(([name, { critical }]) => [name, critical]);
    expect(shared).toEqual([
      ['circuit_breaker.others', false],
      ['circuit_breaker.others.critical', true],
      ['my-pool.others', false],
    ]);
  });

  it('is the worst of those that share a check, with how many there are and the first of them', () => {
    const { checks, results, add } = setUp();
    for (let at = 0; at < MAX_OWN + 5; at++) add(at);
    const summary = () => checks.get('circuit_breaker.others')?.check();
    expect(summary()).toEqual({ status: 'up' });
    results[31] = { status: 'degraded' };
    expect(summary()).toEqual({ status: 'degraded', reason: '1 of 5 are degraded: circuit_breaker:31' });
    for (const at of [30, 32, 33, 34]) results[at] = { status: 'down', reason: 'open: boom' };
    expect(summary()).toEqual({
      status: 'down',
      reason:
        '4 of 5 are down: circuit_breaker:30 open: boom; circuit_breaker:32 open: boom; circuit_breaker:33 open: boom; …',
    });
  });

  it('takes a shared check off with the last that shares it, and gives what has become free to the next', () => {
    const { checks, add } = setUp();
    const takeOff = Array.from({ length: MAX_OWN + 2 }, (_, at) => add(at));
    takeOff[MAX_OWN]?.();
    takeOff[MAX_OWN]?.();
    expect(checks.has('circuit_breaker.others')).toBe(true);
    takeOff[MAX_OWN + 1]?.();
    expect(checks.has('circuit_breaker.others')).toBe(false);
    takeOff[0]?.();
    add(99);
    expect([checks.size, checks.has('circuit_breaker:0'), checks.has('circuit_breaker:99')]).toEqual([
      MAX_OWN,
      false,
      true,
    ]);
  });

  it('keeps nothing of what is refused', () => {
    const { checks, refused, add } = setUp();
    refused.add('circuit_breaker:0').add('circuit_breaker.others');
    expect(() => add(0)).toThrow('there is one of this name');
    for (let at = 1; at <= MAX_OWN; at++) add(at);
    expect(checks.size).toBe(MAX_OWN);
    expect(() => add(31)).toThrow('there is one of this name');
    refused.clear();
    add(32);
    expect(checks.get('circuit_breaker.others')?.check()).toEqual({ status: 'up' });
    expect(checks.size).toBe(MAX_OWN + 1);
  });
});

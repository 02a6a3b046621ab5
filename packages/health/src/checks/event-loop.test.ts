import { describe, expect, it } from 'vitest';
import { type DelayHistogram, eventLoopCheck, type EventLoopCheckOptions } from './event-loop.ts';

/** A loop whose turns a test makes up: the times between probes [ms], the probe's own 20 included. */
function fakeLoop(options: EventLoopCheckOptions = {}) {
  let timeMs = 0;
  let turns: number[] = [];
  let enabled = 0;
  const mean = (): number => turns.reduce((sum, each) => sum + each, 0) / turns.length;
  const histogram: DelayHistogram = {
    get count() {
      return turns.length;
    },
    get max() {
      return Math.max(0, ...turns) * 1e6;
    },
    get mean() {
      return mean() * 1e6;
    },
    get stddev() {
      return Math.sqrt(turns.reduce((sum, each) => sum + (each - mean()) ** 2, 0) / turns.length) * 1e6;
    },
    reset: () => void (turns = []),
    enable: () => {
      enabled += 1;
      return true;
    },
  };
  const { check } = eventLoopCheck(options, { nowMs: () => timeMs, delayHistogram: () => histogram });
  return {
    check,
    enabled: () => enabled,
    /** Time that no interval of the probe covers. */
    stall: (ms: number) => void (timeMs += ms),
    run(...each: readonly number[]) {
      turns.push(...each);
      timeMs += each.reduce((sum, turn) => sum + turn, 0);
      return check();
    },
  };
}

const idle = Array.from({ length: 50 }, () => 20);
const busy = (turnMs: number) => Array.from({ length: Math.ceil(1000 / turnMs) }, () => turnMs);

describe('eventLoopCheck', () => {
  it('begins to measure at its first run, which is up', () => {
    const { check, enabled } = fakeLoop();
    expect(enabled()).toBe(0);
    expect(check()).toEqual({ status: 'up' });
    check();
    expect(enabled()).toBe(1);
  });

  it('is up while the loop is idle: the interval of the probe is no wait', () => {
    const { check, run } = fakeLoop();
    check();
    expect(run(...idle)).toEqual({ status: 'up', details: { meanWaitMs: 0, longestMs: 0 } });
  });

  it('is degraded when turns are so long that what arrives waits 100 ms, and recovers below 50', () => {
    const { check, run } = fakeLoop();
    check();
    expect(run(...busy(210)).status).toBe('up');
    expect(run(...busy(230))).toEqual({
      status: 'degraded',
      reason:
        'what arrives waits 105 ms for the event loop on average, 210 ms at the longest: see in a CPU profile what blocks it',
      details: { meanWaitMs: 105, longestMs: 210 },
    });
    expect(run(...busy(150)).status).toBe('degraded');
    expect(run(...busy(100)).status).toBe('up');
  });

  it('counts one stall with its whole length', () => {
    const { check, run } = fakeLoop();
    check();
    // 3 s of 4 s blocked: (3000² + 50 · 20²) ÷ (2 · 4000) - 10.
    expect(run(3000, ...idle)).toMatchObject({
      status: 'down',
      details: { meanWaitMs: 1117.5, longestMs: 2980 },
    });
    expect(run(...idle).status).toBe('up');
  });

  it('answers as before within a second of its last answer', () => {
    const { check, run } = fakeLoop();
    check();
    run(...busy(400));
    expect(check().status).toBe('degraded');
    expect(run(...idle.slice(0, 10)).status).toBe('degraded');
    expect(run(...idle).status).toBe('up');
  });

  it('sees a stall that began right after its last run, which the probe does not', () => {
    const { check, run, stall } = fakeLoop();
    check();
    run(...idle);
    stall(1500);
    // 1500² ÷ (2 · 2500), and the idle rest.
    expect(run(...idle)).toMatchObject({ status: 'degraded', details: { meanWaitMs: 444, longestMs: 1480 } });
  });

  it('is down when the probe has not run at all', () => {
    const { check, stall } = fakeLoop();
    check();
    stall(5000);
    expect(check()).toMatchObject({ status: 'down', details: { meanWaitMs: 2490 } });
  });

  it('sees the real loop blocked, whenever the probe last ran', () => {
    let skippedMs = 0;
    const { check } = eventLoopCheck({ degradedDelayMs: 50 }, { nowMs: () => performance.now() + skippedMs });
    expect(check()).toEqual({ status: 'up' });
    const blockedUntilMs = performance.now() + 120;
    while (performance.now() < blockedUntilMs);
    skippedMs = 900;
    const { status, details } = check();
    expect(status).toBe('degraded');
    expect(details?.['longestMs']).toBeGreaterThanOrEqual(1000);
  });

  it('refuses limits in the wrong order', () => {
    expect(() => eventLoopCheck({ degradedDelayMs: 10, downDelayMs: 5 })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});

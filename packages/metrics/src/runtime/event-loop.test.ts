import { describe, expect, it } from 'vitest';
import { type DelayHistogram, observeEventLoop } from './event-loop.ts';
import { createMemoryRegistry } from './memory-registry.fixture.ts';
import { createRuntimePage } from './runtime-page.ts';

const MS = 1e6;

/** Delays go to every histogram that is on, as they do in Node.js. */
function harness() {
  const registry = createMemoryRegistry();
  const histograms: { values: number[]; enabled: boolean }[] = [];
  let nowMs = 0;
  const eventLoop = observeEventLoop(createRuntimePage(registry), {
    nowMs: () => nowMs,
    delayHistogram: () => {
      const state: { values: number[]; enabled: boolean } = { values: [], enabled: false };
      histograms.push(state);
      const sum = (): number => state.values.reduce((total, value) => total + value, 0);
      return {
        get count() {
          return state.values.length;
        },
        get min() {
          return Math.min(...state.values);
        },
        get max() {
          return Math.max(...state.values);
        },
        get mean() {
          return sum() / state.values.length;
        },
        stddev: 0,
        percentile: (percent) =>
          state.values.toSorted((a, b) => a - b)[Math.ceil((percent / 100) * state.values.length) - 1] ?? 0,
        reset: () => void (state.values = []),
        enable: () => (state.enabled = true),
        disable: () => (state.enabled = false),
      } satisfies DelayHistogram;
    },
  });
  return {
    histograms,
    eventLoop,
    delay(ms: number) {
      // The probe's own 20 ms are part of what it measures.
      for (const { values, enabled } of histograms) if (enabled) values.push((ms + 20) * MS);
    },
    /** The longest delay that a scraper sees who comes at that second. */
    scrape(second: number) {
      nowMs = second * 1000;
      eventLoop.collect();
      const seconds = registry.value('nodejs_eventloop_delay_max_seconds');
      return seconds === undefined ? undefined : Math.round(seconds * 1000);
    },
    registry,
  };
}

describe('observeEventLoop', () => {
  it('tells the delay beyond the interval of the probe', () => {
    const { delay, scrape } = harness();
    delay(0);
    delay(300);

    expect(scrape(15)).toBe(300);
  });

  it('forgets what an earlier scrape has seen', () => {
    const { delay, scrape } = harness();
    delay(300);
    scrape(15);
    delay(5);

    expect(scrape(30)).toBe(5);
    delay(7);
    expect(scrape(45)).toBe(7);
  });

  it('shows a delay to both of two scrapers, whichever comes first', () => {
    const { delay, scrape } = harness();
    scrape(15);
    delay(300);

    expect(scrape(22)).toBe(300);
    expect(scrape(30)).toBe(300);
    delay(9);
    expect(scrape(37)).toBe(300);
    expect(scrape(45)).toBe(9);
    expect(scrape(52)).toBe(9);
  });

  it('keeps the last numbers when the probe has not run since', () => {
    const { delay, scrape } = harness();
    delay(8);
    scrape(15);

    expect(scrape(30)).toBe(8);
  });

  it('shows nothing before the probe has run', () => {
    const { scrape } = harness();

    expect(scrape(1)).toBeUndefined();
  });

  it('adds up the time by state, and nothing twice', () => {
    const { registry, scrape } = harness();
    scrape(15);
    const once = registry.value('nodejs_eventloop_time_seconds_total', 'active') ?? NaN;
    scrape(16);
    const twice = registry.value('nodejs_eventloop_time_seconds_total', 'active') ?? NaN;
    const ratio = registry.value('nodejs_eventloop_utilization_ratio') ?? NaN;

    expect(once).toBeGreaterThan(0);
    expect(twice).toBeLessThan(once * 2);
    expect(ratio).toBeGreaterThanOrEqual(0);
    expect(ratio).toBeLessThanOrEqual(1);
  });

  it('turns every histogram off in the end', () => {
    const { eventLoop, histograms } = harness();
    eventLoop.stop();

    expect(histograms.map(({ enabled }) => enabled)).toEqual([false, false]);
  });
});

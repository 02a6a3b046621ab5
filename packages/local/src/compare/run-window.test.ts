import { describe, expect, it } from 'vitest';
import type { Run } from '../stack/runs.ts';
import { isOfService, runWindow, secondsOf } from './run-window.ts';

function run(instance: string, firstSeenMs: number, lastSeenMs: number, service = 'shop'): Run {
  return { service, version: '1', instance, firstSeenMs, lastSeenMs };
}

const one = run('one', 100_000, 160_000);
const two = run('two', 170_000, 230_000);

describe('runWindow', () => {
  it('reaches from before the first span to after the last, but not into the runs beside it', () => {
    expect(runWindow(one, [two, one], 1e9).alone).toEqual({ startMs: 70_000, endMs: 169_999 });
    expect(runWindow(two, [two, one], 1e9).alone).toEqual({ startMs: 160_001, endMs: 260_000 });
  });

  it('reaches into others for what bears its id', () => {
    expect(runWindow(one, [two, one], 1e9).shared).toEqual({ startMs: 70_000, endMs: 190_000 });
  });

  it('ends now while the run goes on, and does not mind runs of other services or at the same time', () => {
    const other = run('three', 150_000, 165_000);
    const all = [two, one, other, run('x', 161_000, 162_000, 'other')];
    expect(runWindow(two, all, 231_000).alone.endMs).toBe(231_000);
    expect(runWindow(one, all, 1e9).alone).toEqual({ startMs: 70_000, endMs: 169_999 });
  });

  it('lasts a second at least', () => {
    expect(secondsOf(runWindow(run('x', 5000, 5000), [], 1e9))).toBe(1);
  });
});

describe('isOfService', () => {
  it.each([
    ['shop', true],
    ['prod/shop', true],
    ['workshop', false],
    [undefined, false],
  ])('takes job %s: %s', (job, expected) => {
    expect(isOfService(job === undefined ? {} : { job }, 'shop')).toBe(expected);
  });
});

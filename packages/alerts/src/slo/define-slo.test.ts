import type { SightlineError } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { burnRate } from './burn-windows.ts';
import { defineSlo } from './define-slo.ts';
import { sloCost } from './slo-cost.ts';
import type { SloOptions } from './slo-options.ts';

function messageOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return (error as SightlineError).message;
  }
  return 'nothing was thrown';
}

describe('burnRate', () => {
  it.each([
    { budgetRatio: 0.02, windowSeconds: 3600, expected: 14.4 },
    { budgetRatio: 0.05, windowSeconds: 6 * 3600, expected: 6 },
    { budgetRatio: 0.1, windowSeconds: 24 * 3600, expected: 3 },
    { budgetRatio: 0.1, windowSeconds: 72 * 3600, expected: 1 },
  ])('is $expected when $budgetRatio of 30 days goes in $windowSeconds s', ({ expected, ...spend }) => {
    expect(burnRate({ ...spend, periodSeconds: 30 * 86_400 })).toBe(expected);
  });

  it.each([0, -1, 31 * 86_400, Number.NaN])(
    'throws when the window of %d s does not fit',
    (windowSeconds) => {
      expect(() => burnRate({ budgetRatio: 0.02, windowSeconds, periodSeconds: 30 * 86_400 })).toThrow(
        expect.objectContaining({ code: 'SIGHTLINE_BURN_WINDOW' }),
      );
    },
  );
});

describe('defineSlo', () => {
  it('works out name, budget and burn rates', () => {
    const slo = defineSlo({
      service: 'checkout',
      objective: 0.999,
      window: '30d',
      sli: { kind: 'availability' },
    });
    expect(slo.name).toBe('checkout-availability');
    expect(slo.budgetRatio).toBe(0.001);
    expect(slo.windows.map((each) => each.burnRate)).toEqual([14.4, 6, 3, 1]);
  });

  it('scales the burn rates to another window, so that they spend the same share of the budget', () => {
    const slo = defineSlo({ objective: 0.999, window: '7d', sli: { kind: 'availability' } });
    expect(slo.windows.map((each) => each.burnRate)).toEqual([3.36, 1.4, 0.7, 0.2333333333]);
  });

  it('leaves out a window that could never fire, because it needs more errors than there are requests', () => {
    const slo = defineSlo({ objective: 0.9, sli: { kind: 'latency', thresholdSeconds: 0.5 } });
    expect(slo.windows.map((each) => each.burnRate)).toEqual([6, 3, 1]);
  });

  it('makes a name of a route', () => {
    const slo = defineSlo({
      service: 'shop',
      route: '/api/:id',
      objective: 0.99,
      sli: { kind: 'availability' },
    });
    expect(slo.name).toBe('shop-api-id-availability');
  });

  it.each([
    ['Shop.EU', 'shop-eu-availability'],
    ['2nd shop!', 'nd-shop-availability'],
    ['--shop--', 'shop-availability'],
    ['日本', 'availability'],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('makes of the service %s a name that a label takes: %s', (service, name) => {
    expect(defineSlo({ service, objective: 0.99, sli: { kind: 'availability' } }).name).toBe(name);
  });

  it('tells everything that is wrong at once, and how to write it', () => {
    const wrong = {
      name: 'My SLO',
      objective: 99.9,
      window: '2d',
      sli: { kind: 'latency', thresholdSeconds: 0.3 },
      burnRate: 3,
    } as unknown as SloOptions;
    const message = messageOf(() => defineSlo(wrong));
    expect(message).toMatch(/^SIGHTLINE_OPTIONS/);
    for (const part of [
      'name',
      'objective',
      'window',
      '4d to 90d',
      'sli.thresholdSeconds',
      '0.25, 0.5',
      'burnRate',
    ]) {
      expect(message).toContain(part);
    }
  });

  it('refuses a probe of nobody', () => {
    expect(() =>
      defineSlo({ objective: 0.99, sli: { kind: 'availability' }, probe: 'probe_success' }),
    ).toThrow(/probe/);
  });

  it('refuses a query without a place for its window', () => {
    const sli = {
      kind: 'events',
      errors: 'rate(failed_total[5m])',
      total: 'rate(all_total[{{window}}])',
    } as const;
    expect(() => defineSlo({ service: 'jobs', objective: 0.99, sli })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});

describe('sloCost', () => {
  it('is a small part of what windows cost that read the service itself', () => {
    const slo = defineSlo({ objective: 0.999, sli: { kind: 'availability' } });
    const { ours, direct } = sloCost(slo, {
      services: 10,
      seriesPerService: 100,
      scrapeIntervalSeconds: 15,
      evaluationIntervalSeconds: 30,
    });
    expect(ours.samplesReadPerSecond).toBeLessThan(direct.samplesReadPerSecond / 50);
    expect(ours.recordedSeries).toBe(10 * 32 + 1);
  });
});

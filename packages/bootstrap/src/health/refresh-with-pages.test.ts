import { createHealth } from '@sightline/health';
import { createMetrics } from '@sightline/metrics';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { healthMetrics } from './health-metrics.ts';
import { refreshWithPages } from './refresh-with-pages.ts';

describe('refreshWithPages', () => {
  it('brings checks and probes that nobody asks for onto the next page, and no check holds one up', async () => {
    const metrics = createMetrics();
    const health = createHealth(
      { cacheMs: 0, pressure: false },
      { observer: healthMetrics(metrics.registry) },
    );
    onTestFinished(() => {
      health.close();
      metrics.close();
    });
    let answer: (() => void) | undefined;
    const check = vi.fn<() => Promise<void>>(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    health.add('database', { check, critical: true });
    const stop = refreshWithPages(health, metrics.registry);

    async function page(): Promise<string> {
      let text = '';
      for await (const part of metrics.page().body) text += part;
      return text;
    }

    expect(await page()).toContain('health_probe_status{probe="readyz"} 0');
    await vi.waitFor(() => expect(check).toHaveBeenCalledOnce(), 20_000);
    answer?.();
    await vi.waitFor(() => expect(health.probe('readyz')?.ok).toBe(true), 20_000);
    const next = await page();
    expect(next).toContain('health_probe_status{probe="readyz"} 1');
    expect(next).toContain('health_check_status{check="database"} 1');

    stop();
    answer?.();
    await page();
    expect(check).toHaveBeenCalledTimes(2);
  });
});

import { createRedactor } from '@sightline/redact';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { loadConfig } from '../config/config.ts';
import type { StartOptions } from '../config/options.ts';
import { createIdleHealth } from './idle-health.ts';

function idle(options: StartOptions['health'] = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const health = createIdleHealth(loadConfig({ health: options }, { env: {} }).health, createRedactor());
  const statusOf = async (path: string): Promise<number> =>
    (await health.answer({ method: 'GET', path, trusted: true })).status;
  return { health, statusOf };
}

describe('createIdleHealth', () => {
  it('answers by the checks, which run when a probe asks', async () => {
    const { health, statusOf } = idle();
    let isUp = true;
    const check = vi.fn<() => boolean>(() => isUp);
    health.add('db', { check, critical: true });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(check).not.toHaveBeenCalled();
    expect(await statusOf('/readyz')).toBe(200);
    isUp = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect([await statusOf('/readyz'), await statusOf('/livez'), await statusOf('/startupz')]).toEqual([
      503, 200, 200,
    ]);
    expect(check).toHaveBeenCalledTimes(2);
  });

  it('waits for the tasks of the start', async () => {
    const { health, statusOf } = idle();
    const hold = health.startup.hold('migrations');
    expect(await statusOf('/startupz')).toBe(503);
    hold.done();
    expect(await statusOf('/startupz')).toBe(200);
  });

  it.each([
    { where: 'the check', options: {}, definition: { intervalMs: 30_000 } },
    { where: 'all checks', options: { intervalMs: 30_000 }, definition: {} },
  ])(
    'has no timer for the interval of $where: a result answers for that long',
    async ({ options, definition }) => {
      const { health, statusOf } = idle(options);
      const check = vi.fn<() => boolean>(() => true);
      health.add('slow', { check, critical: true, ...definition });
      expect(vi.getTimerCount()).toBe(0);
      await statusOf('/readyz');
      await vi.advanceTimersByTimeAsync(29_000);
      await statusOf('/readyz');
      expect(check).toHaveBeenCalledOnce();
      await vi.advanceTimersByTimeAsync(1000);
      await statusOf('/readyz');
      expect(check).toHaveBeenCalledTimes(2);
    },
  );
});

import { createRedactor } from '@sightline/redact';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../config/config.ts';
import { createStatus } from './create-status.ts';
import type { Status, StatusSetup } from './create-status.ts';

afterEach(() => vi.useRealTimers());

function status(more: Partial<StatusSetup> = {}): Status {
  return createStatus({
    config: loadConfig({}, { env: { OTEL_BSP_MAX_QUEUE_SIZE: 'x' }, onProblem: () => {} }),
    resource: { 'service.name': 'shop', 'service.version': '2.1.0', 'process.pid': 7 },
    redactor: createRedactor(),
    ...more,
  });
}

describe('createStatus', () => {
  it('shows service, build, process, configuration, problems and telemetry', async () => {
    const telemetry = { traces: () => ({ queued: 1 }), logs: async () => ({ sent: 2 }) };
    expect(await status({ telemetry }).read()).toMatchObject({
      service: { 'service.name': 'shop' },
      build: { service: '2.1.0', node: process.version },
      process: { pid: process.pid, uptimeSeconds: expect.any(Number) },
      config: { enabled: true, admin: { port: 9464 } },
      problems: [expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE')],
      telemetry: { traces: { queued: 1 }, logs: { sent: 2 } },
    });
  });

  it('censors what sections say, and what they throw', async () => {
    const shown = status();
    shown.add('db', () => ({ url: 'postgres://app:hunter2@db/x', password: 'hunter2' }));
    shown.add('broken', () => {
      throw new Error('no answer from postgres://app:hunter2@db/x');
    });
    shown.add('rejected', () => Promise.reject(new TypeError('token=hunter2')));
    // oxlint-disable-next-line no-throw-literal -- what a section throws is its own matter
    shown.add('odd', () => Promise.reject(Object.create(null)));
    const answer = await shown.read();
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(answer).toMatchObject({
      db: { password: '[REDACTED]' },
      broken: { error: expect.stringContaining('Error: no answer from') },
      rejected: { error: expect.stringContaining('TypeError') },
      odd: { error: 'it threw' },
      service: { 'service.name': 'shop' },
    });
  });

  it('does not wait for a section that hangs, nor ask it a second time', async () => {
    vi.useFakeTimers();
    const answer = Promise.withResolvers<string>();
    const hanging = vi.fn<() => Promise<string>>(() => answer.promise);
    const shown = status();
    shown.add('hanging', hanging);
    const late = { hanging: { error: 'no answer within 1000 ms' } };
    const first = shown.read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toMatchObject(late);
    const second = shown.read();
    await vi.advanceTimersByTimeAsync(1000);
    expect(await second).toMatchObject(late);
    expect(hanging).toHaveBeenCalledOnce();
    answer.resolve('done');
    expect(await shown.read()).toMatchObject({ hanging: 'done' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each<[string, unknown, string]>([
    ['a text', 'no answer', 'no answer'],
    ['nothing', undefined, 'it threw'],
    ['a number', 7, 'it threw'],
    ['a list', ['a'], 'it threw'],
    ['an object without words', {}, 'it threw'],
  ])('has words for a section that throws %s', async (_what, thrown, error) => {
    const shown = status();
    shown.add('mine', () => {
      throw thrown;
    });
    expect(await shown.read()).toMatchObject({ mine: { error } });
  });

  it('shows null for a section that has nothing to say', async () => {
    const shown = status();
    shown.add('mine', () => undefined);
    expect(await shown.read()).toMatchObject({ mine: null });
  });

  it('lets the last section of a name have it, and takes sections off', async () => {
    const shown = status();
    const first = shown.add('mine', () => 1);
    const second = shown.add('mine', () => 2);
    first();
    expect(await shown.read()).toMatchObject({ mine: 2 });
    second();
    expect(await shown.read()).not.toHaveProperty('mine');
  });
});

import { describe, expect, it, vi } from 'vitest';
import { settled } from './fake-clock.fixture.ts';
import { observedHealth } from './observed-health.fixture.ts';

describe('the start-up probe', () => {
  it('passes when tasks are done and each critical check has succeeded once, and stays passed', async () => {
    const { health, get, clock } = observedHealth();
    const migrated = Promise.withResolvers<number>();
    let fails = true;
    const migrating = health.startup.task('migrations', () => migrated.promise);
    const listening = health.startup.hold('listen');
    health.add('postgres', { check: () => !fails, critical: true });
    health.add('mail', () => false);
    await clock.advance(3000);
    expect(await get('/startupz')).toEqual({
      status: 503,
      body: [
        '[-]task/migrations failed: it has been running for 3 s',
        '[-]task/listen failed: it has been running for 3 s',
        '[-]postgres failed: it returned false',
        'startupz check failed\n',
      ].join('\n'),
    });
    expect((await get('/readyz')).body).toContain(
      '[-]startup failed: it waits for task/migrations, task/listen, postgres',
    );
    migrated.resolve(7);
    expect(await migrating).toBe(7);
    listening.done();
    fails = false;
    await clock.advance(1000);
    expect(await get('/startupz')).toEqual({ status: 200, body: 'ok' });
    fails = true;
    await clock.advance(1000);
    expect([(await get('/startupz')).status, (await get('/readyz')).status]).toEqual([200, 503]);
    expect(health.startup.passed).toBe(true);
  });

  it('fails with the reason of a task that failed, censored, until it is run again and done', async () => {
    const { health, get } = observedHealth();
    const failure = new Error('cannot reach postgres://app:hunter2@db/shop');
    await expect(health.startup.task('migrations', () => Promise.reject(failure))).rejects.toBe(failure);
    expect((await get('/startupz')).body).toMatch(
      /^\[-\]task\/migrations failed: cannot reach postgres:\/\/app:(?!hunter2)/,
    );
    expect((await get('/startupz', false)).body).toContain('[-]task/migrations failed: reason withheld');
    await health.startup.task('migrations', () => undefined);
    expect((await get('/startupz')).status).toBe(200);
  });

  it('runs no check any more once it has passed', async () => {
    const { health, get, clock } = observedHealth();
    const check = vi.fn<() => void>();
    health.add('postgres', { check, critical: true });
    expect((await get('/startupz')).status).toBe(200);
    await clock.advance(60_000);
    expect((await get('/startupz?verbose')).status).toBe(200);
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('refuses a second task of a name while the first one runs', () => {
    const { health } = observedHealth();
    health.startup.hold('warm-up');
    expect(() => health.startup.hold('warm-up')).toThrowError(
      expect.objectContaining({ code: 'SIGHTLINE_HEALTH_CHECK' }),
    );
  });

  it('hands on what a task throws at once', async () => {
    const { health } = observedHealth();
    const task = health.startup.task('warm-up', () => {
      throw new RangeError('a');
    });
    await expect(task).rejects.toBeInstanceOf(RangeError);
  });

  it('does not pass before anybody has said that everything was added, or asked', async () => {
    const { health, probes } = observedHealth();
    await settled();
    expect(health.startup.passed).toBe(false);
    health.start();
    expect(health.startup.passed).toBe(true);
    expect(probes.at(-1)).toMatchObject({ probe: 'readyz', ok: true });
  });

  it('does not pass while names lead nowhere, which is told once', async () => {
    const { health, get, problems } = observedHealth();
    health.add('orders', { check: () => true, dependsOn: ['postgres'] });
    expect((await get('/startupz')).body).toContain(
      '[-]configuration failed: SIGHTLINE_HEALTH_CHECK: the check orders depends on postgres; there is no such check.',
    );
    await get('/readyz');
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_HEALTH_CHECK']);
    health.add('postgres', () => true);
    expect((await get('/startupz')).status).toBe(200);
  });
});

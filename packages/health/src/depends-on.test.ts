import { describe, expect, it, vi } from 'vitest';
import { settled } from './fake-clock.fixture.ts';
import { heldCheck, observedHealth } from './observed-health.fixture.ts';

const up = () => undefined;

describe('dependsOn', () => {
  it('does not run a check while one that it depends on is down, and says so', async () => {
    const { health, clock, runs } = observedHealth();
    const check = vi.fn<() => void>();
    let fails = true;
    health.add('orders', { check, dependsOn: ['postgres'], critical: true });
    health.add('postgres', () => !fails);
    const { checks, status } = await health.run();
    expect(status).toBe('down');
    expect(checks[0]).toMatchObject({
      status: 'down',
      reason: 'not run: it depends on postgres, which is down',
    });
    expect(check).not.toHaveBeenCalled();
    expect(runs.map(({ check: name, result }) => [name, result])).toContainEqual(['orders', 'skipped']);
    fails = false;
    await clock.advance(1000);
    expect((await health.run()).status).toBe('up');
    expect(check).toHaveBeenCalledTimes(1);
  });

  it('takes dependents down at once, and runs them at once when it is back', async () => {
    const { health, clock, changes, status } = observedHealth();
    let fails = false;
    const check = vi.fn<() => void>();
    health.add('postgres', { check: () => !fails, intervalMs: 1000 });
    health.add('orders', { check, dependsOn: ['postgres'], intervalMs: 60_000 });
    health.add('invoices', { check: up, dependsOn: ['orders'], intervalMs: 60_000 });
    await clock.advance(10);
    expect([status('orders'), status('invoices')]).toEqual(['up', 'up']);
    fails = true;
    await clock.advance(1000);
    expect([status('orders'), status('invoices')]).toEqual(['down', 'down']);
    expect(changes.slice(-2).map(({ check: name, cause }) => [name, cause])).toEqual([
      ['orders', 'not run: it depends on postgres, which is down'],
      ['invoices', 'not run: it depends on orders, which is down'],
    ]);
    fails = false;
    await clock.advance(1000);
    expect([status('orders'), status('invoices')]).toEqual(['up', 'up']);
  });

  it('keeps a check down whose own run ends well while its dependency has gone down', async () => {
    const { health, clock, status } = observedHealth();
    let fails = false;
    const held = heldCheck();
    health.add('postgres', { check: () => !fails, intervalMs: 500 });
    health.add('orders', { check: held.check, dependsOn: ['postgres'] });
    await clock.advance(0);
    void health.run();
    await settled();
    fails = true;
    await clock.advance(500);
    held.runs[0]?.end();
    await settled();
    expect(status('orders')).toBe('down');
    expect(health.report().checks[1]?.reason).toBe('it depends on postgres, which is down');
  });

  it('is told as skipped once in a cache period for as long as that lasts', async () => {
    const { health, clock, runs } = observedHealth({ cacheMs: 1000 });
    health.add('postgres', () => false);
    health.add('orders', { check: up, dependsOn: ['postgres'] });
    const skipped = (): number => runs.filter(({ result }) => result === 'skipped').length;
    await health.run();
    const before = skipped();
    await health.run();
    expect(skipped() - before).toBe(0);
    await clock.advance(1000);
    await health.run();
    expect(skipped() - before).toBe(1);
    expect(runs.at(-1)).toMatchObject({ check: 'orders', durationSeconds: undefined, status: 'down' });
  });

  it('does not run again what is still known', async () => {
    const { health } = observedHealth();
    const [database, orders] = [vi.fn<() => void>(), vi.fn<() => void>()];
    health.add('postgres', { check: database, cacheMs: 60_000 });
    health.add('orders', { check: orders, cacheMs: 0, dependsOn: ['postgres'] });
    await health.run();
    await health.run();
    expect([database.mock.calls.length, orders.mock.calls.length]).toEqual([1, 2]);
  });

  it('runs a check again once the one that took it down is no more', async () => {
    const { health, status } = observedHealth();
    const postgres = health.add('postgres', () => false);
    health.add('orders', { check: up, dependsOn: ['postgres'] });
    await health.run();
    expect(status('orders')).toBe('down');
    postgres.dispose();
    expect((await health.run()).checks).toMatchObject([{ name: 'orders', status: 'up' }]);
  });

  it('on names that there are not is refused at the start, in one error that names them all', () => {
    const { health } = observedHealth({ groups: { payments: ['postgres', 'stripe'] } });
    health.add('postgres', { check: up, dependsOn: ['vault', 'dns'] });
    const starting = (): void => health.start();
    expect(starting).toThrowError(
      expect.objectContaining({
        code: 'SIGHTLINE_HEALTH_CHECK',
        problem:
          'the check postgres depends on vault; the check postgres depends on dns; ' +
          'the group payments has the member stripe; there are no such checks',
      }),
    );
  });

  it('in a circle is refused when the circle is closed', () => {
    const { health } = observedHealth();
    health.add('a', { check: up, dependsOn: ['b'] });
    health.add('b', { check: up, dependsOn: ['c'] });
    expect(() => health.add('c', { check: up, dependsOn: ['a'] })).toThrowError(
      expect.objectContaining({
        code: 'SIGHTLINE_HEALTH_CHECK',
        problem: expect.stringContaining('a → b → c → a'),
      }),
    );
    expect(health.checks).toEqual(['a', 'b']);
  });

  it('in several circles is refused with all of them', () => {
    const { health } = observedHealth();
    for (const name of ['a', 'b']) health.add(name, { check: up, dependsOn: ['c'] });
    expect(() => health.add('c', { check: up, dependsOn: ['a', 'b'] })).toThrowError(
      expect.objectContaining({ problem: expect.stringContaining('a → c → a; c → b → c') }),
    );
  });
});

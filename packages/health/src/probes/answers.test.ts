import { describe, expect, it, vi } from 'vitest';
import { settled } from '../fake-clock.fixture.ts';
import { createHealth } from '../create-health.ts';
import type { HealthOptions } from '../options.ts';
import { type ObservedHealth, heldCheck, observedHealth } from '../observed-health.fixture.ts';

/** A service with a database, a cache that is down and a group. */
function shop(options: HealthOptions = {}): ObservedHealth {
  const observed = observedHealth({ groups: { payments: ['postgres', 'stripe'] }, ...options });
  const { health } = observed;
  health.add('postgres', { check: () => undefined, critical: true });
  health.add('redis', () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.7:6379')));
  health.add('stripe', { check: () => ({ status: 'degraded', reason: 'slow' }), group: 'upstreams' });
  health.start();
  return observed;
}

describe('a probe', () => {
  it.each(['/livez', '/readyz', '/startupz', '/readyz/'])('answers GET %s with ok', async (path) => {
    const { get, health } = shop();
    await health.run();
    expect(await get(path, false)).toEqual({ status: 200, body: 'ok' });
  });

  it('shows every line with ?verbose, as Kubernetes does, and reasons to trusted callers only', async () => {
    const { get } = shop();
    expect((await get('/readyz?verbose', false)).body).toBe(
      [
        '[+]drain ok',
        '[+]startup ok',
        '[+]postgres ok',
        '[!]redis failed: reason withheld',
        '[!]stripe degraded: reason withheld',
        'readyz check passed\n',
      ].join('\n'),
    );
    const { body } = await get('/readyz?verbose', true);
    expect(body).toContain('[!]redis failed: connect ECONNREFUSED 10.0.0.7:6379\n');
    expect(body).toContain('[!]stripe degraded: slow\n');
    expect((await get('/livez?verbose')).body).toBe('[+]event-loop ok\nlivez check passed\n');
    expect((await get('/startupz?verbose')).body).toBe('[+]startup ok\nstartupz check passed\n');
  });

  it('shows every line when it fails, without being asked', async () => {
    const { get, health } = shop();
    health.add('mysql', { check: () => false, critical: true });
    const { status, body } = await get('/readyz', false);
    expect([status, body.split('\n')]).toEqual([
      503,
      expect.arrayContaining(['[-]mysql failed: reason withheld', '[+]postgres ok', 'readyz check failed']),
    ]);
  });

  it('leaves out what ?exclude names, once or several times, and says what there is not', async () => {
    const { get, health } = shop();
    await health.run();
    for (const name of ['mysql', 'kafka']) health.add(name, { check: () => false, critical: true });
    expect((await get('/readyz?exclude=mysql,%20kafka')).status).toBe(200);
    expect((await get('/readyz?exclude=mysql')).status).toBe(503);
    const { status, body } = await get('/readyz?verbose&exclude=mysql&exclude=kafka&exclude=orakle,x"y');
    expect(status).toBe(200);
    expect(body).toContain('[+]mysql excluded: ok\n');
    expect(body).toContain('warn: some health checks cannot be excluded: no matches for "orakle", "x\\"y"\n');
  });

  it('of a group looks at its members, named by it or by the check, and at the process', async () => {
    const { get, health } = shop();
    expect((await get('/readyz/payments?verbose')).body).toBe(
      '[+]drain ok\n[+]startup ok\n[+]postgres ok\n[!]stripe degraded: slow\nreadyz check passed\n',
    );
    expect((await get('/readyz/upstreams?verbose')).body).toContain('[!]stripe degraded');
    health.add('mysql', { check: () => false, critical: true });
    expect([(await get('/readyz')).status, (await get('/readyz/payments')).status]).toEqual([503, 200]);
    health.drainStarted();
    expect((await get('/readyz/payments')).status).toBe(503);
  });

  it('of one check fails when it is down, critical or not', async () => {
    const { get } = shop();
    expect(await get('/readyz/redis', false)).toEqual({
      status: 503,
      body: '[-]redis failed: reason withheld\nreadyz check failed\n',
    });
    expect((await get('/readyz/postgres')).status).toBe(200);
  });

  it('of what there is not is 404, with what there is', async () => {
    const { get } = shop();
    expect(await get('/readyz/paymnts')).toEqual({
      status: 404,
      body: 'There is no group or check "paymnts".\nGroups: payments, upstreams.\nChecks: postgres, redis, stripe.\n',
    });
    expect((await get('/readyz/constructor')).status).toBe(404);
    expect((await get('/livez/postgres')).status).toBe(404);
    expect((await get('/nothing')).body).toContain('/livez, /readyz, /startupz, /health');
  });

  it('answers at the aliases, and below those of readiness', async () => {
    const { get, health } = shop({
      aliases: { '/live': 'livez', '/healthz': 'health', '/status/readiness': 'readyz' },
    });
    const paths = ['/live', '/healthz', '/status/readiness', '/status/readiness/payments', '/status'];
    expect(await Promise.all(paths.map(async (path) => (await get(path)).status))).toEqual([
      200, 200, 200, 200, 404,
    ]);
    expect(health.serves('/status/readiness/payments')).toBe(true);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('answers %s with 405', async (method) => {
    const { health } = shop();
    expect(await health.answer({ method, path: '/readyz', trusted: true })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
  });

  it('does not wait for an optional check that nobody looks at', async () => {
    const { health, clock } = observedHealth();
    const held = heldCheck();
    health.add('slow', held.check);
    health.start();
    expect(health.answer({ method: 'GET', path: '/readyz', trusted: false })).toMatchObject({ status: 200 });
    await settled();
    expect(held.runs).toHaveLength(1);
    await clock.advance(800);
    expect(health.report().status).toBe('degraded');
  });

  it('waits no longer than probeTimeoutMs, then what was known last answers', async () => {
    const { health, clock } = observedHealth({ probeTimeoutMs: 500, checkTimeoutMs: 5000 });
    const held = heldCheck();
    health.add('slow', { check: held.check, critical: true });
    async function status(): Promise<number> {
      const answer = Promise.resolve(health.answer({ method: 'GET', path: '/readyz', trusted: true }));
      await clock.advance(500);
      return (await answer).status;
    }
    expect(await status()).toBe(503);
    held.runs[0]?.end();
    await settled();
    expect(await status()).toBe(200);
    await clock.advance(1000);
    expect(await status()).toBe(200);
    expect(held.runs).toHaveLength(2);
    await clock.advance(5000);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer behind when the checks were quicker than it would have waited', async () => {
    const { health, clock, get } = observedHealth();
    health.add('one', { check: () => undefined, critical: true });
    health.start();
    expect((await get('/readyz')).status).toBe(200);
    expect(clock.pending).toBe(0);
  });

  it('is answered at once, without a promise, when everything is known', async () => {
    const { health } = shop();
    await health.run();
    for (const path of ['/readyz', '/health', '/startupz', '/livez']) {
      expect(health.answer({ method: 'GET', path, search: '?verbose', trusted: true })).not.toBeInstanceOf(
        Promise,
      );
    }
  });

  it('fails liveness only when the event loop itself is far behind', async () => {
    let delaySeconds = 9.9;
    const { get, health } = observedHealth({}, { sensor: { delaySeconds: () => delaySeconds } });
    health.add('postgres', { check: () => false, critical: true });
    health.drainStarted();
    expect((await get('/livez')).status).toBe(200);
    delaySeconds = 10;
    expect(await get('/livez')).toEqual({
      status: 503,
      body: '[-]event-loop failed: it is 10000 ms late\nlivez check failed\n',
    });
  });
});

describe('/health', () => {
  it.each([
    { status: 'up', word: 'pass', code: 200, more: {} },
    { status: 'degraded', word: 'warn', code: 200, more: {} },
    { status: 'down', word: 'fail', code: 503, more: { output: 'startup' } },
  ])(
    'of a service that is $status says $word, and of the check as well',
    async ({ status, word, code, more }) => {
      const { health, get } = observedHealth();
      health.add('one', { check: () => ({ status }), critical: true });
      health.start();
      const answer = await get('/health', false);
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        code,
        {
          status: word,
          ...more,
          checks: {
            'one:responseTime': [{ componentId: 'one', status: word, state: status, critical: true }],
          },
        },
      ]);
    },
  );

  it('has a warning for a check that has not run yet', async () => {
    const { health, get, clock } = observedHealth({ probeTimeoutMs: 10 });
    health.add('slow', heldCheck().check);
    health.start();
    const answered = get('/health', false);
    await clock.advance(10);
    expect((await answered).body).toContain('"status": "warn",\n        "state": "unknown"');
    health.close();
  });

  it('is health+json with everything for trusted callers', async () => {
    const { health, get } = shop({ version: '1.4.0', serviceName: 'shop' });
    const answer = await health.answer({ method: 'GET', path: '/health', trusted: true });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/health+json; charset=utf-8', 'cache-control': 'no-store' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 'warn',
      version: '1.4.0',
      serviceId: 'shop',
      checks: {
        'postgres:responseTime': [
          {
            componentId: 'postgres',
            status: 'pass',
            critical: true,
            observedUnit: 'ms',
            time: '2026-01-01T00:00:00.000Z',
          },
        ],
        'redis:responseTime': [{ status: 'fail', output: 'connect ECONNREFUSED 10.0.0.7:6379' }],
        'stripe:responseTime': [{ status: 'warn', output: 'slow', groups: ['upstreams'] }],
      },
    });
    health.drainStarted();
    const drained = await get('/health');
    expect([drained.status, JSON.parse(drained.body)]).toMatchObject([
      503,
      { status: 'fail', output: 'drain: the service is shutting down' },
    ]);
  });

  it('has all that is known of a check in its place, and leaves out what is not', async () => {
    const { health, clock, get } = observedHealth({ cacheMs: 60_000 });
    const held = heldCheck();
    health.add('disk', { check: held.check, group: ['storage', 'local'], dependsOn: ['host'] });
    health.add('host', () => undefined);
    health.start();
    const checks = async (): Promise<Record<string, readonly unknown[]>> =>
      (JSON.parse((await get('/health')).body) as { checks: Record<string, readonly unknown[]> }).checks;
    const answered = checks();
    await clock.advance(12);
    held.runs[0]?.end({ status: 'degraded', reason: 'nearly full', details: { usedRatio: 0.9 } });
    expect(await answered).toEqual({
      'disk:responseTime': [
        {
          componentId: 'disk',
          status: 'warn',
          state: 'degraded',
          critical: false,
          observedValue: 12,
          observedUnit: 'ms',
          time: '2026-01-01T00:00:00.012Z',
          output: 'nearly full',
          details: { usedRatio: 0.9 },
          groups: ['storage', 'local'],
          dependsOn: ['host'],
          lastSuccess: '2026-01-01T00:00:00.012Z',
        },
      ],
      'host:responseTime': [
        {
          componentId: 'host',
          status: 'pass',
          state: 'up',
          critical: false,
          observedValue: 0,
          observedUnit: 'ms',
          time: '2026-01-01T00:00:00.000Z',
          lastSuccess: '2026-01-01T00:00:00.000Z',
        },
      ],
    });
  });

  it('has names and states only for others', async () => {
    const { get } = shop();
    const { body } = await get('/health', false);
    expect(JSON.parse(body).checks).toEqual({
      'postgres:responseTime': [{ componentId: 'postgres', status: 'pass', state: 'up', critical: true }],
      'redis:responseTime': [{ componentId: 'redis', status: 'fail', state: 'down', critical: false }],
      'stripe:responseTime': [{ componentId: 'stripe', status: 'warn', state: 'degraded', critical: false }],
    });
    expect(body).not.toContain('ECONNREFUSED');
  });
});

describe('an answer', () => {
  it.each([
    { method: 'GET', path: '/livez', type: 'text/plain; charset=utf-8', more: {} },
    { method: 'GET', path: '/health', type: 'application/health+json; charset=utf-8', more: {} },
    { method: 'GET', path: '/nothing', type: 'text/plain; charset=utf-8', more: {} },
    { method: 'GET', path: '/readyz/nothing', type: 'text/plain; charset=utf-8', more: {} },
    { method: 'PUT', path: '/livez', type: 'text/plain; charset=utf-8', more: { allow: 'GET, HEAD' } },
  ])('to $method $path says what it is, and is kept by nobody', async ({ method, path, type, more }) => {
    const { health } = observedHealth();
    health.start();
    const { headers } = await health.answer({ method, path, trusted: false });
    expect(headers).toEqual({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': type,
      ...more,
    });
  });

  it('names what there is not by at most 64 characters', async () => {
    const { get } = observedHealth();
    const long = 'x'.repeat(70);
    expect((await get(`/readyz/${long}`)).body).toBe(
      `There is no group or check "${long.slice(0, 64)}".\nGroups: none.\nChecks: none.\n`,
    );
    expect((await get(`/livez?verbose&exclude=${long}`)).body).toContain(`for "${long.slice(0, 64)}"\n`);
  });

  it('looks at 200 names to exclude, and no more', async () => {
    const { get } = observedHealth();
    const names = Array.from({ length: 201 }, (_, index) => `n${index}`);
    const { body } = await get(`/livez?verbose&exclude=${names.join(',')}`);
    expect(body).toContain('"n0"');
    expect(body).toContain('"n199"');
    expect(body).not.toContain('"n200"');
  });

  it.each(['verbose', 'verbose=', 'verbose=true', 'verbose=1'])(
    'shows every line with ?%s',
    async (query) => {
      const { get } = observedHealth();
      expect((await get(`/livez?${query}`)).body).toBe('[+]event-loop ok\nlivez check passed\n');
    },
  );

  it.each(['', 'verbose=false', 'verbose=0', 'other'])('is short with ?%s', async (query) => {
    const { get } = observedHealth();
    expect((await get(`/livez?${query}`)).body).toBe('ok');
  });
});

describe('handle', () => {
  it('takes a Request and gives a Response, without a body for HEAD', async () => {
    const { health } = shop();
    const url = 'http://localhost/readyz?verbose';
    const got = await health.handle(new Request(url));
    expect([got.status, got.headers.get('cache-control'), await got.text()]).toEqual([
      200,
      'no-store',
      expect.stringContaining('[!]redis failed: reason withheld'),
    ]);
    const head = await health.handle(new Request(url, { method: 'HEAD' }), { trusted: true });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await health.handle(new Request(url, { method: 'POST' }))).status).toBe(405);
    expect(await (await health.handle(new Request(url), { trusted: true })).text()).toContain('ECONNREFUSED');
  });
});

describe('many probes at a time', () => {
  it('run each check once in a period', async () => {
    const { health, clock, get } = observedHealth({ cacheMs: 1000 });
    const checks = Array.from({ length: 20 }, () => vi.fn<() => void>());
    for (const [index, check] of checks.entries()) health.add(`c${index}`, { check, critical: true });
    for (let period = 0; period < 3; period++) {
      const answers = Array.from({ length: 50 }, () => get('/readyz'));
      // oxlint-disable-next-line no-await-in-loop -- one period after the other
      expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
      // oxlint-disable-next-line no-await-in-loop
      await clock.advance(1000);
    }
    expect(checks.map((check) => check.mock.calls.length)).toEqual(checks.map(() => 3));
  });
});

describe('health on the real clock', () => {
  it('answers, and lets the process end', async () => {
    const health = createHealth({ intervalMs: 1000 });
    health.add('one', { check: async () => undefined, critical: true });
    const response = await health.handle(new Request('http://localhost/readyz?verbose'), { trusted: true });
    expect([response.status, await response.text()]).toEqual([
      200,
      '[+]drain ok\n[+]startup ok\n[+]event-loop-pressure ok\n[+]one ok\nreadyz check passed\n',
    ]);
    health.close();
  });
});

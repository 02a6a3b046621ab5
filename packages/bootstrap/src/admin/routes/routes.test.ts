import { createHealth } from '@sightline/health';
import { createLogger } from '@sightline/logger';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { AdminRequest, AdminResponse, AdminRoute } from '../route.ts';
import { healthRoutes } from './health.ts';
import { logLevelRoute } from './log-level.ts';
import { metricsRoute } from './metrics.ts';
import type { MetricsSource } from './metrics.ts';
import { statusRoute } from './status.ts';

function request(more: Partial<AdminRequest> & { readonly search?: string } = {}): AdminRequest {
  const { search = '', ...rest } = more;
  return {
    method: 'GET',
    path: '/',
    query: new URLSearchParams(search),
    headers: {},
    body: '',
    trusted: false,
    signal: new AbortController().signal,
    ...rest,
  };
}

async function ask(route: AdminRoute, more?: Parameters<typeof request>[0]): Promise<AdminResponse> {
  return await route.handle(request(more));
}

describe('healthRoutes', () => {
  const health = createHealth({ aliases: { '/ready': 'readyz', '/alive': 'livez' }, pressure: false });
  health.add('stripe', { check: () => 'key=hunter2', group: 'payments' });
  const routes = healthRoutes(health);
  afterAll(() => health.close());

  function at(path: string): AdminRoute {
    const found = routes.find((route) => route.path === path);
    if (found === undefined) throw new Error(`no route ${path}`);
    return found;
  }

  it('are open, one for each path of health, and one for what is below readiness', () => {
    expect(routes.map(({ path }) => path)).toEqual([
      '/livez',
      '/readyz',
      '/readyz/*',
      '/startupz',
      '/health',
      '/ready',
      '/ready/*',
      '/alive',
    ]);
    expect(new Set(routes.map(({ access }) => access))).toEqual(new Set(['open']));
  });

  it('answer what health answers, with details for whom is trusted alone', async () => {
    expect(await ask(at('/livez'), { path: '/livez' })).toMatchObject({ status: 200, body: 'ok' });
    const all = { path: '/readyz/payments', search: 'verbose' };
    expect((await ask(at('/readyz/*'), all)).body).toContain('[+]stripe ok');
    const health503 = health.outOfService('maintenance');
    const open = await ask(at('/ready'), { path: '/ready' });
    expect(open).toMatchObject({ status: 503 });
    expect(open.body).not.toContain('maintenance');
    expect((await ask(at('/ready'), { path: '/ready', trusted: true })).body).toContain('maintenance');
    health503.dispose();
  });
});

describe('metricsRoute', () => {
  it('hands on what is accepted, and the page with its type', async () => {
    const page = vi.fn<MetricsSource['page']>((accept) => ({ contentType: `type/${accept}`, body: 'a 1\n' }));
    const route = metricsRoute({ page }, () => {});
    expect(await ask(route, { headers: { accept: 'om' } })).toEqual({
      status: 200,
      headers: { 'content-type': 'type/om' },
      body: 'a 1\n',
    });
  });

  it('makes no page for those who have gone away while they waited for their turn', async () => {
    const page = vi.fn<MetricsSource['page']>(() => ({ contentType: 'type', body: 'a 1\n' }));
    const route = metricsRoute({ page }, () => {});
    const gone = AbortSignal.abort();
    expect((await ask(route, { signal: gone })).status).toBe(503);
    expect(page).not.toHaveBeenCalled();
  });

  it('gives those who ask at the same time one page that is made in parts', async () => {
    let made = 0;
    const page = vi.fn<MetricsSource['page']>(() => ({
      contentType: 'type',
      body: (async function* () {
        made++;
        yield 'a 1\n';
      })(),
    }));
    const route = metricsRoute({ page }, () => {});
    const answers = await Promise.all([ask(route), ask(route), ask(route)]);
    const texts = await Promise.all(answers.map(({ body }) => text(body as AsyncIterable<Uint8Array>)));
    expect([texts, made]).toEqual([['a 1\n', 'a 1\n', 'a 1\n'], 1]);
  });

  it('answers 503 when the page fails, and tells of it', async () => {
    const told: unknown[] = [];
    const failure = new Error('password=hunter2');
    const route = metricsRoute({ page: () => Promise.reject(failure) }, (error) => told.push(error));
    const { status, body } = await ask(route);
    expect([status, told]).toEqual([503, [failure]]);
    expect(body).not.toContain('hunter2');
  });
});

describe('statusRoute', () => {
  it('is guarded, and readable', async () => {
    const route = statusRoute(async () => ({ a: { b: 1 } }));
    expect(route.access).toBe('guarded');
    expect((await ask(route)).body).toBe('{\n  "a": {\n    "b": 1\n  }\n}\n');
  });
});

describe('logLevelRoute', () => {
  const NOW = Date.parse('2026-11-21T10:00:00Z');
  afterEach(() => vi.useRealTimers());

  function setUp(): { route: AdminRoute; levels: () => Readonly<Record<string, string>> } {
    vi.useFakeTimers({ now: NOW });
    const logger = createLogger({ level: 'info', levels: { db: 'warn' } }, { write: () => {} });
    return { route: logLevelRoute(logger), levels: logger.levelsInForce };
  }

  it('answers the levels in force, as JSON and as LOG_LEVEL takes them', async () => {
    const { route } = setUp();
    expect(JSON.parse((await ask(route)).body as string)).toMatchObject({
      levels: { '': 'info', db: 'warn' },
      known: expect.arrayContaining(['trace', 'fatal', 'silent']),
    });
    expect((await ask(route, { headers: { accept: 'text/plain' } })).body).toBe('info,db=warn\n');
  });

  it.each([
    { body: '{"level":"debug"}', expected: { '': 'debug' } },
    {
      body: ' {"level":"DEBUG","module":"db","ttl":60} ',
      expected: { '': 'info', db: 'debug' },
      seconds: 60,
    },
    { body: 'debug', expected: { '': 'debug' } },
    { body: 'warn, db=trace\n', search: 'ttl=30', expected: { '': 'warn', db: 'trace' }, seconds: 30 },
    { body: 'level=trace&module=http&ttl=5', expected: { http: 'trace' }, seconds: 5 },
    { search: 'level=silent&ttl=86400', expected: { '': 'silent' }, seconds: 86_400 },
  ])('takes %j for a while', async ({ body = '', search = '', expected, seconds = 900 }) => {
    const { route, levels } = setUp();
    const answer = await ask(route, { method: 'PUT', body, search });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body as string)).toMatchObject({
      until: new Date(NOW + seconds * 1000).toISOString(),
      levels: expected,
    });
    expect(levels()).toMatchObject(expected);
    vi.advanceTimersByTime(seconds * 1000);
    expect(levels()).toEqual({ '': 'info', db: 'warn' });
  });

  it('answers a change as text to whom wants text, with how long it lasts', async () => {
    const { route } = setUp();
    const answer = await ask(route, { method: 'PUT', body: 'db=debug', headers: { accept: 'text/plain' } });
    expect(answer.body).toBe('info,db=debug\nuntil 2026-11-21T10:15:00.000Z\n');
  });

  it('does not take a logger that fails for a wrong request', () => {
    const logger = {
      levels: { values: { info: 30 } },
      levelsInForce: () => ({}),
      setLevel() {
        throw new RangeError('the logger is closed');
      },
    };
    const change = { method: 'PUT', body: 'info', headers: {}, query: new URLSearchParams() } as never;
    expect(() => logLevelRoute(logger).handle(change)).toThrow(RangeError);
  });

  it.each([
    { body: '', named: ['level is missing'] },
    { body: '{', named: ['no JSON'] },
    { body: '{"level":"loud","ttl":0,"modul":"x"}', named: ['level', 'ttl', 'modul'] },
    { body: 'debug,db=loud,=info', named: ['changes[1].level', 'changes[2].module'] },
    { body: 'debug', search: 'ttl=forever', named: ['ttl'] },
    { body: 'debug', search: 'ttl=86401', named: ['ttl', '86400'] },
    { body: '{"level":"debug","module":"a b"}', named: ['module'] },
    { body: 'debug,'.repeat(100), named: ['changes'] },
  ])(
    'answers 400 with all that is wrong with $body $search, and changes nothing',
    async ({ named, ...given }) => {
      const { route, levels } = setUp();
      const answer = await ask(route, { method: 'PUT', ...given });
      expect(answer.status).toBe(400);
      for (const name of named) expect(answer.body).toContain(name);
      expect(levels()).toEqual({ '': 'info', db: 'warn' });
    },
  );
});

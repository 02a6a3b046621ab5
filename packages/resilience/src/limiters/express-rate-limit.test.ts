/* oxlint-disable no-await-in-loop -- one request after the other is what is counted */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import express from 'express';
import {
  MemoryStore,
  type Options,
  rateLimit,
  type RateLimitRequestHandler,
  type Store,
} from 'express-rate-limit';
import { rateLimit as rateLimit7 } from 'express-rate-limit7';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { expressRateLimit } from './express-rate-limit.ts';
import { startApp } from './limited-app.fixture.ts';
import { skipProbes } from './skip-probes.ts';
import { watchableRateLimit } from './watchable-rate-limit.ts';

const quiet = { legacyHeaders: false, validate: false } as const;

function watching() {
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  const decisions = (limiter: string) =>
    Object.fromEntries(
      ['allowed', 'limited', 'skipped', 'fail_open', 'fail_closed']
        .map(
          (decision) =>
            [decision, recorder.value('rate_limit_requests_total', { limiter, decision })] as const,
        )
        .filter(([, value]) => value !== 0),
    );
  return { recorder, resilience, decisions };
}

/** A store of somebody else's that does what it is told. */
function remoteStore(): Store & { failure: Error | undefined; hits: Map<string, number> } {
  const hits = new Map<string, number>();
  return {
    failure: undefined,
    hits,
    async increment(key) {
      if (this.failure) throw this.failure;
      const totalHits = (hits.get(key) ?? 0) + 1;
      hits.set(key, totalHits);
      return { totalHits, resetTime: new Date(Date.now() + 30_000) };
    },
    decrement(key) {
      hits.set(key, (hits.get(key) ?? 0) - 1);
    },
    resetKey: (key) => void hits.delete(key),
  };
}

/** Version 7 prints, and has no option for it. */
const silent = { logger: { warn() {}, error() {} } } as const;

const makers = [
  ['a middleware as it is', (options: Partial<Options>) => rateLimit({ ...silent, ...options })],
  [
    'one of version 7',
    (options: Partial<Options>) => rateLimit7(options as never) as never as RateLimitRequestHandler,
  ],
  [
    'one that was made to be watched',
    (options: Partial<Options>) => watchableRateLimit(rateLimit, { ...silent, ...options }),
  ],
] as const;

describe.each(makers)('expressRateLimit on %s', (name, make) => {
  beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
  afterEach(() => void vi.restoreAllMocks());

  it('counts what is allowed, limited and skipped, without a key in any label', async () => {
    const { recorder, resilience, decisions } = watching();
    const limiter = make({
      ...quiet,
      windowMs: 60_000,
      limit: 2,
      keyGenerator: () => '203.0.113.7',
      skip: skipProbes(),
    });
    await using app = await startApp((router) => router.use(limiter));
    resilience.watch(limiter, { name: 'api' });
    const codes = [];
    for (const path of ['/a', '/b', '/c', '/d', '/livez', '/docs/x'])
      codes.push((await app.get(path)).status);
    expect(codes).toEqual([200, 200, 429, 429, 200, 200]);
    expect(decisions('api')).toEqual({ allowed: 2, limited: 2, skipped: 2 });
    expect(recorder.observations('rate_limit_remaining_share', { limiter: 'api' })).toEqual([0.5, 0, 0, 0]);
    const waits = recorder.observations('rate_limit_block_duration_seconds', { limiter: 'api' });
    expect(waits).toHaveLength(2);
    expect(waits.every((wait) => wait > 30 && wait <= 60)).toBe(true);
    expect(
      recorder.value('rate_limit_rule_requests_total', {
        limiter: 'api',
        rule: '2-in-1min',
        decision: 'limited',
      }),
    ).toBe(2);
    expect(recorder.value('http_requests_limited_total', { limiter: 'api' })).toBe(2);
    expect(JSON.stringify([recorder.page(), recorder.lines])).not.toContain('203.0.113.7');
    // Version 7 does not say whose request it was.
    const offenders = name.includes('7') ? [] : [{ limited: 2 }];
    expect(resilience.status().watched).toMatchObject([{ store: 'none', offenders }]);
  });

  it('sends the headers of draft 8 for each of two windows, and Retry-After when one is used up', async () => {
    const { resilience, decisions } = watching();
    const common = { ...quiet, standardHeaders: 'draft-8' } as const;
    const minute = make({ ...common, windowMs: 60_000, limit: 60, store: new MemoryStore() });
    const hour = make({ ...common, windowMs: 3_600_000, limit: 61, store: new MemoryStore() });
    await using app = await startApp((router) => router.use(minute, hour));
    resilience.watch(minute, { name: 'api-minute' });
    resilience.watch(hour, { name: 'api-hour' });
    const first = await app.get('/');
    expect(first.headers.get('ratelimit')).toMatch(/^"60-in-1min"; r=59; t=60, "61-in-1hr"; r=60; t=3600$/);
    expect(first.headers.get('ratelimit-policy')).toMatch(
      /^"60-in-1min"; q=60; w=60; pk=:\S+:, "61-in-1hr"; q=61; w=3600; pk=:\S+:$/,
    );
    expect(first.headers.get('retry-after')).toBeNull();
    await Promise.all(Array.from({ length: 59 }, () => app.get('/')));
    const past = await app.get('/');
    expect(past.status).toBe(429);
    expect(past.headers.get('ratelimit')).toMatch(/^"60-in-1min"; r=0; t=\d+$/);
    expect(Number(past.headers.get('retry-after'))).toBeGreaterThan(30);
    minute.resetKey('127.0.0.1');
    expect((await app.get('/')).status).toBe(200);
    const pastHour = await app.get('/');
    expect(pastHour.status).toBe(429);
    expect(Number(pastHour.headers.get('retry-after'))).toBeGreaterThan(1800);
    expect(decisions('api-minute')).toEqual({ allowed: 62, limited: 1 });
    expect(decisions('api-hour')).toEqual({ allowed: 61, limited: 1 });
  });

  it('names the route where the limiter stands at one, and never the path below a mount', async () => {
    const { recorder, resilience } = watching();
    const limiter = make({ ...quiet, windowMs: 60_000, limit: 1 });
    await using app = await startApp((router) => {
      router.get('/orders/:id', limiter, (_request, response) => void response.send('ok'));
      router.use('/tenants/:tenant', express.Router().get('/orders', limiter));
    });
    resilience.watch(limiter, { name: 'api' });
    await app.get('/orders/1');
    await app.get('/orders/2');
    await app.get('/tenants/acme/orders');
    expect(recorder.value('http_requests_limited_total', { limiter: 'api', http_route: '/orders/:id' })).toBe(
      1,
    );
    expect(recorder.value('http_requests_limited_total', { limiter: 'api' })).toBe(1);
  });

  it('names the route that a request has come to as it is told, and is one series before any', async () => {
    const routeOf = vi.fn<(request: object) => string | undefined>((request) => {
      const { baseUrl, url } = request as express.Request;
      if (url === '/broken') throw new Error('nobody knows');
      return baseUrl === '' ? undefined : '/tenants/:tenant';
    });
    const recorder = createRecorder({ routeOf });
    const resilience = createResilience({}, recorder.parts);
    const mounted = make({ ...quiet, windowMs: 60_000, limit: 1 });
    const first = make({ ...quiet, windowMs: 60_000, limit: 4 });
    resilience.watch(mounted, { name: 'mounted' });
    resilience.watch(first, { name: 'first' });
    await using app = await startApp((router) => router.use(first).use('/tenants/:tenant', mounted));
    for (const tenant of ['acme', 'globex', 'initech']) await app.get(`/tenants/${tenant}/orders`);
    for (const path of ['/', '/tenants/acme/orders', '/hostile/1', '/hostile/2', '/broken'])
      await app.get(path);
    const limited = Object.entries(recorder.page()).filter(([series]) =>
      series.startsWith('http_requests_limited_total'),
    );
    expect(Object.fromEntries(limited)).toEqual({
      'http_requests_limited_total{limiter="first"}': 4,
      'http_requests_limited_total{limiter="mounted"}': 0,
      'http_requests_limited_total{limiter="mounted",http_route="/tenants/:tenant"}': 2,
    });
    // Only what was turned away is asked about.
    expect(routeOf).toHaveBeenCalledTimes(6);
    expect(recorder.problems).toHaveLength(1);
  });

  it.each([
    { passOnStoreError: true, code: 200, outcome: 'fail_open' },
    { passOnStoreError: false, code: 500, outcome: 'fail_closed' },
  ])(
    'counts a store that fails as $outcome and says so once',
    async ({ passOnStoreError, code, outcome }) => {
      const { recorder, resilience, decisions } = watching();
      const store = remoteStore();
      const limiter = make({ ...quiet, windowMs: 60_000, limit: 9, store, passOnStoreError });
      await using app = await startApp((router) => router.use(limiter));
      resilience.watch(limiter, { name: 'api' });
      await app.get('/');
      store.failure = new Error('connect ECONNREFUSED');
      expect((await app.get('/')).status).toBe(code);
      expect((await app.get('/')).status).toBe(code);
      expect(decisions('api')).toEqual({ allowed: 1, [outcome]: 2 });
      expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(2);
      expect(recorder.lines.map(({ message }) => message)).toEqual([
        `rate limiter api: enforcing to ${outcome}, Error: connect ECONNREFUSED`,
      ]);
      expect(resilience.status().watched).toMatchObject([{ store: outcome }]);
    },
  );

  it('is down in health while its store fails, and degraded once it has not for 10 s', async () => {
    let nowMs = 0;
    const recorder = createRecorder({ nowMs: () => nowMs });
    const store = remoteStore();
    const limiter = make({ ...quiet, windowMs: 60_000, limit: 9, store, passOnStoreError: true });
    await using app = await startApp((router) => router.use(limiter));
    createResilience({}, recorder.parts).watch(limiter, { name: 'api', health: 'down' });
    const status = () => recorder.health.get('rate_limiter:api')?.check().status;
    store.failure = new Error('gone');
    await app.get('/');
    nowMs = 9999;
    expect(status()).toBe('down');
    nowMs = 10_000;
    expect(status()).toBe('degraded');
  });

  it('reads a limit that differs between requests, whether it comes at once or later', async () => {
    const { recorder, resilience, decisions } = watching();
    const limiter = make({
      ...quiet,
      windowMs: 60_000,
      limit: (request) => (request.path === '/slow' ? new Promise((resolve) => setImmediate(resolve, 2)) : 1),
      keyGenerator: (request) => request.path,
    });
    await using app = await startApp((router) => router.use(limiter));
    resilience.watch(limiter, { name: 'api' });
    for (const path of ['/slow', '/slow', '/slow', '/fast', '/fast']) await app.get(path);
    expect(decisions('api')).toEqual({ allowed: 3, limited: 2 });
    expect(
      recorder.value('rate_limit_rule_requests_total', {
        limiter: 'api',
        rule: 'some-in-1min',
        decision: 'allowed',
      }),
    ).toBe(3);
  });

  it('reads what the middleware writes under another name', async () => {
    const { resilience, decisions } = watching();
    const limiter = make({ ...quiet, windowMs: 60_000, limit: 1, requestPropertyName: 'quota' });
    await using app = await startApp((router) => router.use(limiter));
    resilience.watch(limiter, { name: 'api' });
    await app.get('/');
    await app.get('/');
    expect(decisions('api')).toEqual({ allowed: 1, limited: 1 });
  });

  it('hands the answers of the middleware through: a handler, its options and skipped successes', async () => {
    const { resilience } = watching();
    const limits: unknown[] = [];
    const limiter = make({
      ...quiet,
      windowMs: 60_000,
      limit: 1,
      skipSuccessfulRequests: true,
      handler: (_request, response, _next, options) => {
        limits.push(options.statusCode);
        response.status(503).send('busy');
      },
    });
    await using app = await startApp((router) => {
      router.use(limiter);
      router.get('/bad', (_request, response) => void response.status(400).send('bad'));
    });
    resilience.watch(limiter, { name: 'api' });
    const codes = [];
    for (const path of ['/good', '/good', '/bad', '/good']) codes.push((await app.get(path)).status);
    expect(codes).toEqual([200, 200, 400, 503]);
    expect(limits).toEqual([429]);
  });

  it('is off when it is disposed of, with a request under way, and the middleware works on', async () => {
    const { recorder, resilience } = watching();
    const entered = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const limiter = make({
      ...quiet,
      windowMs: 60_000,
      limit: async () => {
        entered.resolve();
        await gate.promise;
        return 1;
      },
    });
    await using app = await startApp((router) => router.use(limiter));
    const handle = resilience.watch(limiter, { name: 'api' });
    const underWay = app.get('/');
    await entered.promise;
    handle.dispose();
    gate.resolve();
    expect((await underWay).status).toBe(200);
    expect((await app.get('/')).status).toBe(429);
    expect(recorder.page()).toEqual({});
    resilience.watch(limiter, { name: 'api' });
    expect((await app.get('/')).status).toBe(429);
    expect(recorder.value('rate_limit_requests_total', { limiter: 'api', decision: 'limited' })).toBe(1);
  });

  it('counts exactly what happened in 10,000 random requests, many at a time', async () => {
    const { recorder, resilience, decisions } = watching();
    const store = remoteStore();
    const limiter = make({
      ...quiet,
      windowMs: 60_000,
      limit: (request) => (request as unknown as FakeRequest).limit,
      keyGenerator: (request) => (request as unknown as FakeRequest).key,
      skip: (request) => (request as unknown as FakeRequest).isSkipped,
      store,
      passOnStoreError: true,
    });
    resilience.watch(limiter, { name: 'api' });
    const requests = fc.sample(
      fc.record({
        key: fc.nat(400).map(String),
        limit: fc.constantFrom(5, 30, 60),
        isSkipped: fc.nat(9).map((at) => at === 0),
        fails: fc.nat(19).map((at) => at === 0),
      }),
      { numRuns: 10_000, seed: 3 },
    );
    const model = { allowed: 0, limited: 0, skipped: 0, fail_open: 0 };
    for (let from = 0; from < requests.length; from += 50) {
      const batch = requests.slice(from, from + 50);
      store.failure = batch[0]!.fails ? new Error('gone') : undefined;
      const before = new Map(store.hits);
      for (const { key, limit, isSkipped } of batch) {
        if (isSkipped) model.skipped++;
        else if (store.failure) model.fail_open++;
        else {
          const used = (before.get(key) ?? 0) + 1;
          before.set(key, used);
          if (used > limit) model.limited++;
          else model.allowed++;
        }
      }
      await Promise.all(batch.map((request) => run(limiter, request)));
    }
    await new Promise(setImmediate);
    expect(model.limited).toBeGreaterThan(100);
    expect(decisions('api')).toEqual(model);
    expect(recorder.value('http_requests_limited_total', { limiter: 'api' })).toBe(model.limited);
    expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(model.fail_open);
  });
});

interface FakeRequest {
  readonly key: string;
  readonly limit: number;
  readonly isSkipped: boolean;
}

/** Through the middleware alone: with what it needs of a request and of an answer. */
async function run(limiter: ReturnType<typeof rateLimit>, request: FakeRequest): Promise<void> {
  const response = { headersSent: true, writableEnded: false, status: () => response, send: () => response };
  await limiter({ ...request } as never, response as never, () => {});
}

describe('expressRateLimit', () => {
  it.each([
    ['nothing', undefined],
    ['what makes middlewares', rateLimit],
    ['the options', { windowMs: 1, limit: 1 }],
    ['another middleware', express.json()],
    ['a store', new MemoryStore()],
  ])('does not take %s for a limiter', (_, thing) => {
    expect(expressRateLimit.recognises(thing)).toBe(false);
  });

  it('says how to make a middleware that it cannot look into', () => {
    const lookalike = Object.assign(() => {}, { resetKey() {}, getKey() {} });
    expect(() => watching().resilience.watch(lookalike, { name: 'api' })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_WATCH_UNKNOWN',
        fix: expect.stringContaining('watchableRateLimit'),
      }),
    );
  });

  it('says so as well where Node.js may not use its inspector, and watches what was made to be watched', () => {
    const program = fileURLToPath(new URL('../../test/programs/without-inspector.ts', import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--permission', '--allow-fs-read=*', '--conditions=@sightline/source', program],
      { encoding: 'utf8' },
    );
    expect(stdout.trim() || stderr).toBe('SIGHTLINE_WATCH_UNKNOWN, then allowed 1');
  });
});

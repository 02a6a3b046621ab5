/* oxlint-disable no-await-in-loop -- one request after the other is what is counted */
import KeyvRedis from '@keyv/redis';
import { rateLimit } from 'express-rate-limit';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { RedisStore, type RedisReply } from 'rate-limit-redis';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../src/limiters/limited-app.fixture.ts';
import { createRecorder, type Recorder } from '../src/recorder.fixture.ts';
import { createResilience, type Resilience } from '../src/resilience.ts';
import { findRedis, startRedis } from '../../../test/servers/redis.ts';
import type { RunningServer } from '../../../test/servers/database-server.ts';

const found = await findRedis();
if ('missing' in found) process.stdout.write(`skipped: ${found.missing}\n`);

/** Not `once` of `node:events`, which an error on the way rejects. */
function next(client: Redis, event: 'ready' | 'close' | 'error'): Promise<void> {
  return new Promise((resolve) => void client.once(event, () => resolve()));
}

describe.skipIf('missing' in found)('watch, with a real Redis', () => {
  let server: RunningServer;
  const clients: Redis[] = [];
  let recorder: Recorder;
  let resilience: Resilience;

  beforeAll(async () => {
    if ('missing' in found) return;
    server = await startRedis(found);
  }, 60_000);
  afterEach(async () => {
    thaw();
    for (const client of clients.splice(0)) client.disconnect();
    const flusher = new Redis({ port: server.port });
    await flusher.flushall();
    flusher.disconnect();
  });
  afterAll(async () => server?.dispose());

  function begin(): void {
    recorder = createRecorder();
    resilience = createResilience({}, recorder.parts);
  }

  /** A client that gives up on an answer after a moment, and never on the connection. */
  function connect(options: { commandTimeout?: number; enableOfflineQueue?: boolean } = {}): Redis {
    const client = new Redis({
      port: server.port,
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
      ...options,
    });
    client.on('error', () => {});
    clients.push(client);
    return client;
  }

  const freeze = (): boolean => process.kill(server.pid()!, 'SIGSTOP');
  function thaw(): void {
    const pid = server.pid();
    if (pid !== undefined) process.kill(pid, 'SIGCONT');
  }

  const messages = () => recorder.lines.map(({ message }) => message);
  const decided = (decision: string) =>
    recorder.value('rate_limit_requests_total', { limiter: 'api', decision });

  function redisStore(client: Redis, prefix: string): RedisStore {
    return new RedisStore({
      prefix,
      sendCommand: (command: string, ...args: string[]) =>
        client.call(command, ...args) as Promise<RedisReply>,
    });
  }

  it('counts two windows of express-rate-limit that are shared by two instances', async () => {
    begin();
    const client = connect();
    const common = {
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      validate: false,
      passOnStoreError: true,
    } as const;
    const make = () =>
      [
        rateLimit({ ...common, windowMs: 60_000, limit: 60, store: redisStore(client, 'minute:') }),
        rateLimit({ ...common, windowMs: 3_600_000, limit: 1000, store: redisStore(client, 'hour:') }),
      ] as const;
    const [minute, hour] = make();
    await using app = await startApp((router) => router.use(minute, hour));
    await using other = await startApp((router) => router.use(...make()));
    resilience.watch(minute, { name: 'api' });
    resilience.watch(hour, { name: 'api-hour' });
    const answers = [];
    for (let at = 0; at < 35; at++) answers.push(await app.get('/'), await other.get('/'));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^(?:60|5\d)$/);
    expect(answers[0]?.headers.get('ratelimit')).toBe(
      '"60-in-1min"; r=59; t=60, "1000-in-1hr"; r=999; t=3600',
    );
    expect([decided('allowed'), decided('limited')]).toEqual([30, 5]);
    expect(recorder.value('rate_limit_requests_total', { limiter: 'api-hour', decision: 'allowed' })).toBe(
      30,
    );
    expect(JSON.stringify(recorder.page())).not.toContain('127.0.0.1');
  });

  it('lets requests through while Redis is half closed, says so, and limits again after it', async () => {
    begin();
    const client = connect({ commandTimeout: 100 });
    await next(client, 'ready');
    const limiter = rateLimit({
      windowMs: 60_000,
      limit: 5,
      legacyHeaders: false,
      validate: false,
      passOnStoreError: true,
      logger: { warn() {}, error() {} },
      store: redisStore(client, 'half:'),
    });
    await using app = await startApp((router) => router.use(limiter));
    resilience.watch(limiter, { name: 'api' });
    expect((await app.get('/')).status).toBe(200);
    freeze();
    const answers = await Promise.all([app.get('/'), app.get('/'), app.get('/')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(decided('fail_open')).toBe(3);
    expect(messages()).toEqual([
      expect.stringMatching(/^rate limiter api: enforcing to fail_open, Error: .*timed? ?out/i),
    ]);
    thaw();
    const allowedBefore = decided('allowed')!;
    while (messages().length < 2) await app.get('/');
    expect(messages()[1]).toBe('rate limiter api: fail_open to enforcing, the store answers again');
    expect(decided('allowed')! + decided('limited')!).toBeGreaterThan(allowedBefore);
    expect(recorder.health.get('rate_limiter:api')?.check()).toEqual({ status: 'up' });
  });

  it('says that the store hangs where the client waits for ever', async () => {
    begin();
    const client = connect();
    await next(client, 'ready');
    let nowMs = 0;
    recorder = createRecorder({ nowMs: () => nowMs });
    resilience = createResilience({}, recorder.parts);
    const limiter = new RateLimiterRedis({ storeClient: client, points: 5, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    await limiter.consume('a');
    freeze();
    const waiting = limiter.consume('a');
    nowMs = 15_000;
    recorder.collect();
    expect(messages()).toEqual([
      'rate limiter api: enforcing to store_hangs, 1 requests wait, and no answer came for 15000 ms',
    ]);
    thaw();
    await waiting;
    expect(messages()[1]).toBe('rate limiter api: store_hangs to enforcing, the store answers again');
    expect(decided('allowed')).toBe(2);
  });

  it('counts a limiter on a client of the package redis, and a block with the time that it lasts', async () => {
    begin();
    const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
    await client.connect();
    const limiter = new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      points: 2,
      duration: 60,
      blockDuration: 600,
    });
    resilience.watch(limiter, { name: 'api' });
    for (let at = 0; at < 3; at++) await limiter.consume('a').catch(() => {});
    expect([decided('allowed'), decided('limited')]).toEqual([2, 1]);
    expect(recorder.observations('rate_limit_block_duration_seconds', { limiter: 'api' })).toEqual([600]);
    client.destroy();
  });

  it('goes on with the insurance limiter while Redis is away, and says so', async () => {
    begin();
    const client = connect({ enableOfflineQueue: false });
    await next(client, 'ready');
    const limiter = new RateLimiterRedis({
      storeClient: client,
      points: 100,
      duration: 60,
      insuranceLimiter: new RateLimiterMemory({ points: 1, duration: 60 }),
    });
    resilience.watch(limiter, { name: 'api' });
    resilience.watch(client, { name: 'limits' });
    await limiter.consume('a');
    const closed = next(client, 'close');
    await server.stop();
    await closed;
    await limiter.consume('a');
    await expect(limiter.consume('a')).rejects.toMatchObject({ remainingPoints: 0 });
    const state = (name: string) => recorder.value('connection_state', { connection: 'limits', state: name });
    expect([decided('allowed'), decided('limited')]).toEqual([2, 1]);
    expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(2);
    expect(messages()).toContainEqual(
      expect.stringMatching(/^rate limiter api: enforcing to insured, Error: /),
    );
    expect(state('ready')).toBe(0);
    await next(client, 'error');
    const ready = next(client, 'ready');
    await server.start();
    await ready;
    await new Promise(setImmediate);
    expect(state('ready')).toBe(1);
    expect(
      recorder.value('connection_transitions_total', {
        connection: 'limits',
        from: 'ready',
        to: 'reconnecting',
      }),
    ).toBe(1);
    expect(recorder.value('connection_errors_total', { connection: 'limits' })).toBeGreaterThan(0);
  });

  it('counts a Keyv that keeps its entries in Redis, and says when Redis goes away', async () => {
    begin();
    const store = new KeyvRedis(`redis://127.0.0.1:${server.port}`);
    const cache = new Keyv({ store });
    cache.on('error', () => {});
    resilience.watch(cache, { name: 'sessions' });
    const requests = (result: string) =>
      recorder.value('cache_requests_total', { cache: 'sessions', result });
    await cache.set('a', { is: 1 });
    expect(await cache.get('a')).toEqual({ is: 1 });
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.delete('a')).toBe(true);
    expect([requests('hit'), requests('miss'), requests('error')]).toEqual([1, 1, 0]);
    expect(recorder.value('cache_sets_total', { cache: 'sessions' })).toBe(1);
    expect(recorder.value('cache_evictions_total', { cache: 'sessions', reason: 'deleted' })).toBe(1);
    await server.stop();
    await expect
      .poll(messages)
      .toContainEqual(expect.stringMatching(/^cache sessions: working to store_fails, /));
    await cache.disconnect().catch(() => {});
    await server.start();
  });

  it('shows commands that wait for an answer and those that wait to be sent', async () => {
    begin();
    const client = connect();
    await next(client, 'ready');
    resilience.watch(client, { name: 'redis' });
    const queued = (state: string) =>
      recorder.value('connection_queued_commands', { connection: 'redis', state });
    freeze();
    const answers = [client.get('a'), client.get('b')];
    recorder.collect();
    expect([queued('sent'), queued('waiting')]).toEqual([2, 0]);
    thaw();
    await Promise.all(answers);
    recorder.collect();
    expect(queued('sent')).toBe(0);
  });
});

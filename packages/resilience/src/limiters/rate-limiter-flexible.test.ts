/* oxlint-disable no-await-in-loop -- one request after the other is what is counted */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import {
  BurstyRateLimiter,
  type IRateLimiterOptions,
  RateLimiterMemory,
  type RateLimiterRes,
  RateLimiterUnion,
  RLWrapperBlackAndWhite,
} from 'rate-limiter-flexible';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { rateLimiterFlexible, rateLimiterFlexibleWatcher } from './rate-limiter-flexible.ts';

const require = createRequire(import.meta.url);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watching(options: Parameters<typeof createResilience>[0] = {}) {
  const recorder = createRecorder({ nowMs: () => Date.now() });
  const resilience = createResilience(options, recorder.parts);
  const decisions = (limiter: string) =>
    Object.fromEntries(
      ['allowed', 'limited', 'skipped', 'fail_open', 'fail_closed']
        .map(
          (decision) =>
            [decision, recorder.value('rate_limit_requests_total', { limiter, decision })] as const,
        )
        .filter(([, value]) => value !== 0),
    );
  const rules = (limiter: string) =>
    Object.fromEntries(
      Object.entries(recorder.page())
        .filter(([series]) => series.startsWith(`rate_limit_rule_requests_total{limiter="${limiter}"`))
        .map(([series, value]) => [/rule="(.*)",decision="(.*)"/.exec(series)!.slice(1).join(' '), value]),
    );
  return { recorder, resilience, decisions, rules };
}

/** Settles it, whichever way. */
async function outcome(promise: Promise<unknown>): Promise<'resolved' | 'rejected'> {
  return promise.then(
    () => 'resolved',
    () => 'rejected',
  );
}

interface StoreOptions extends IRateLimiterOptions {
  readonly insuranceLimiter?: RateLimiterMemory;
  readonly inMemoryBlockOnConsumed?: number;
  readonly inMemoryBlockDuration?: number;
}

/** A limiter with a store that fails when it is told to; the classes with a store are not in the index for that. */
function storeLimiter(options: StoreOptions) {
  const Base = require('rate-limiter-flexible/lib/RateLimiterStoreAbstract.js') as new (
    options: object,
  ) => object;
  const Res = require('rate-limiter-flexible/lib/RateLimiterRes.js') as new (
    ...args: unknown[]
  ) => RateLimiterRes;
  const store = {
    failure: undefined as Error | undefined,
    failsToBlock: false,
    counts: new Map<string, number>(),
  };
  class TestStore extends Base {
    async _upsert(key: string, points: number, _ms: number, isForced: boolean): Promise<number> {
      if (store.failure && (isForced || !store.failsToBlock)) throw store.failure;
      const now = isForced ? points : (store.counts.get(key) ?? 0) + points;
      store.counts.set(key, now);
      return now;
    }
    _getRateLimiterRes(_key: string, _changed: number, consumed: number): RateLimiterRes {
      return new Res(Math.max((options.points ?? 0) - consumed, 0), 1000, consumed, false);
    }
  }
  return { limiter: new TestStore(options) as unknown as RateLimiterMemory, store };
}

describe('rateLimiterFlexible', () => {
  it('counts what is allowed and what is limited, with what remains and how long it lasts', async () => {
    const { recorder, resilience, decisions, rules } = watching();
    const limiter = new RateLimiterMemory({ points: 2, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    await limiter.consume('a');
    vi.advanceTimersByTime(10_000);
    await limiter.consume('a');
    const refusal = await limiter.consume('a').catch((reason: unknown) => reason);
    expect(refusal).toMatchObject({ remainingPoints: 0, msBeforeNext: 50_000 });
    expect(refusal).not.toBeInstanceOf(Error);
    expect(decisions('api')).toEqual({ allowed: 2, limited: 1 });
    expect(rules('api')).toEqual({ '2-in-1min allowed': 2, '2-in-1min limited': 1 });
    expect(recorder.observations('rate_limit_remaining_share', { limiter: 'api' })).toEqual([0.5, 0, 0]);
    expect(recorder.observations('rate_limit_block_duration_seconds', { limiter: 'api' })).toEqual([50]);
  });

  it('leaves a rejection that nobody handles unhandled', async () => {
    vi.useRealTimers();
    const limiter = new RateLimiterMemory({ points: 0, duration: 60 });
    watching().resilience.watch(limiter, { name: 'api' });
    const unhandled = new Promise((resolve) => {
      const others = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection');
      process.once('unhandledRejection', (reason) => {
        for (const each of others) process.on('unhandledRejection', each);
        resolve(reason);
      });
    });
    void limiter.consume('a');
    await expect(unhandled).resolves.toMatchObject({ remainingPoints: 0 });
  });

  it('keeps keys out of everything but the status, where they are hashed', async () => {
    const { recorder, resilience } = watching();
    const limiter = new RateLimiterMemory({ points: 1, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    for (let at = 0; at < 4; at++) await outcome(limiter.consume('203.0.113.7'));
    const [status] = resilience.status().watched;
    expect(status).toMatchObject({
      kind: 'rate_limiter',
      rules: ['1-in-1min'],
      store: 'none',
      decisions: { allowed: 1, limited: 3 },
      offenders: [{ key: expect.stringMatching(/^[0-9a-f]{12}$/), limited: 3, overcountedAtMost: 0 }],
    });
    expect(JSON.stringify([resilience.status(), recorder.page(), recorder.lines])).not.toContain(
      '203.0.113.7',
    );
  });

  it('counts changes that the code makes', async () => {
    const { recorder, resilience } = watching();
    const limiter = new RateLimiterMemory({ points: 5, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    await limiter.penalty('a');
    await limiter.reward('a');
    await limiter.reward('a');
    await limiter.block('a', 10);
    await limiter.set('a', 1, 10);
    await limiter.delete('a');
    const changes = ['penalty', 'reward', 'block', 'set', 'delete'].map((operation) =>
      recorder.value('rate_limit_changes_total', { limiter: 'api', operation }),
    );
    expect(changes).toEqual([1, 2, 1, 1, 1]);
  });

  it('counts a request of a union once, and each of its rules by what it said', async () => {
    const { resilience, decisions, rules } = watching();
    const union = new RateLimiterUnion(
      new RateLimiterMemory({ keyPrefix: 'minute', points: 2, duration: 60 }),
      new RateLimiterMemory({ keyPrefix: 'hour', points: 3, duration: 3600 }),
    );
    resilience.watch(union, { name: 'api' });
    const ways = [];
    for (let at = 0; at < 3; at++) ways.push(await outcome(union.consume('a')));
    vi.advanceTimersByTime(61_000);
    ways.push(await outcome(union.consume('a')));
    expect(ways).toEqual(['resolved', 'resolved', 'rejected', 'rejected']);
    expect(decisions('api')).toEqual({ allowed: 2, limited: 2 });
    expect(rules('api')).toEqual({
      '2-in-1min allowed': 3,
      '2-in-1min limited': 1,
      '3-in-1h allowed': 3,
      '3-in-1h limited': 1,
    });
  });

  it('tells when limiters of a union cannot be told apart', () => {
    const { recorder, resilience } = watching();
    const rule = { points: 1, duration: 1 };
    resilience.watch(new RateLimiterUnion(new RateLimiterMemory(rule), new RateLimiterMemory(rule)), {
      name: 'api',
    });
    expect(recorder.problems).toMatchObject([{ code: 'SIGHTLINE_WATCH' }]);
  });

  it('counts by which of its two limits a bursty limiter let a request through', async () => {
    const { resilience, decisions, rules } = watching();
    const bursty = new BurstyRateLimiter(
      new RateLimiterMemory({ points: 1, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: 2, duration: 10 }),
    );
    resilience.watch(bursty, { name: 'api' });
    for (let at = 0; at < 4; at++) await outcome(bursty.consume('a'));
    expect(decisions('api')).toEqual({ allowed: 3, limited: 1 });
    expect(rules('api')).toEqual({
      '1-in-1s allowed': 1,
      '1-in-1s limited': 3,
      '2-in-10s allowed': 2,
      '2-in-10s limited': 1,
    });
  });

  it('counts keys on a white list as skipped, and those on a black list as limited with no end', async () => {
    const { recorder, resilience, decisions } = watching();
    const limiter = new RLWrapperBlackAndWhite({
      limiter: new RateLimiterMemory({ points: 1, duration: 60 }),
      whiteList: ['friend'],
      blackList: ['foe'],
    });
    resilience.watch(limiter, { name: 'api' });
    await limiter.consume('friend');
    await outcome(limiter.consume('foe'));
    await limiter.consume('stranger');
    expect(decisions('api')).toEqual({ allowed: 1, limited: 1, skipped: 1 });
    expect(recorder.observations('rate_limit_block_duration_seconds', { limiter: 'api' })).toEqual([]);
  });

  it('says of a failing store what becomes of requests, once, and when it works again', async () => {
    const { recorder, resilience, decisions } = watching();
    const { limiter, store } = storeLimiter({ points: 9, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    await limiter.consume('a');
    store.failure = new Error('connect ECONNREFUSED');
    for (let at = 0; at < 3; at++) await expect(limiter.consume('a')).rejects.toBe(store.failure);
    expect(recorder.health.get('rate_limiter:api')?.check()).toMatchObject({ status: 'degraded' });
    store.failure = undefined;
    await limiter.consume('a');
    expect(recorder.lines).toHaveLength(1);
    vi.advanceTimersByTime(1000);
    await limiter.consume('a');
    expect(decisions('api')).toEqual({ allowed: 3, fail_closed: 3 });
    expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(3);
    expect(recorder.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'rate limiter api: enforcing to fail_closed, Error: connect ECONNREFUSED'],
      ['info', 'rate limiter api: fail_closed to enforcing, the store answers again'],
    ]);
    expect(recorder.health.get('rate_limiter:api')?.check()).toEqual({ status: 'up' });
  });

  it('is down in health while its store fails, and degraded once it has not for 10 s', async () => {
    const { recorder, resilience } = watching();
    const { limiter, store } = storeLimiter({ points: 9, duration: 60 });
    resilience.watch(limiter, { name: 'api', health: 'down' });
    const status = () => recorder.health.get('rate_limiter:api')?.check().status;
    store.failure = new Error('gone');
    await outcome(limiter.consume('a'));
    vi.advanceTimersByTime(9999);
    expect(status()).toBe('down');
    vi.advanceTimersByTime(1);
    expect(status()).toBe('degraded');
  });

  it('counts as fail_open where the code says that it lets requests through', async () => {
    const { resilience, decisions } = watching({
      watchers: [rateLimiterFlexibleWatcher({ onStoreError: 'fail_open' })] as never,
    });
    const { limiter, store } = storeLimiter({ points: 9, duration: 60 });
    resilience.watch(limiter, { name: 'api' });
    store.failure = new Error('gone');
    await outcome(limiter.consume('a'));
    expect(decisions('api')).toEqual({ fail_open: 1 });
  });

  it('sees a failure of the store that an insurance limiter covers', async () => {
    const { recorder, resilience, decisions } = watching();
    const insuranceLimiter = new RateLimiterMemory({ points: 2, duration: 60 });
    const { limiter, store } = storeLimiter({ points: 9, duration: 60, insuranceLimiter });
    resilience.watch(limiter, { name: 'api' });
    store.failure = new Error('gone');
    for (let at = 0; at < 3; at++) await outcome(limiter.consume('a'));
    expect(decisions('api')).toEqual({ allowed: 2, limited: 1 });
    expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(3);
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter api: enforcing to insured, Error: gone',
    ]);
  });

  it('counts a failure once when a block within a request fails', async () => {
    const { recorder, resilience, decisions } = watching();
    const { limiter, store } = storeLimiter({ points: 1, duration: 60, blockDuration: 60 });
    resilience.watch(limiter, { name: 'api' });
    await limiter.consume('a');
    Object.assign(store, { failure: new Error('gone'), failsToBlock: true });
    await expect(limiter.consume('a')).rejects.toBe(store.failure);
    expect(decisions('api')).toEqual({ allowed: 1, fail_closed: 1 });
    expect(recorder.value('rate_limit_store_errors_total', { limiter: 'api' })).toBe(1);
  });

  it('says that the store hangs when requests wait and nothing is answered', async () => {
    const { recorder, resilience } = watching();
    const { limiter } = storeLimiter({ points: 9, duration: 60 });
    const answer = Promise.withResolvers<number>();
    Object.assign(limiter, { _upsert: () => answer.promise });
    resilience.watch(limiter, { name: 'api' });
    const [one, other] = [limiter.consume('a'), limiter.consume('b')];
    recorder.collect();
    expect(recorder.lines).toEqual([]);
    vi.advanceTimersByTime(5000);
    recorder.collect();
    recorder.collect();
    answer.resolve(1);
    await Promise.all([one, other]);
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter api: enforcing to store_hangs, 2 requests wait, and no answer came for 5000 ms',
      'rate limiter api: store_hangs to enforcing, the store answers again',
    ]);
  });

  it('does not take what is refused without the store for an answer of it', async () => {
    const { recorder, resilience, decisions } = watching();
    const { limiter, store } = storeLimiter({
      points: 1,
      duration: 60,
      inMemoryBlockOnConsumed: 2,
      inMemoryBlockDuration: 60,
    });
    const listed = new RLWrapperBlackAndWhite({ limiter, blackList: ['b'], whiteList: ['w'] });
    resilience.watch(limiter, { name: 'api' });
    resilience.watch(listed, { name: 'listed' });
    for (let at = 0; at < 2; at++) await outcome(limiter.consume('a'));
    store.failure = new Error('gone');
    await outcome(listed.consume('c'));
    vi.advanceTimersByTime(2000);
    for (const key of ['a', 'b', 'w']) await outcome(listed.consume(key));
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter listed: enforcing to fail_closed, Error: gone',
      'rate limiter api: enforcing to fail_closed, Error: gone',
    ]);
    expect(decisions('listed')).toEqual({ fail_closed: 1, limited: 2, skipped: 1 });
  });

  it('takes what the second limit of a bursty one refuses for an answer of its store, whatever the first knows by itself', async () => {
    const { recorder, resilience, decisions } = watching();
    const inMemory = { inMemoryBlockOnConsumed: 1, inMemoryBlockDuration: 60 };
    const { limiter } = storeLimiter({ points: 1, duration: 60, ...inMemory });
    const { limiter: burst, store } = storeLimiter({ points: 1, duration: 60, keyPrefix: 'burst' });
    const bursty = new BurstyRateLimiter(limiter, burst);
    resilience.watch(bursty, { name: 'api' });
    for (let at = 0; at < 2; at++) await bursty.consume('a');
    store.failure = new Error('gone');
    await outcome(bursty.consume('a'));
    store.failure = undefined;
    vi.advanceTimersByTime(2000);
    await outcome(bursty.consume('a'));
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter api: enforcing to fail_closed, Error: gone',
      'rate limiter api: fail_closed to enforcing, the store answers again',
    ]);
    expect(decisions('api')).toEqual({ allowed: 2, fail_closed: 1, limited: 1 });
    const rule = { limiter: 'api', rule: '1-in-1min' };
    expect([
      recorder.value('rate_limit_rule_requests_total', { ...rule, decision: 'allowed' }),
      recorder.value('rate_limit_rule_requests_total', { ...rule, decision: 'limited' }),
    ]).toEqual([1, 2]);
  });

  it('does not take what the second limit of a bursty one refuses in memory for an answer of the store of the first', async () => {
    const { recorder, resilience, decisions } = watching();
    const inMemory = { inMemoryBlockOnConsumed: 1, inMemoryBlockDuration: 60 };
    const { limiter, store } = storeLimiter({ points: 1, duration: 60, ...inMemory });
    const burst = new RateLimiterMemory({ points: 1, duration: 60, keyPrefix: 'burst' });
    const bursty = new BurstyRateLimiter(limiter, burst);
    resilience.watch(bursty, { name: 'api' });
    for (let at = 0; at < 2; at++) await bursty.consume('a');
    store.failure = new Error('gone');
    await outcome(bursty.consume('b'));
    vi.advanceTimersByTime(2000);
    await outcome(bursty.consume('a'));
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter api: enforcing to fail_closed, Error: gone',
    ]);
    expect(decisions('api')).toEqual({ allowed: 2, fail_closed: 1, limited: 1 });
  });

  it('sees that the store hangs while it refuses others without it', async () => {
    const { recorder, resilience } = watching();
    const { limiter } = storeLimiter({
      points: 1,
      duration: 60,
      inMemoryBlockOnConsumed: 2,
      inMemoryBlockDuration: 60,
    });
    resilience.watch(limiter, { name: 'api' });
    for (let at = 0; at < 2; at++) await outcome(limiter.consume('a'));
    Object.assign(limiter, { _upsert: () => new Promise(() => {}) });
    void limiter.consume('b');
    vi.advanceTimersByTime(999);
    await outcome(limiter.consume('a'));
    vi.advanceTimersByTime(1);
    recorder.collect();
    await outcome(limiter.consume('a'));
    expect(recorder.lines.map(({ message }) => message)).toEqual([
      'rate limiter api: enforcing to store_hangs, 1 requests wait, and no answer came for 1000 ms',
    ]);
  });

  it('takes every hook off, and counts no more', async () => {
    const { recorder, resilience } = watching();
    const { limiter } = storeLimiter({ points: 9, duration: 60 });
    const before = Reflect.ownKeys(limiter);
    const handle = resilience.watch(limiter, { name: 'api' });
    const inFlight = limiter.consume('a');
    const kept = limiter.consume;
    handle.dispose();
    await inFlight;
    await kept.call(limiter, 'a');
    expect(Reflect.ownKeys(limiter)).toEqual(before);
    expect(recorder.page()).toEqual({});
  });

  it.each([
    ['nothing', undefined],
    ['the options', { points: 1, duration: 1 }],
    ['the class', RateLimiterMemory],
    ['a result', { remainingPoints: 1, msBeforeNext: 1, consumedPoints: 1 }],
    ['a consumer of a queue', { consume() {} }],
  ])('does not take %s for a limiter', (_, thing) => {
    expect(rateLimiterFlexible.recognises(thing)).toBe(false);
  });

  it('counts exactly what happened in 10,000 random operations', async () => {
    const { recorder, resilience, decisions } = watching();
    const random = fc.sample(
      fc.record({
        key: fc.nat(40),
        points: fc.integer({ min: 1, max: 3 }),
        stepMs: fc.nat(400),
        change: fc.nat(30),
      }),
      { numRuns: 10_000, seed: 7 },
    );
    const limiter = new RateLimiterMemory({ points: 5, duration: 10 });
    resilience.watch(limiter, { name: 'api' });
    const model = { allowed: 0, limited: 0, penalty: 0, reward: 0 };
    for (const { key, points, stepMs, change } of random) {
      vi.advanceTimersByTime(stepMs);
      if (change === 0) {
        await limiter.penalty(`${key}`);
        model.penalty++;
      } else if (change === 1) {
        await limiter.reward(`${key}`);
        model.reward++;
      } else if ((await outcome(limiter.consume(`${key}`, points))) === 'resolved') model.allowed++;
      else model.limited++;
    }
    expect(model.limited).toBeGreaterThan(500);
    expect(decisions('api')).toEqual({ allowed: model.allowed, limited: model.limited });
    expect(recorder.value('rate_limit_changes_total', { limiter: 'api', operation: 'penalty' })).toBe(
      model.penalty,
    );
    expect(recorder.value('rate_limit_changes_total', { limiter: 'api', operation: 'reward' })).toBe(
      model.reward,
    );
    expect(recorder.value('rate_limit_remaining_share', { limiter: 'api' })).toBe(
      model.allowed + model.limited,
    );
    expect(recorder.value('rate_limit_block_duration_seconds', { limiter: 'api' })).toBe(model.limited);
  });

  it('counts each rule of a union exactly as its limiters decide by themselves, in 10,000 random requests', async () => {
    const { resilience, decisions, rules } = watching();
    const options = [
      { keyPrefix: 'minute', points: 4, duration: 60 },
      { keyPrefix: 'hour', points: 30, duration: 3600 },
    ];
    const union = new RateLimiterUnion(...options.map((each) => new RateLimiterMemory(each)));
    resilience.watch(union, { name: 'api' });
    const alone = options.map((each) => new RateLimiterMemory(each));
    const model = { allowed: 0, limited: 0 };
    const perRule = options.map(() => ({ resolved: 0, rejected: 0 }));
    const random = fc.sample(fc.record({ key: fc.nat(30).map(String), stepMs: fc.nat(2000) }), {
      numRuns: 10_000,
      seed: 11,
    });
    for (const { key, stepMs } of random) {
      vi.advanceTimersByTime(stepMs);
      const ways = await Promise.all(alone.map((each) => outcome(each.consume(key))));
      ways.forEach((way, at) => void perRule[at]![way]++);
      model[ways.includes('rejected') ? 'limited' : 'allowed']++;
      await outcome(union.consume(key));
    }
    expect(model.limited).toBeGreaterThan(500);
    expect(decisions('api')).toEqual(model);
    expect(rules('api')).toEqual({
      '4-in-1min allowed': perRule[0]?.resolved,
      '4-in-1min limited': perRule[0]?.rejected,
      '30-in-1h allowed': perRule[1]?.resolved,
      '30-in-1h limited': perRule[1]?.rejected,
    });
  });
});

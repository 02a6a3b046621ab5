import { describe, expect, it } from 'vitest';
import { createRecorder } from '../recorder.fixture.ts';
import { createResilience } from '../resilience.ts';
import { createLimitedRoutes } from './limited-routes.ts';
import type { LimiterConfig } from './express-config.ts';
import { watchableRateLimit } from './watchable-rate-limit.ts';
import { createOffenders } from './offenders.ts';

const decisions = ['allowed', 'limited', 'skipped', 'fail_open', 'fail_closed'];

function watching(limiter: object) {
  const recorder = createRecorder();
  const resilience = createResilience({}, recorder.parts);
  const handle = resilience.watch(limiter, { name: 'l' });
  return {
    recorder,
    handle,
    decided: () =>
      Object.fromEntries(
        decisions
          .map(
            (decision) =>
              [decision, recorder.value('rate_limit_requests_total', { limiter: 'l', decision })] as const,
          )
          .filter(([, count]) => count !== 0),
      ),
  };
}

const res = (remainingPoints: number, consumedPoints: number) => ({
  remainingPoints,
  consumedPoints,
  msBeforeNext: 1000,
});

/** A limiter of a version that nobody knows, which answers as the test says. */
function oddLimiter(more: object, answer: () => unknown) {
  return { points: 2, duration: 1, penalty() {}, reward() {}, block() {}, consume: answer, ...more };
}

const union = (answer: () => unknown) =>
  oddLimiter(
    { _limiters: [oddLimiter({ keyPrefix: 'a' }, () => {}), oddLimiter({ keyPrefix: 'b' }, () => {})] },
    answer,
  );
const bursty = (answer: () => unknown) =>
  oddLimiter({ _rateLimiter: oddLimiter({}, () => {}), _burstLimiter: oddLimiter({}, () => {}) }, answer);
const noPoints = (answer: () => unknown) =>
  oddLimiter(
    { points: undefined, limiter: oddLimiter({ points: 0, duration: undefined }, () => {}) },
    answer,
  );

/** What the app gets: the value, or what was thrown. */
async function answered(limiter: { consume: () => unknown }): Promise<unknown> {
  try {
    return await limiter.consume();
  } catch (error) {
    return error;
  }
}

const boom = new Error('store');
const throwing = (): never => {
  throw boom;
};

describe('rateLimiterFlexible', () => {
  it.each([
    { title: 'throws at once', limiter: oddLimiter({}, throwing), app: boom, counted: {} },
    { title: 'answers at once', limiter: oddLimiter({}, () => 'now'), app: 'now', counted: {} },
    {
      title: 'resolves with what is no answer',
      limiter: oddLimiter({}, () => Promise.resolve('?')),
      app: '?',
      counted: {},
    },
    {
      title: 'rejects with an error that no part of it told of',
      limiter: oddLimiter({}, () => Promise.reject(boom)),
      app: boom,
      counted: { fail_closed: 1 },
    },
    {
      title: 'has no points to compare with',
      limiter: noPoints(() => Promise.resolve(res(0, 1))),
      app: res(0, 1),
      counted: { allowed: 1 },
    },
    {
      title: 'is a union that rejects with words',
      limiter: union(() => Promise.reject('words')),
      app: 'words',
      counted: {},
    },
    {
      title: 'is a union of which one part fails',
      limiter: union(() => Promise.reject({ a: boom, b: undefined })),
      app: { a: boom, b: undefined },
      counted: { fail_closed: 1 },
    },
    {
      title: 'is a union of which one part fails and the other refuses',
      limiter: union(() => Promise.reject({ a: boom, b: res(0, 3) })),
      app: { a: boom, b: res(0, 3) },
      counted: { limited: 1 },
    },
    {
      title: 'is a bursty one that fails',
      limiter: bursty(() => Promise.reject(boom)),
      app: boom,
      counted: { fail_closed: 1 },
    },
    {
      title: 'is a bursty one that resolves with what is no answer',
      limiter: bursty(() => Promise.resolve(undefined)),
      app: undefined,
      counted: {},
    },
  ])(
    'passes on what the app gets, and counts what it can, when a limiter $title',
    async ({ limiter, app, counted }) => {
      const { decided } = watching(limiter);
      expect(await answered(limiter)).toEqual(app);
      expect(decided()).toEqual(counted);
    },
  );
});

/** express-rate-limit as far as it asks its options, which it is given by `watchableRateLimit`. */
function fakeRateLimit(options: object): {
  (): void;
  resetKey(): void;
  getKey(): void;
  readonly given: LimiterConfig;
} {
  return Object.assign(() => {}, { resetKey() {}, getKey() {}, given: options as LimiterConfig });
}

describe('watchableRateLimit', () => {
  const request = {} as never;

  it.each([
    { given: {}, rule: '5-in-1min', limit: 5 },
    { given: { max: 3, windowMs: 1000 }, rule: '3-in-1s', limit: 3 },
    { given: { limit: 7, max: 3, identifier: 'mine' }, rule: 'mine', limit: 7 },
  ])('has the rule $rule, and the limit that the middleware asks for is $limit', ({ given, rule, limit }) => {
    const middleware = watchableRateLimit(fakeRateLimit, given);
    expect((middleware.given.limit as (...args: never[]) => unknown)(request, request)).toBe(limit);
    const { recorder } = watching(middleware);
    expect(Object.keys(recorder.page()).find((series) => series.includes('rate_limit_rule'))).toContain(
      `rule="${rule}"`,
    );
  });

  it('counts a skip that is decided later, and what a store says at once or throws', async () => {
    const store = { answer: (): unknown => 1, increment: (): unknown => store.answer() };
    const middleware = watchableRateLimit(fakeRateLimit, { store, skip: () => Promise.resolve(true) });
    const { decided, handle } = watching(middleware);
    expect(await middleware.given.skip(request, request)).toBe(true);
    expect(decided()).toEqual({ skipped: 1 });
    expect(store.increment()).toBe(1);
    store.answer = throwing;
    expect(() => store.increment()).toThrow('store');
    expect(decided()).toEqual({ skipped: 1, fail_closed: 1 });
    handle.dispose();
    expect(() => store.increment()).toThrow('store');
    expect(decided()).toEqual({});
  });
});

describe('createLimitedRoutes', () => {
  it('counts routes apart up to two hundred, and what is no template or too long without one', () => {
    const counts = new Map<string | undefined, number>();
    const counter = (_metric: unknown, route?: string) => ({
      add: () => void counts.set(route, (counts.get(route) ?? 0) + 1),
    });
    const onLimited = createLimitedRoutes({ counter, routeOf: () => undefined } as never);
    for (let at = 0; at < 250; at++) onLimited({ route: { path: `/r${at}` } });
    onLimited({ route: { path: /x/ } });
    onLimited({ route: { path: `/${'x'.repeat(300)}` } });
    onLimited({ route: { path: '/a' }, baseUrl: '/mounted' });
    onLimited({});
    expect(counts.size).toBe(201);
    expect(counts.get(undefined)).toBe(54);
  });
});

describe('createOffenders', () => {
  it('takes keys for one that begin with the same 256 characters', () => {
    const offenders = createOffenders();
    offenders.add(`${'x'.repeat(256)}a`);
    offenders.add(`${'x'.repeat(256)}b`);
    expect(offenders.top(5)).toMatchObject([{ limited: 2 }]);
  });
});

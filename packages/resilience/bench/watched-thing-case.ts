import { createResilience } from '@sightline/resilience';
import { rateLimit } from 'express-rate-limit';
import { createPool } from 'generic-pool';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { cellSink } from './cell-sink.ts';

/*
 * One case in a process of its own: `watched-thing-case.ts <subject> <nobody|ours> <calls>` prints the CPU time of a call
 * [µs].
 */

interface Subject {
  readonly thing: unknown;
  call(at: number): unknown;
  /** So many times as many calls, where one is too short for the clock. */
  readonly factor?: number;
}

const keys = Array.from({ length: 1000 }, (_, at) => `key-${at}`);
const keyOf = (at: number): string => keys[at % keys.length] ?? '';

function lru(): LRUCache<string, number> {
  const cache = new LRUCache<string, number>({ max: 500, fetchMethod: async () => 1 });
  for (const key of keys.slice(0, 500)) cache.set(key, 1);
  return cache;
}

function limiter(points: number): Subject {
  const thing = new RateLimiterMemory({ points, duration: 3600 });
  return { thing, call: (at) => thing.consume(keyOf(at)).catch(() => {}) };
}

function middleware(limit: number): Subject {
  const thing = rateLimit({
    limit,
    windowMs: 3_600_000,
    validate: false,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => (request as unknown as { key: string }).key,
    handler() {},
  });
  const response = { headersSent: false, append() {}, setHeader() {} };
  return { thing, call: (at) => thing({ key: keyOf(at) } as never, response as never, () => {}) };
}

const subjects: Readonly<Record<string, () => Subject>> = {
  'rate-limiter-flexible': () => limiter(1e9),
  'rate-limiter-flexible, limited': () => limiter(0),
  'express-rate-limit': () => middleware(1e9),
  'express-rate-limit, limited': () => middleware(0),
  'lru-cache, hit'() {
    const thing = lru();
    return { thing, factor: 20, call: (at) => thing.get(keyOf(at % 500)) };
  },
  'lru-cache, miss'() {
    const thing = lru();
    return { thing, factor: 20, call: (at) => thing.get(keyOf(500 + (at % 500))) };
  },
  'lru-cache, set'() {
    const thing = lru();
    return { thing, factor: 20, call: (at) => thing.set(keyOf(at), at) };
  },
  'lru-cache, fetch'() {
    const thing = lru();
    return { thing, call: (at) => thing.fetch(keyOf(at)) };
  },
  keyv() {
    const thing = new Keyv({ serialization: false });
    void thing.set(keyOf(1), 1);
    return { thing, call: (at) => thing.get(keyOf(at % 2)) };
  },
  'generic-pool'() {
    const thing = createPool({ create: async () => ({}), destroy: async () => {} }, { max: 2 });
    return { thing, call: async () => thing.release(await thing.acquire()) };
  },
};

const [name = '', watchedBy = '', calls = '200000'] = process.argv.slice(2);
const subject = subjects[name]?.();
if (subject === undefined) throw new Error('watched-thing-case.ts <subject> <nobody|ours> <calls>');
if (watchedBy === 'ours')
  createResilience({}, { metrics: cellSink }).watch(subject.thing, { name: 'subject' });

const total = Number(calls) * (subject.factor ?? 1);

async function run(count: number): Promise<number> {
  const before = process.threadCpuUsage();
  for (let at = 0; at < count; at++) {
    const result = subject?.call(at);
    // oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / count;
}

await run(total / 4);
const slices = [];
// oxlint-disable-next-line no-await-in-loop -- one after the other is what is measured
for (let slice = 0; slice < 5; slice++) slices.push(await run(total / 5));
process.stdout.write(`${slices.toSorted((a, b) => a - b)[2]}`);
process.exit();

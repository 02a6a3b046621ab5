import { findRedis, startRedis } from '../../../packages/resilience/test/servers/redis.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

const redisPids = new WeakMap<World, Awaited<ReturnType<typeof startRedis>>>();

function redisFault(name: string, title: string, begin: Fault['begin'], end: Fault['end']): Fault {
  return {
    name,
    group: 'Redis of the service, 50 ms and then without it',
    title,
    on: ['sightline', 'bare'],
    async prepare(world) {
      const found = await findRedis();
      if ('missing' in found) return found.missing;
      const redis = await startRedis(found);
      redisPids.set(world, redis);
      world.cleanUps.push(() => redis.dispose());
      // Spans of commands would be made by some requests and not by others.
      const OTEL_NODE_DISABLED_INSTRUMENTATIONS = 'ioredis';
      return { env: { REDIS_URL: `redis://127.0.0.1:${redis.port}`, OTEL_NODE_DISABLED_INSTRUMENTATIONS } };
    },
    begin,
    end,
  };
}

export const redisFaults: readonly Fault[] = [
  redisFault(
    'redis-hangs',
    'stopped: takes commands, never answers',
    (world) => void process.kill(redisPids.get(world)?.pid() ?? 0, 'SIGSTOP'),
    (world) => void process.kill(redisPids.get(world)?.pid() ?? 0, 'SIGCONT'),
  ),
  redisFault(
    'redis-refused',
    'gone',
    (world) => redisPids.get(world)?.stop(),
    (world) => redisPids.get(world)?.start(),
  ),
];

import { once } from 'node:events';
import { connect } from 'node:net';
import { findRedis, startRedis } from '../../servers/redis.ts';
import { type RedisProxy, type RedisProxyFault, startRedisProxy } from '../redis-proxy.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

/** The Redis of a world, and what stands before it. */
interface Served {
  readonly redis: Awaited<ReturnType<typeof startRedis>>;
  readonly proxy: RedisProxy;
}

const served = new WeakMap<World, Served>();

function servedOf(world: World): Served {
  const found = served.get(world);
  if (found === undefined) throw new Error('the Redis of the service does not run');
  return found;
}

function redisFault(
  name: string,
  title: string,
  begin: Fault['begin'],
  end: Fault['end'],
  reachedBy: keyof Served = 'redis',
): Fault {
  return {
    name: `redis-${name}`,
    group: 'Redis of the service, 50 ms and then without it',
    title,
    on: ['sightline', 'bare'],
    async prepare(world) {
      const found = await findRedis();
      if ('missing' in found) return found.missing;
      const redis = await startRedis(found);
      const proxy = await startRedisProxy(redis.port);
      served.set(world, { redis, proxy });
      world.cleanUps.push(() => redis.dispose());
      world.cleanUps.push(() => proxy.close());
      // Spans of commands would be made by some requests and not by others.
      const OTEL_NODE_DISABLED_INSTRUMENTATIONS = 'ioredis';
      return {
        env: {
          REDIS_URL: `redis://127.0.0.1:${{ redis, proxy }[reachedBy].port}`,
          OTEL_NODE_DISABLED_INSTRUMENTATIONS,
        },
      };
    },
    begin,
    end,
  };
}

function onTheWay(fault: Exclude<RedisProxyFault, 'none'>, title: string): Fault {
  return redisFault(
    fault,
    title,
    (world) => servedOf(world).proxy.setFault(fault),
    (world) => servedOf(world).proxy.setFault('none'),
    'proxy',
  );
}

async function setMaxMemory(world: World, bytes: number): Promise<void> {
  const socket = connect(servedOf(world).redis.port, '127.0.0.1');
  socket.write(`CONFIG SET maxmemory ${bytes}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  if (!answer.toString().startsWith('+OK')) throw new Error(`CONFIG SET: ${answer.toString()}`);
}

export const redisFaults: readonly Fault[] = [
  redisFault(
    'hangs',
    'stopped: takes commands, never answers',
    (world) => void process.kill(servedOf(world).redis.pid() ?? 0, 'SIGSTOP'),
    (world) => void process.kill(servedOf(world).redis.pid() ?? 0, 'SIGCONT'),
  ),
  redisFault(
    'refused',
    'gone',
    (world) => servedOf(world).redis.stop(),
    (world) => servedOf(world).redis.start(),
  ),
  onTheWay('slow', 'answers after 200 ms'),
  onTheWay('garbage', 'answers with noise'),
  onTheWay('cut', 'resets in the middle of the answer'),
  redisFault(
    'full',
    'full: refuses to write',
    (world) => setMaxMemory(world, 1),
    (world) => setMaxMemory(world, 0),
  ),
];

/* oxlint-disable no-await-in-loop -- one run after the other is what is tested */
import { createServer } from 'node:net';
import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { createClient, createClientPool } from 'redis';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { redisCheck } from '../../src/checks/index.ts';
import { findRedis, startRedis } from '../../../../test/servers/redis.ts';
import type { RunningServer } from '../../../../test/servers/database-server.ts';
import { runCheck, until, untilUp } from '../../src/checks/run-check.fixture.ts';

const found = await findRedis();

/** For a check whose end is not its time: a busy machine may take long. */
const patient = { timeoutMs: 59_900 };

/** Clients that try to connect again every 20 ms. */
function ioredisOf(port: number, options: object = {}): Redis {
  const client = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 20, ...options });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

function nodeRedisOf(port: number) {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: () => 20 } });
  client.on('error', () => {});
  onTestFinished(() => {
    if (client.isOpen) client.destroy();
  });
  return client;
}

describe('redisCheck with a real server', () => {
  let server: RunningServer;

  beforeAll(async () => {
    if ('missing' in found) return;
    server = await startRedis(found);
  }, 60_000);

  afterAll(async () => {
    await server?.dispose();
  });

  beforeEach((ctx) => {
    if ('missing' in found) ctx.skip(found.missing);
  });

  it.each([
    {
      library: 'ioredis',
      make: async () => ioredisOf(server.port),
    },
    {
      library: 'node-redis',
      make: async () => nodeRedisOf(server.port).connect(),
    },
  ])('is up with $library, down at once while the server is stopped, and up again', async ({ make }) => {
    const client = await make();
    const check = redisCheck(client);
    await untilUp(check);

    await server.stop();
    await until(() => ('status' in client ? client.status !== 'ready' : !client.isReady));
    for (let run = 0; run < 3; run++) {
      const { status, reason } = await runCheck(check);
      expect(status).toBe('down');
      expect(reason).toMatch(/^the (?:connection is lost|client is connecting)/);
    }

    await server.start();
    await untilUp(check);
  });

  it.each([
    { library: 'ioredis', make: async () => ioredisOf(server.port) },
    { library: 'node-redis', make: async () => nodeRedisOf(server.port).connect() },
  ])(
    'is down within its time with $library while the server hangs, with one PING under way',
    async ({ make }) => {
      const client = await make();
      let pings = 0;
      const counted: typeof client = new Proxy(client, {
        get(target, key) {
          if (key === 'ping') pings += 1;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const check = redisCheck(counted, { timeoutMs: 50 });
      await untilUp(check);
      const before = pings;
      await server.hang();
      try {
        for (let run = 0; run < 4; run++) {
          expect((await runCheck(check)).reason).toMatch(
            /^no answer to PING after \d+ ms: Redis is busy or hangs/,
          );
        }
        expect(pings - before).toBe(1);
      } finally {
        server.goOn();
      }
      await untilUp(check);
    },
  );

  it('takes a pool of node-redis and a lazy client of ioredis', async () => {
    const pool = createClientPool({ socket: { host: '127.0.0.1', port: server.port } });
    pool.on('error', () => {});
    await pool.connect();
    onTestFinished(() => pool.destroy());
    expect(await runCheck(redisCheck(pool, patient))).toEqual({ status: 'up', details: undefined });
    const lazy = ioredisOf(server.port, { lazyConnect: true });
    expect((await runCheck(redisCheck(lazy, patient))).status).toBe('up');
  });

  it('tells a primary from a replica when writes matter', async () => {
    if ('missing' in found) return;
    const replica = await startRedis(found, ['--replicaof', '127.0.0.1', String(server.port)]);
    onTestFinished(() => replica.dispose());
    const nodeRedis = await nodeRedisOf(replica.port).connect();
    for (const client of [ioredisOf(replica.port), nodeRedis]) {
      await untilUp(redisCheck(client));
      expect(await runCheck(redisCheck(client, { role: 'primary', ...patient }))).toEqual({
        status: 'down',
        reason: 'it is a replica and takes no writes: see where the primary is',
        details: { role: 'slave' },
      });
    }
    const primary = ioredisOf(server.port);
    const check = redisCheck(primary, { role: 'primary' });
    expect((await untilUp(check)).details).toEqual({ role: 'master' });
  });

  it('says that a password is asked for', async () => {
    if ('missing' in found) return;
    const closed = await startRedis(found, ['--requirepass', 'hunter2']);
    onTestFinished(() => closed.dispose());
    const anonymous = ioredisOf(closed.port, { enableReadyCheck: false, protocol: 2 });
    await until(() => anonymous.status === 'ready');
    const { status, reason } = await runCheck(redisCheck(anonymous, patient));
    expect(status).toBe('down');
    expect(reason).toBe('Redis asks for a password and the client sends none (NOAUTH)');
  });

  it('takes a cluster of ioredis, which cannot find its nodes here', async () => {
    const cluster = new Cluster([{ host: '127.0.0.1', port: server.port }], {
      clusterRetryStrategy: () => null,
    });
    cluster.on('error', () => {});
    onTestFinished(() => cluster.disconnect());
    await until(() => cluster.status === 'end');
    expect((await runCheck(redisCheck(cluster))).reason).toBe(
      'the client was closed, or has given up to reconnect: see its retryStrategy',
    );
  });
});

describe('redisCheck with a server that answers as it is told', () => {
  it.each([
    ['-LOADING Redis is loading the dataset in memory', /^Redis is loading its data set .* \(LOADING\)$/],
    ['-MASTERDOWN Link with MASTER is down', /^this replica has lost its primary .* \(MASTERDOWN\)$/],
    [
      "-READONLY You can't write against a read only replica.",
      /^this is a replica, and takes no writes.*\(READONLY\)$/,
    ],
    ['-ERR something else', /^ERR something else$/],
    ['+PONK', /^the answer to PING is not PONG: is this Redis\?$/],
  ])('says what %s means', async (answer, reason) => {
    const fake = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const commands = data.toString().match(/^\*\d/gm)?.length ?? 1;
        socket.write(`${answer}\r\n`.repeat(commands));
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void fake.close());
    await once(fake, 'listening');
    const address = fake.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const client = ioredisOf(port, { enableReadyCheck: false, protocol: 2, disableClientInfo: true });
    await until(() => client.status === 'ready');
    const result = await runCheck(redisCheck(client, patient));
    expect(result.status).toBe('down');
    expect(result.reason).toMatch(reason);
  });
});

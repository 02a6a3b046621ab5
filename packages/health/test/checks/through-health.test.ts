import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import { createPool } from 'mysql2/promise';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import * as checks from '../../src/checks/index.ts';
import { until } from '../../src/checks/run-check.fixture.ts';
import { createHealth } from '../../src/index.ts';
import { findPostgres, startPostgres } from '../../../../test/servers/postgres.ts';

/** Of a busy machine, which may take long for what is well. */
const PATIENT_MS = 30_000;
/** Port 9, which discards, is refused at once where nothing discards. */
const nobody = { host: '127.0.0.1', port: 9 };

describe('createHealth with built-in checks', () => {
  it('takes every one of them, and each that has nothing to talk to is down with a reason of its own', async () => {
    const health = createHealth({ strict: true, checkTimeoutMs: PATIENT_MS });
    onTestFinished(() => health.close());
    const redis = new Redis({ ...nobody, retryStrategy: () => null });
    redis.on('error', () => {});
    const pool = new pg.Pool(nobody);
    const definitions = {
      postgres: checks.postgresCheck(pool),
      mysql: checks.mysqlCheck(createPool(nobody)),
      redis: checks.redisCheck(redis),
      kafka: checks.kafkaCheck(
        new Kafka({ brokers: ['127.0.0.1:9'], logLevel: logLevel.NOTHING, retry: { retries: 0 } }),
      ),
      http: checks.httpCheck({ url: 'http://127.0.0.1:2/livez' }),
      tcp: checks.tcpCheck(nobody),
      dns: checks.dnsCheck({ hostname: 'nowhere.invalid', servers: ['127.0.0.1:9'] }),
      certificate: checks.certificateCheck(nobody),
      breaker: checks.breakerCheck({ state: () => 'open' }),
      pool: checks.poolCheck(pool),
      disk: checks.diskSpaceCheck({ degradedRatio: 1, downRatio: 1, minFreeBytes: 0 }),
      memory: checks.memoryCheck({ degradedRatio: 1, downRatio: 1 }),
      'event-loop': checks.eventLoopCheck(),
    };
    for (const [name, definition] of Object.entries(definitions)) health.add(name, definition);
    health.start();
    await until(async () => (await health.run()).checks.every(({ status }) => status !== 'unknown'));
    const report = health.report();
    const statusOf = Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
    const down = ['postgres', 'mysql', 'redis', 'kafka', 'http', 'tcp', 'dns', 'certificate'];
    expect(statusOf).toEqual({
      ...Object.fromEntries(down.map((name) => [name, 'down'])),
      breaker: 'degraded',
      pool: 'up',
      disk: 'up',
      memory: 'up',
      'event-loop': 'up',
    });
    for (const { status, reason } of report.checks) expect(reason === undefined).toBe(status === 'up');
  });

  it('fails readiness while a critical PostgreSQL is stopped, and passes it when it is back', async (ctx) => {
    const found = await findPostgres();
    if ('missing' in found) return ctx.skip(found.missing);
    const server = await startPostgres(found);
    onTestFinished(() => server.dispose());
    const pool = new pg.Pool({ host: '127.0.0.1', port: server.port, user: 'tester', database: 'postgres' });
    pool.on('error', () => {});
    onTestFinished(() => pool.end());
    const changes: string[] = [];
    const health = createHealth(
      { strict: true, cacheMs: 0 },
      { observer: { statusChanged: ({ from, to }) => void changes.push(`${from} to ${to}`) } },
    );
    onTestFinished(() => health.close());
    health.add('postgres', { ...checks.postgresCheck(pool, { timeoutMs: PATIENT_MS }), critical: true });
    health.start();

    expect((await health.run()).ready.ok).toBe(true);
    await server.stop();
    const { ready, checks: reports } = await health.run();
    expect(ready.ok).toBe(false);
    expect(reports[0]?.reason).not.toBe('');
    await server.start();
    await until(async () => (await health.run()).ready.ok);
    expect(changes).toEqual(['unknown to up', 'up to down', 'down to up']);
    expect(pool.totalCount).toBe(1);
    return undefined;
  });
});

import { createPool as createMysqlPool } from 'mysql2/promise';
import { Redis } from 'ioredis';
import { Kafka } from 'kafkajs';
import pg from 'pg';
import { createClient } from 'redis';
import { describe, expect, it } from 'vitest';
import { kafkaCheck } from './kafka.ts';
import { mysqlCheck } from './mysql.ts';
import { postgresCheck } from './postgres.ts';
import { redisCheck } from './redis.ts';

const postgres = new pg.Pool();
const redis = createClient();
const ioredis = new Redis({ lazyConnect: true });
const mysql = createMysqlPool({});
const kafka = new Kafka({ brokers: ['127.0.0.1:9092'] });

const checks = { postgresCheck, redisCheck, mysqlCheck, kafkaCheck };
const right: Readonly<Record<keyof typeof checks, readonly unknown[]>> = {
  postgresCheck: [postgres, new pg.Client()],
  redisCheck: [redis, ioredis],
  mysqlCheck: [mysql, mysql.pool],
  kafkaCheck: [kafka, kafka.admin()],
};
const rubbish = [
  undefined,
  null,
  'postgres://user:hunter2@host/db',
  { connectionString: 'postgres://user:hunter2@host/db' },
  pg.Pool,
  Promise.resolve({}),
];

describe.each(Object.entries(checks))('%s', (name, make) => {
  it('takes its own clients and pools, and asks nothing of them yet', () => {
    for (const client of right[name as keyof typeof right]) {
      expect(make(client as never)).toMatchObject({
        check: expect.any(Function),
        timeoutMs: expect.any(Number),
      });
    }
  });

  it('refuses those of the others and rubbish at once, says what it takes, and shows no text', () => {
    const others = Object.entries(right).filter(([other]) => other !== name);
    for (const client of [...others.flatMap(([, clients]) => clients), ...rubbish]) {
      expect(() => make(client as never)).toThrow(
        expect.objectContaining({
          code: 'SIGHTLINE_CHECK_CLIENT',
          problem: expect.stringMatching(new RegExp(`^${name} got (?!.*hunter2)`)),
        }),
      );
    }
  });

  it('names wrong options', () => {
    const [client] = right[name as keyof typeof right];
    expect(() => make(client as never, { timeoutMs: 0, retries: 3 } as never)).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/timeoutMs is 0.*retries is not an option/),
      }),
    );
  });
});

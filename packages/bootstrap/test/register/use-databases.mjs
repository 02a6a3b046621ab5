// What both database programs do with the clients that they have loaded in their own way.
import { trace } from '@opentelemetry/api';
import { startFakePostgres, startFakeRedis } from './fake-databases.mjs';

export async function useDatabases(Redis, pg) {
  const [redisServer, pgServer] = await Promise.all([startFakeRedis(), startFakePostgres()]);
  const redis = new Redis(redisServer.port, '127.0.0.1');
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port: pgServer.port,
    user: 'shop',
    database: 'shop',
    password: 'hunter2',
  });
  await trace.getTracer('app').startActiveSpan('parent', async (span) => {
    await redis.set('key', 'value');
    const { rows } = await pool.query('select 1 as one');
    if (rows[0].one !== '1') throw new Error('no row');
    span.end();
  });
  redis.disconnect();
  await pool.end();
  redisServer.close();
  pgServer.close();
}

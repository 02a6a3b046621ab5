import { describe, expect, it, vi } from 'vitest';
import { mysqlCheck } from './mysql.ts';
import { runCheck } from './run-check.fixture.ts';

/** A pool whose numbers are not where those of mysql2 are, unless given. */
function poolOf(ping: () => Promise<void>, pool?: object) {
  const connection = { ping, release: vi.fn<() => void>(), destroy: vi.fn<() => void>() };
  const methods = { getConnection: () => Promise.resolve(connection), query() {}, execute() {} };
  return { pool: { ...methods, ...(pool && { pool }) } as never, connection };
}

describe('mysqlCheck of a pool', () => {
  it('tells no numbers where they are not to be had', async () => {
    const { pool, connection } = poolOf(() => Promise.resolve());
    expect(await runCheck(mysqlCheck(pool))).toEqual({ status: 'up', details: undefined });
    expect(connection.release).toHaveBeenCalledOnce();
  });

  it('has no limit where that of the pool is 0', async () => {
    const core = {
      _allConnections: [1, 2],
      _freeConnections: [1],
      _connectionQueue: [],
      config: { connectionLimit: 0 },
    };
    const { pool } = poolOf(() => Promise.resolve(), core);
    expect(await runCheck(mysqlCheck(pool))).toMatchObject({ status: 'up' });
  });

  it('destroys a connection whose ping fails', async () => {
    const { pool, connection } = poolOf(() => Promise.reject(new Error('gone away')));
    expect(await runCheck(mysqlCheck(pool))).toMatchObject({ status: 'down' });
    expect([connection.release, connection.destroy].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
  });
});

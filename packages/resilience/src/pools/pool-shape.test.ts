import { describe, expect, it } from 'vitest';
import { watchPool } from './pool-counts.fixture.ts';
import { poolShape } from './pool-shape.ts';

describe('poolShape', () => {
  it('shows what a pool of nobody knows which library holds, as it is when it is looked at', () => {
    const pool = { size: 3, available: 1, pending: 0 };
    const { counts, resilience, handle, recorder } = watchPool(pool);
    pool.pending = 4;
    expect(counts()).toMatchObject({ used: 2, idle: 1, waiting: 4, limit: undefined });
    expect(resilience.status().watched).toEqual([
      { kind: 'pool', name: 'p', health: { status: 'up' }, used: 2, idle: 1, waiting: 4, limit: undefined },
    ]);
    handle.dispose();
    expect(recorder.page()).toEqual({});
  });

  it.each([[undefined], [{ size: 1 }], [new Map()], [{ size: '1', available: 1, pending: 1 }]])(
    'does not take %o',
    (thing) => {
      expect(poolShape.recognises(thing)).toBe(false);
    },
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQueuePlaces } from './queue-places.ts';

/** A pool whose connections come when the test says so. */
function fakePool() {
  const asked: PromiseWithResolvers<string>[] = [];
  const givenBack: string[] = [];
  let timeMs = 0;
  const connection = createQueuePlaces<string>(
    {
      take() {
        const place = Promise.withResolvers<string>();
        asked.push(place);
        return place.promise;
      },
      giveBack: (each) => void givenBack.push(each),
    },
    () => timeMs,
  );
  return {
    asked,
    givenBack,
    connection,
    later: (ms: number) => void (timeMs += ms),
    async giveUp() {
      const stop = new AbortController();
      const taken = connection(stop.signal);
      stop.abort();
      expect(await taken).toBeUndefined();
    },
  };
}

const { signal } = new AbortController();

describe('createQueuePlaces', () => {
  it('hands a connection to who waits for it', async () => {
    const { connection, asked, givenBack } = fakePool();
    const taken = connection(signal);
    asked[0]?.resolve('a');
    expect(await taken).toBe('a');
    expect(givenBack).toEqual([]);
  });

  it('gives back at once what comes when nobody waits any more', async () => {
    const { giveUp, asked, givenBack } = fakePool();
    await giveUp();
    asked[0]?.resolve('a');
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(givenBack).toEqual(['a']);
  });

  it('waits in the place that the run before has left, and gives its connection back once', async () => {
    const { giveUp, connection, asked, givenBack } = fakePool();
    await giveUp();
    await giveUp();
    await giveUp();
    expect(asked).toHaveLength(1);
    const taken = connection(signal);
    asked[0]?.resolve('a');
    expect(await taken).toBe('a');
    await new Promise(setImmediate);
    expect(givenBack).toEqual([]);
  });

  it('takes another place when one has been stuck for 10 s, and three at most', async () => {
    const { giveUp, asked, later } = fakePool();
    for (let run = 0; run < 100; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await giveUp();
      later(5000);
    }
    expect(asked).toHaveLength(3);
  });

  it('begins anew after a failure', async () => {
    const { giveUp, connection, asked } = fakePool();
    await giveUp();
    asked[0]?.reject(new Error('no'));
    await new Promise(setImmediate);
    const taken = connection(signal);
    asked[1]?.reject(new Error('not now'));
    await expect(taken).rejects.toMatchObject({ message: 'not now' });
  });

  it('gives two who wait at the same time a connection each', async () => {
    const { connection, asked } = fakePool();
    const both = [connection(signal), connection(signal)];
    asked[0]?.resolve('a');
    asked[1]?.resolve('b');
    expect(await Promise.all(both)).toEqual(['a', 'b']);
  });
});

describe('createQueuePlaces under any schedule', () => {
  it('hands out or gives back each connection exactly once, and queues in few places', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constantFrom('begin', 'later') }),
      fc.record({ kind: fc.constantFrom('stop', 'arrive', 'fail'), which: fc.nat(5) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const pool = fakePool();
        const open = new Set<number>();
        const runs = new Set<AbortController>();
        const handedOut: (string | undefined)[] = [];
        let most = 0;
        for (const each of steps) {
          if (each.kind === 'begin') {
            const stop = new AbortController();
            runs.add(stop);
            most = Math.max(most, runs.size);
            const known = pool.asked.length;
            pool
              .connection(stop.signal)
              .then((taken) => handedOut.push(taken))
              .catch(() => handedOut.push(undefined))
              .finally(() => runs.delete(stop));
            if (pool.asked.length > known) open.add(known);
          } else if (each.kind === 'later') pool.later(4000);
          else if ('which' in each) {
            if (each.kind === 'stop') [...runs][each.which]?.abort();
            else {
              const [place = -1] = [...open].slice(each.which);
              if (each.kind === 'arrive') pool.asked[place]?.resolve(`${place}`);
              else pool.asked[place]?.reject(new Error('no'));
              open.delete(place);
            }
          }
          // oxlint-disable-next-line no-await-in-loop -- one step after the other
          await settled();
          // Besides those of the runs, one that was left and two that are stuck.
          expect(open.size).toBeLessThanOrEqual(most + 3);
        }
        for (const run of runs) run.abort();
        await settled();
        for (const place of open) pool.asked[place]?.resolve(`${place}`);
        await settled();
        const given = [...handedOut.filter((taken) => taken !== undefined), ...pool.givenBack];
        expect(new Set(given).size).toBe(given.length);
        expect(runs.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

/** All that is due has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import { describe, expect, it } from 'vitest';
import { createMemoryLogs } from '../memory-logs.ts';
import { createLogLists } from './log-lists.ts';

const range = { startNs: 0n, endNs: 100n };

function lists(): ReturnType<typeof createLogLists> {
  const logs = createMemoryLogs({ detectLevels: false, discoverServiceName: false });
  logs.push({ app: 'shop', env: 'prod' }, [{ timeNs: 1n, line: 'größer', metadata: { id: 'x' } }]);
  logs.push({ app: 'shop', env: 'dev' }, [{ timeNs: 2n, line: 'abc' }]);
  logs.push({ app: 'pay' }, [{ timeNs: 500n, line: 'later' }]);
  return createLogLists(logs);
}

describe('createLogLists', () => {
  it('lists labels and their values of streams with lines in the range', () => {
    expect(lists().labels(range)).toEqual(['app', 'env']);
    expect(lists().labelValues('env', range)).toEqual(['dev', 'prod']);
    expect(lists().labelValues('app', range)).toEqual(['shop']);
    expect(lists().labelValues('env', range, '{env!="dev"}')).toEqual(['prod']);
  });

  it('lists each stream once that fits one of the selectors', () => {
    expect(lists().series(['{app="shop"}', '{env="dev"}'], range)).toEqual([
      { app: 'shop', env: 'dev' },
      { app: 'shop', env: 'prod' },
    ]);
  });

  it('adds up the bytes of lines and metadata by the labels asked for, the largest first', async () => {
    expect(await lists().volume('{app=~".+"}', range)).toEqual([{ labels: { app: 'shop' }, bytes: 14 }]);
    expect(await lists().volume('{app=~".+"}', { ...range, targetLabels: ['env'] })).toEqual([
      { labels: { env: 'prod' }, bytes: 11 },
      { labels: { env: 'dev' }, bytes: 3 },
    ]);
    expect(await lists().stats('{}', range)).toEqual({ streams: 2, entries: 2, bytes: 14 });
  });

  it('adds up what came in between two steps, by the end of each, which is no later than that of the range', async () => {
    const steps = await lists().volumeRange('{app=~".+"}', { ...range, endNs: 503n, stepNs: 100n });
    expect(steps).toEqual([
      { labels: { app: 'pay' }, points: [{ endNs: 503n, bytes: 5 }] },
      { labels: { app: 'shop' }, points: [{ endNs: 100n, bytes: 14 }] },
    ]);
    const names = await lists().volumeRange('{app=~".+"}', {
      ...range,
      stepNs: 2n,
      aggregateBy: 'labels',
      limit: 1,
    });
    expect(names).toEqual([
      {
        labels: { app: '' },
        points: [
          { endNs: 2n, bytes: 11 },
          { endNs: 4n, bytes: 3 },
        ],
      },
    ]);
    await expect(lists().volumeRange('{app="a"}', { ...range, stepNs: 0n })).rejects.toThrow('above zero');
  });

  it('refuses a selector with stages', () => {
    expect(() => lists().labels(range, '{app="a"} |= "b"')).toThrow('only label matchers are supported');
  });
});

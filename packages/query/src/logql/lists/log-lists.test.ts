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

  it('refuses a selector with stages', () => {
    expect(() => lists().labels(range, '{app="a"} |= "b"')).toThrow('only label matchers are supported');
  });
});

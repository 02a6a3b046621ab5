import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../../api/fake-server.fixture.ts';
import { promqlClient } from './promql-client.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] });
  fakeWindow();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('promqlClient', () => {
  it('asks once for what does not change with every letter, and again after a while', async () => {
    const server = fakeServer(() => ({ data: ['up'] }));
    await promqlClient.metricNames();
    expect(await promqlClient.metricNames()).toEqual(['up']);
    expect(server.asked).toHaveLength(1);
    vi.setSystemTime(1_800_000_040_000);
    await promqlClient.metricNames();
    expect(server.asked).toHaveLength(2);
  });

  it('asks for the labels of a metric, or of all', async () => {
    const server = fakeServer(() => ({ data: ['job'] }));
    expect(await promqlClient.labelNames('up"x')).toEqual(['job']);
    expect(server.last.params.get('match[]')).toBe(String.raw`{__name__="up\"x"}`);
    await promqlClient.labelNames('');
    expect(server.last.params.get('match[]')).toBeNull();
    expect(await promqlClient.labelValues('job')).toEqual(['job']);
    expect(await promqlClient.flags()).toEqual({});
  });

  it('tells types and series', async () => {
    const help = { type: 'gauge', help: 'h', unit: '' };
    fakeServer(({ path }) => ({ data: path.endsWith('series') ? [{ job: 'a' }] : { up: [help] } }));
    expect(await promqlClient.metricMetadata()).toEqual({ up: [help] });
    expect(await promqlClient.series('up')).toEqual([new Map([['job', 'a']])]);
  });

  it('offers nothing where a server fails, and asks it again the next time', async () => {
    fakeServer(() => new Response('', { status: 500 }));
    expect(await promqlClient.labelValues('broken', 'up')).toEqual([]);
    expect(await promqlClient.series('broken')).toEqual([]);
    fakeServer(() => ({ data: ['v'] }));
    expect(await promqlClient.labelValues('broken', 'up')).toEqual(['v']);
  });

  it('keeps no more than some hundred answers', async () => {
    const server = fakeServer(() => ({ data: [] }));
    for (let metric = 0; metric < 210; metric++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as somebody types
      await promqlClient.labelNames(`metric_${metric}`);
    }
    await promqlClient.labelNames('metric_0');
    expect(server.asked).toHaveLength(211);
  });
});

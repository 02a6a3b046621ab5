import { describe, expect, it } from 'vitest';
import { openStack } from './open-stack.fixture.ts';

const NOW_MS = Date.now();
const DAY_MS = 86_400_000;
const OLD_MS = NOW_MS - 2 * DAY_MS;
const nano = (ms: number): string => `${ms}000000`;
const seconds = (ms: number): string => String(ms / 1000);

/** One series of two days ago. */
const { get } = openStack({ retentionMs: 7 * DAY_MS }, async (open) => {
  const exemplars = [{ asDouble: 1, timeUnixNano: nano(OLD_MS), traceId: 'ab'.repeat(16) }];
  const attributes = [{ key: 'shop', value: { stringValue: 'a' } }];
  const point = { timeUnixNano: nano(OLD_MS), attributes, asInt: '3', exemplars };
  const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: [point] };
  await open.send('POST', '/v1/metrics', {
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'old', sum }] }] }],
  });
});

describe('the times of questions of Prometheus', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    ['series', { 'match[]': 'old_total' }, [{ __name__: 'old_total', shop: 'a' }]],
    ['series', { 'match[]': 'old_total', start: '', end: seconds(NOW_MS) }, [{}]],
    ['series', { 'match[]': 'old_total', start: seconds(NOW_MS - DAY_MS) }, []],
    ['series', { 'match[]': 'old_total', end: seconds(NOW_MS - 3 * DAY_MS) }, []],
    ['labels', { 'match[]': 'old_total' }, ['__name__', 'shop']],
    ['labels', {}, ['__name__', 'shop']],
    ['label/shop/values', { 'match[]': 'old_total' }, ['a']],
    ['query_exemplars', { query: 'old_total' }, [{ exemplars: [{ value: '1' }] }]],
  ])('%s with %j looks at all times but those that are left out', async (path, parameters, expected) => {
    expect(await get(`/api/v1/${path}`, parameters)).toMatchObject({
      status: 200,
      body: { status: 'success', data: expected },
    });
  });

  it.each<readonly [string, number]>([
    ['', 0],
    ['60', 0],
    ['1h', 1],
    ['3600', 1],
    // As in Prometheus, what is not above 0 is none.
    ['0', 0],
    ['-60', 0],
  ])('takes %j as lookback_delta', async (lookback, found) => {
    const at = OLD_MS + 1_800_000;
    const parameters = { query: 'old_total', ...(lookback !== '' && { lookback_delta: lookback }) };
    const instant = await get('/api/v1/query', { ...parameters, time: seconds(at) });
    expect((instant.body as { data: { result: unknown[] } }).data.result).toHaveLength(found);
    const range = { start: seconds(at), end: seconds(at), step: '1' };
    const ranged = await get('/api/v1/query_range', { ...parameters, ...range });
    expect((ranged.body as { data: { result: unknown[] } }).data.result).toHaveLength(found);
  });

  it('refuses a lookback_delta that is no duration, as Prometheus does', async () => {
    const range = { start: '1', end: '1', step: '1' };
    for (const [path, more] of [
      ['query', {}],
      ['query_range', range],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      expect(await get(`/api/v1/${path}`, { query: '1', lookback_delta: 'x', ...more })).toMatchObject({
        status: 400,
        body: {
          errorType: 'bad_data',
          error: 'error parsing lookback delta duration: cannot parse "x" to a valid duration',
        },
      });
    }
  });
});

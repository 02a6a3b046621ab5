import { resourceFromAttributes } from '@opentelemetry/resources';
import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetricsPush } from './metrics-push.ts';
import type { MetricsPush, MetricsPushDeps, MetricsPushOptions } from './metrics-push.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';

let receiver: OtlpReceiver;
let push: MetricsPush;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  vi.useRealTimers();
  await push.shutdown(0);
  await receiver.close();
});

const exemplar = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), value: 0.3, timeMs: 1_800_000_000_000 };

function family(definition: Partial<FamilyDefinition>, ...series: SeriesSnapshot[]): FamilySnapshot {
  return {
    definition: {
      name: 'x',
      type: 'gauge',
      unit: '',
      help: 'Help.',
      labels: [],
      seriesBound: 10,
      ...definition,
    },
    series,
  };
}

const families: FamilySnapshot[] = [
  family(
    {
      name: 'http_server_request_duration_seconds',
      type: 'histogram',
      unit: 's',
      labels: ['http_request_method', 'http_route'],
      boundaries: [0.1, 1],
    },
    {
      labelValues: ['GET', undefined],
      histogram: { counts: [3, 2, 1], sum: 4.5, exemplars: [undefined, exemplar, undefined] },
      startTimeMs: 1_700_000_000_000,
    },
    { labelValues: [], overflow: true, histogram: { counts: [1, 0, 0], sum: 0.1 } },
  ),
  family(
    { name: 'orders_placed_total', type: 'counter', labels: ['tier'] },
    { labelValues: ['gold'], value: 7, exemplar },
  ),
  family({ name: 'queue_depth' }, { labelValues: [], value: -2.5 }, { labelValues: [], value: Number.NaN }),
  family(
    { name: 'rpc_seconds', type: 'summary' },
    { labelValues: [], summary: { quantiles: { '0.5': 1 }, sum: 3, count: 2 } },
  ),
];

function start(
  options: Partial<MetricsPushOptions> = {},
  protocol: 'http/protobuf' | 'http/json' = 'http/protobuf',
  deps?: Partial<MetricsPushDeps>,
) {
  push = createMetricsPush(
    {
      snapshot: () => Promise.resolve(families),
      snapshotNow: () => families,
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      target: {
        url: `${receiver.url}/v1/metrics`,
        headers: {},
        protocol,
        compression: 'gzip',
        timeoutMs: 5_000,
      },
      intervalMs: 60_000,
      onProblem: () => undefined,
      ...options,
    },
    deps,
  );
  return push;
}

/** An interval that a test ends; it is over as often as it is asked for. */
function interval() {
  let over = (): void => undefined;
  const every: MetricsPushDeps['every'] = (_intervalMs, call) => {
    over = call;
    return () => undefined;
  };
  return { every, over: () => over() };
}

describe('createMetricsPush', () => {
  it.each(['http/protobuf', 'http/json'] as const)('sends every kind of metric as %s', async (protocol) => {
    await start({}, protocol).flush(5_000);
    const [duration, orders, depth, rpc] = receiver.metrics();
    expect(duration).toMatchObject({
      name: 'http.server.request.duration',
      unit: 's',
      type: 'histogram',
      aggregationTemporality: 2,
      resource: { 'service.name': 'shop' },
      points: [
        {
          attributes: { 'http.request.method': 'GET' },
          startTimeUnixNano: 1_700_000_000_000_000_000n,
          count: 6,
          sum: 4.5,
          bucketCounts: [3, 2, 1],
          explicitBounds: [0.1, 1],
          exemplars: [
            {
              traceId: exemplar.traceId,
              spanId: exemplar.spanId,
              value: 0.3,
              timeUnixNano: 1_800_000_000_000_000_000n,
            },
          ],
        },
        { attributes: { 'otel.metric.overflow': true }, count: 1 },
      ],
    });
    expect(orders).toMatchObject({
      name: 'orders_placed_total',
      type: 'sum',
      isMonotonic: true,
      aggregationTemporality: 2,
      points: [{ attributes: { tier: 'gold' }, value: 7, exemplars: [{ value: 0.3 }] }],
    });
    expect(depth).toMatchObject({ type: 'gauge', points: [{ value: -2.5 }, { value: Number.NaN }] });
    expect(rpc).toMatchObject({ type: 'summary', points: [{ count: 2, sum: 3 }] });
    expect(push.stats()).toMatchObject({ exported: 6, queued: 0 });
  });

  it.each(['http/protobuf', 'http/json'] as const)(
    'sends as %s in smaller requests what is too large, without losing a point',
    async (protocol) => {
      receiver.answerWith((_, index) => (index === 0 ? { status: 413 } : {}));
      const series = Array.from({ length: 1_000 }, (_, n) => ({ labelValues: [`label ${n}`], value: n }));
      const many = family({ name: 'many', labels: ['l'] }, ...series);
      await start({ snapshot: () => Promise.resolve([...families, many]) }, protocol).flush(5_000);
      const points = receiver.metrics().flatMap(({ name, points: of }) => of.map(() => name));
      expect(points.filter((name) => name !== 'many')).toHaveLength(6);
      expect(points.filter((name) => name === 'many')).toHaveLength(1_000);
      expect(receiver.requests()).toHaveLength(3);
      expect(push.stats()).toMatchObject({ exported: 1_006, queued: 0, failures: { rejected: 1 } });
    },
  );

  it('sends many series in parts, without losing one', async () => {
    const series = Array.from({ length: 4_500 }, (_, n) => ({ labelValues: [`l${n}`], value: n }));
    start({ snapshot: () => Promise.resolve([family({ name: 'many', labels: ['l'] }, ...series)]) });
    await push.flush(5_000);
    expect(receiver.requests()).toHaveLength(3);
    expect(receiver.metrics().flatMap(({ points }) => points)).toHaveLength(4_500);
  });

  it('sends a series that says nothing yet as zero', async () => {
    const nothing = { labelValues: [] };
    const types = ['gauge', 'counter', 'histogram', 'summary'] as const;
    const snapshot = () =>
      Promise.resolve(types.map((type) => family({ name: `my_${type}`, type }, nothing)));
    start({ snapshot }, 'http/json');
    await push.flush(5_000);
    const { resourceMetrics } = JSON.parse(String(receiver.requests()[0]?.body)) as {
      resourceMetrics: { scopeMetrics: { metrics: Record<string, { dataPoints: object[] }>[] }[] }[];
    };
    const [gauge, counter, histogram, summary] = resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [];
    expect(gauge?.['gauge']?.dataPoints).toMatchObject([{ asDouble: 0 }]);
    expect(counter?.['sum']?.dataPoints).toMatchObject([{ asDouble: 0 }]);
    expect(counter?.['sum']?.dataPoints[0]).not.toHaveProperty('exemplars');
    expect(histogram?.['histogram']?.dataPoints).toMatchObject([
      { count: '0', sum: 0, bucketCounts: ['0'], explicitBounds: [] },
    ]);
    expect(summary?.['summary']?.dataPoints).toMatchObject([{ count: '0', sum: 0, quantileValues: [] }]);
  });

  it.each([0, 2_000])('sends no empty request after %i series', async (count) => {
    const series = Array.from({ length: count }, () => ({ labelValues: [], value: 1 }));
    start({ snapshot: () => Promise.resolve([family({ name: 'queue_depth' }, ...series)]) });
    await push.flush(5_000);
    expect(receiver.requests()).toHaveLength(count === 0 ? 0 : 1);
    expect(push.stats().exported).toBe(count);
  });

  it('hands out what there is now at the end of the process', () => {
    start();
    const [post, ...others] = push.drain();
    expect(post?.request.url).toBe(`${receiver.url}/v1/metrics`);
    expect(others).toEqual([]);
    post?.settled(true);
    expect(push.stats()).toMatchObject({ exported: 6, queued: 0 });
  });

  it('hands out nothing that a flush has just sent', async () => {
    start();
    await push.flush(5_000);
    expect(push.drain()).toEqual([]);
    expect(push.stats().exported).toBe(6);
  });

  it('hands out what waits, also while a flush is under way', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    start();
    const flushed = push.flush(200);
    await vi.waitFor(() => expect(push.stats().queued).toBeGreaterThan(0), 20_000);
    expect(push.drain()).toHaveLength(1);
    expect(push.stats().queued).toBe(0);
    await flushed;
  });

  it('sends nothing at the end of the process after it was shut, or when the registry fails', async () => {
    start({
      snapshotNow() {
        throw new Error('collect');
      },
    });
    expect(push.drain()).toEqual([]);
    expect(push.stats().dropped.failed).toBe(1);
    await push.shutdown(0);
    expect(push.drain()).toEqual([]);
    expect(push.stats().dropped.failed).toBe(1);
  });

  it('sends at every interval, but not while an earlier export waits', async () => {
    const { every, over } = interval();
    receiver.answerWith({ misbehave: 'silent' });
    start({}, 'http/protobuf', { every });
    over();
    await receiver.waitFor(() => receiver.requests().length === 1);
    over();
    over();
    expect(push.stats().queued).toBe(6);
    expect(receiver.requests()).toHaveLength(1);
  });

  it.each(['in the middle of a push', 'before the start'])(
    'goes on where a test of the service puts timers of its own in place of the real ones %s',
    async (when) => {
      // Two parts, with a turn of the event loop between them.
      const series = Array.from({ length: 2_001 }, (_, value) => ({ labelValues: [String(value)], value }));
      const snapshot = () => Promise.resolve([family({ name: 'queue_depth', labels: ['queue'] }, ...series)]);
      if (when === 'before the start') vi.useFakeTimers();
      start({ snapshot, intervalMs: 1 });
      vi.useFakeTimers();
      await receiver.waitFor(() => receiver.metrics().length >= 2, 60_000);
      expect(push.stats().dropped.failed).toBe(0);
    },
  );

  it('sends all points of a service that has more than may wait, also to a slow collector', async () => {
    let isSlow = true;
    receiver.answerWith(() => (isSlow ? { misbehave: 'silent' } : {}));
    const series = Array.from({ length: 104_000 }, (_, value) => ({ labelValues: [], value }));
    const snapshot = () => Promise.resolve([family({ name: 'queue_depth' }, ...series)]);
    const target = {
      url: `${receiver.url}/v1/metrics`,
      headers: {},
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs: 500,
    } as const;
    const after: MetricsPushDeps['after'] = () => {
      isSlow = false;
      return () => undefined;
    };
    await start({ snapshot, target }, 'http/protobuf', { after }).flush(60_000);
    expect(push.stats()).toMatchObject({ exported: 104_000, queued: 0, dropped: { full: 0 } });
  }, 60_000);

  it('gives up on points that there is no room for where the collector takes none', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    const series = Array.from({ length: 104_000 }, (_, value) => ({ labelValues: [], value }));
    const snapshot = () => Promise.resolve([family({ name: 'queue_depth' }, ...series)]);
    const waitsMs: number[] = [];
    start({ snapshot }, 'http/protobuf', {
      after(delayMs, call) {
        waitsMs.push(delayMs);
        queueMicrotask(call);
        return () => undefined;
      },
    });
    void push.flush(60_000);
    await vi.waitFor(() => expect(push.stats().dropped.full).toBe(4_000), 30_000);
    expect(push.stats().queued).toBe(100_000);
    expect(waitsMs).toEqual([5_000]);
  }, 60_000);

  it('sends with a flush what was counted since a push began that is under way', async () => {
    const { every, over } = interval();
    let count = 1;
    let finish = (): void => undefined;
    const snapshot = async () => {
      const read = family({ name: 'queue_depth' }, { labelValues: [], value: count });
      if (count === 1) await new Promise<void>((resolve) => (finish = resolve));
      return [read];
    };
    start({ snapshot }, 'http/protobuf', { every });
    over();
    count = 2;
    const flushed = push.flush(5_000);
    finish();
    await flushed;
    expect(receiver.metrics().map(({ points }) => points[0]?.value)).toEqual([1, 2]);
  });

  it('survives a registry that fails', async () => {
    start({ snapshot: () => Promise.reject(new Error('collect')) });
    await push.flush(1_000);
    expect(push.stats().dropped.failed).toBe(1);
  });

  it('ends a flush at its deadline when the registry hangs', async () => {
    start({ snapshot: () => new Promise(() => undefined) });
    await push.flush(10);
    expect(push.stats().exported).toBe(0);
  });
});

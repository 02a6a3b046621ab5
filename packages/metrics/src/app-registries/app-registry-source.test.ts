/* oxlint-disable no-new -- metrics of these libraries register themselves */
import * as successor from '@prometheus-io/client';
import * as predecessor from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { SightlineError } from '@sightline/errors';
import { mergeSnapshots } from '../aggregation/merge-snapshots.ts';
import type { FamilySnapshot } from '../family.ts';
import { appRegistrySource } from './app-registry-source.ts';
import { registryOf } from './registry-like.ts';

const trace = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };
const libraries = [
  { library: 'prom-client', client: predecessor },
  // Its types differ in what the tests do not touch.
  { library: '@prometheus-io/client', client: successor as unknown as typeof predecessor },
];

async function families(
  registry: predecessor.Registry,
  options?: Parameters<typeof appRegistrySource>[1],
): Promise<Record<string, FamilySnapshot>> {
  const all = await appRegistrySource(registry, options)();
  return Object.fromEntries(all.map((family) => [family.definition.name, family]));
}

describe.each(libraries)('appRegistrySource with $library', ({ client }) => {
  let registry: predecessor.Registry;

  beforeEach(() => {
    registry = new client.Registry();
  });
  afterEach(() => void vi.useRealTimers());

  function openMetrics(): predecessor.Registry<predecessor.OpenMetricsContentType> {
    const other = new client.Registry<predecessor.OpenMetricsContentType>();
    other.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE);
    return other;
  }

  /** A metric that cannot be read, and one that can. */
  function addRejectingAndWhole(): void {
    const registers = [registry];
    new client.Gauge({
      name: 'rejects',
      help: 'h',
      registers,
      collect: () => Promise.reject(new Error('no')),
    });
    new client.Counter({ name: 'orders_total', help: 'h', registers }).inc();
  }

  it.each(['', null])('adds up a label set without a label and one where it is %j', async (empty) => {
    const common = { help: 'h', labelNames: ['kind'], registers: [registry] };
    const histogram = new client.Histogram({ ...common, name: 'run_seconds', buckets: [0.1, 1] });
    const summary = new client.Summary({ ...common, name: 'wait_seconds', percentiles: [0.5] });
    for (const metric of [histogram, summary]) {
      metric.observe({}, 0.5);
      metric.observe({ kind: empty as string }, 0.25);
      metric.observe({ kind: empty as string }, 0.25);
    }
    const { run_seconds: run, wait_seconds: wait } = await families(registry);
    expect(run?.definition.boundaries).toEqual([0.1, 1]);
    expect(run?.series).toMatchObject([{ histogram: { counts: [0, 3, 0], sum: 1 } }]);
    expect(wait?.series).toMatchObject([{ summary: { sum: 1, count: 3 } }]);
  });

  it('takes a counter with its help and every label set', async () => {
    const counter = new client.Counter({
      name: 'orders_total',
      help: 'Orders.',
      labelNames: ['kind', 'code'],
      registers: [registry],
    });
    counter.inc({ kind: 'a', code: 200 }, 3);
    counter.inc({ kind: 'b' });

    expect(await families(registry)).toEqual({
      orders_total: {
        definition: {
          name: 'orders_total',
          type: 'counter',
          unit: '',
          help: 'Orders.',
          labels: ['kind', 'code'],
          seriesBound: Number.MAX_SAFE_INTEGER,
          aggregate: 'sum',
        },
        series: [
          { labelValues: ['a', '200'], value: 3 },
          { labelValues: ['b', undefined], value: 1 },
        ],
      },
    });
  });

  it('takes a gauge, also one that is no number', async () => {
    new client.Gauge({ name: 'load', help: 'h', registers: [registry], aggregator: 'average' }).set(NaN);
    const { load } = await families(registry);

    expect(load?.definition).toMatchObject({ type: 'gauge', aggregate: 'mean' });
    expect(load?.series).toEqual([{ labelValues: [], value: NaN }]);
  });

  it("takes a histogram with each bucket's own count", async () => {
    const histogram = new client.Histogram({
      name: 'seconds',
      help: 'h',
      labelNames: ['route'],
      buckets: [0.1, 1],
      registers: [registry],
    });
    for (const value of [0.05, 0.5, 0.25, 5]) histogram.observe({ route: '/a' }, value);
    histogram.observe({ route: '/b' }, 0.5);
    const { seconds } = await families(registry);

    expect(seconds?.definition).toMatchObject({ type: 'histogram', labels: ['route'], boundaries: [0.1, 1] });
    expect(seconds?.series).toEqual([
      { labelValues: ['/a'], histogram: { counts: [1, 2, 1], sum: 5.8 } },
      { labelValues: ['/b'], histogram: { counts: [0, 1, 0], sum: 0.5 } },
    ]);
  });

  it('takes a summary', async () => {
    const summary = new client.Summary({
      name: 'size',
      help: 'h',
      percentiles: [0.5, 0.99],
      registers: [registry],
    });
    for (const value of [1, 2, 3]) summary.observe(value);
    const { size } = await families(registry);

    expect(size?.definition).toMatchObject({ type: 'summary', labels: [] });
    expect(size?.series).toEqual([
      { labelValues: [], summary: { quantiles: { 0.5: 2, 0.99: 3 }, sum: 6, count: 3 } },
    ]);
  });

  it.each([
    { names: 'trace_id and span_id', labels: trace },
    { names: 'traceId and spanId', labels: { traceId: trace.trace_id, spanId: trace.span_id } },
  ])('takes exemplars with $names', async ({ labels }) => {
    const other = openMetrics();
    const histogram = new client.Histogram({
      name: 'seconds',
      help: 'h',
      buckets: [0.1, 1],
      enableExemplars: true,
      registers: [other],
    });
    const counter = new client.Counter({
      name: 'orders',
      help: 'h',
      enableExemplars: true,
      registers: [other],
    });
    vi.useFakeTimers({ toFake: ['Date'], now: 1_763_672_400_250 });
    histogram.observe({ value: 0.5, exemplarLabels: labels } as never);
    histogram.observe({ value: 7, exemplarLabels: { user: 'nobody' } } as never);
    counter.inc({ value: 2, exemplarLabels: labels } as never);
    const { seconds, orders_total: orders } = await families(other as unknown as predecessor.Registry);
    const made = { traceId: trace.trace_id, spanId: trace.span_id, timeMs: 1_763_672_400_250 };

    expect(seconds?.series[0]?.histogram?.exemplars).toEqual([undefined, { ...made, value: 0.5 }, undefined]);
    expect(orders?.series[0]?.exemplar).toEqual({ ...made, value: 2 });
  });

  it('adds _total in OpenMetrics mode as the library does, whether its own page was read before or not', async () => {
    const other = openMetrics();
    const registers = [other];
    new client.Counter({ name: 'orders', help: 'h', registers }).inc();
    new client.Counter({ name: 'sales_total', help: 'h', registers }).inc();
    const before = await families(other as unknown as predecessor.Registry);
    const own = await other.metrics();
    const after = await families(other as unknown as predecessor.Registry);

    for (const page of [before, after]) expect(Object.keys(page)).toEqual(['orders_total', 'sales_total']);
    for (const name of Object.keys(before)) expect(own).toContain(`${name} 1`);
  });

  it('keeps the name of a counter without _total in text mode', async () => {
    new client.Counter({ name: 'orders', help: 'h', registers: [registry] }).inc(4);
    const { orders } = await families(registry);

    expect(orders?.definition.type).toBe('counter');
    expect(orders?.series).toEqual([{ labelValues: [], value: 4 }]);
  });

  it('has the default labels, and leaves the metrics of the service as they are', async () => {
    registry.setDefaultLabels({ app: 'shop', kind: 'none' });
    const counter = new client.Counter({
      name: 'orders_total',
      help: 'h',
      labelNames: ['kind'],
      registers: [registry],
    });
    counter.inc({ kind: 'a' });
    counter.inc({}, 2);
    const source = appRegistrySource(registry);
    await source();
    const [family] = await source();
    counter.inc({ kind: 'a' });

    expect(family?.definition.labels).toEqual(['kind', 'app']);
    expect(family?.series).toEqual([
      { labelValues: ['a', 'shop'], value: 1 },
      { labelValues: ['none', 'shop'], value: 2 },
    ]);
    expect(await registry.metrics()).toMatch(/orders_total\{kind="a",app="shop"\} 2/);
  });

  it('takes a label that is called like what every object has', async () => {
    const labelNames = ['constructor', 'kind'];
    const races = new client.Counter({ name: 'races_total', help: 'h', labelNames, registers: [registry] });
    races.inc({ kind: 'a' });
    races.inc({ constructor: 'b', kind: 'a' } as never);
    const { races_total: taken } = await families(registry);

    expect(taken?.series.map(({ value }) => value)).toEqual([1, 1]);
    expect(taken?.series.map(({ labelValues }) => new Set(labelValues))).toEqual([
      new Set(['a', undefined]),
      new Set(['a', 'b']),
    ]);
  });

  it('leaves the event loop its turns while it reads a large registry', async () => {
    let nowMs = 0;
    // Each look at the clock finds that 5 ms have gone by.
    vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 5));
    onTestFinished(() => void vi.restoreAllMocks());
    const labelNames = ['one', 'other'];
    const histogram = new client.Histogram({ name: 'seconds', help: 'h', labelNames, registers: [registry] });
    for (let at = 0; at < 1500; at++) histogram.observe({ one: `${at}`, other: 'x'.repeat(50) }, 0.1);
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const { seconds } = await families(registry);
    isDone = true;

    expect(turns).toBeGreaterThan(3);
    expect(seconds?.series).toHaveLength(1500);
    expect(seconds?.series.at(-1)).toMatchObject({
      labelValues: ['1499', 'x'.repeat(50)],
      histogram: { sum: 0.1 },
    });
  });

  it('calls collect callbacks, and waits for those that take a while', async () => {
    const registers = [registry];
    new client.Gauge({
      name: 'now',
      help: 'h',
      registers,
      collect() {
        this.set(1);
      },
    });
    new client.Gauge({
      name: 'later',
      help: 'h',
      registers,
      async collect() {
        await new Promise((resolve) => setImmediate(resolve));
        this.set(2);
      },
    });
    const { now, later } = await families(registry);

    expect([now?.series[0]?.value, later?.series[0]?.value]).toEqual([1, 2]);
  });

  it('leaves out what throws, rejects or hangs, and says so, while the rest stays', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const registers = [registry];
    const hang = vi.fn<() => Promise<void>>(() => new Promise(() => {}));
    new client.Gauge({ name: 'hangs', help: 'h', registers, collect: hang });
    new client.Gauge({
      name: 'throws',
      help: 'h',
      registers,
      collect() {
        throw new Error('no');
      },
    });
    addRejectingAndWhole();
    const problems: string[] = [];
    const source = appRegistrySource(registry, {
      timeLimitMs: 300,
      onProblem: (error: SightlineError, { metric, reason }) =>
        problems.push(`${error.code} ${metric} ${reason}`),
    });
    const first = source();
    await vi.advanceTimersByTimeAsync(300);

    expect((await first).map(({ definition }) => definition.name)).toEqual(['orders_total']);
    // No timer is waited for: what hangs is not called again.
    expect((await source()).map(({ definition }) => definition.name)).toEqual(['orders_total']);
    expect(hang).toHaveBeenCalledTimes(1);
    expect(problems.toSorted()).toEqual(
      ['hangs', 'hangs', 'rejects', 'rejects', 'throws', 'throws'].map(
        (name) => `SIGHTLINE_METRIC_SOURCE ${name} ${name === 'hangs' ? 'timeout' : 'failed'}`,
      ),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves out what gives no metric, or a label whose value makes no text, and says so, while the rest stays', async () => {
    new client.Counter({ name: 'orders_total', help: 'h', registers: [registry] }).inc();
    const races = new client.Counter({
      name: 'races_total',
      help: 'h',
      labelNames: ['a'],
      registers: [registry],
    });
    Object.assign(races, {
      get: () => ({
        name: 'races_total',
        type: 'counter',
        values: [{ value: 1, labels: { a: Object.create(null) } }],
      }),
    });
    Object.assign(new client.Gauge({ name: 'jobs', help: 'h', registers: [registry] }), { get: () => null });
    const losses: unknown[] = [];
    const onProblem = (_error: SightlineError, loss: unknown): void => void losses.push(loss);
    expect(Object.keys(await families(registry, { onProblem }))).toEqual(['orders_total']);
    expect(losses).toEqual([
      { metric: 'races_total', reason: 'failed' },
      { metric: 'jobs', reason: 'failed' },
    ]);
  });

  it('has the others also when whoever is told of a metric that is missing throws', async () => {
    addRejectingAndWhole();
    const onProblem = vi.fn<() => never>(() => {
      throw new Error('no');
    });
    expect(Object.keys(await families(registry, { onProblem }))).toEqual(['orders_total']);
    expect(onProblem).toHaveBeenCalledOnce();
  });

  it('has every series of its own default metrics', async () => {
    client.collectDefaultMetrics({ register: registry });
    const own = await registry.getMetricsAsJSON();
    const taken = await families(registry);

    expect(Object.keys(taken).length).toBe(own.length);
    expect(Object.keys(taken)).toContain('process_cpu_seconds_total');
    registry.clear();
  });
});

it('loses nothing when both libraries are there and name a metric alike', async () => {
  const sources = libraries.map(({ library, client }) => {
    const registry = new client.Registry();
    const counter = new client.Counter({
      name: 'orders_total',
      help: 'h',
      labelNames: [library === 'prom-client' ? 'old' : 'new', 'kind'],
      registers: [registry],
    });
    counter.inc({ [library === 'prom-client' ? 'old' : 'new']: 'x', kind: 'a' }, 2);
    return appRegistrySource(registry);
  });
  const page = mergeSnapshots(await Promise.all(sources.map((source) => source())));

  expect(page).toMatchObject([
    {
      definition: { labels: ['old', 'kind', 'new'] },
      series: [
        { labelValues: ['x', 'a', undefined], value: 2 },
        { labelValues: [undefined, 'a', 'x'], value: 2 },
      ],
    },
  ]);
});

describe('registryOf', () => {
  it.each(libraries)('finds the default registry of $library', async ({ library, client }) => {
    const imported: unknown = await import(library);

    expect(registryOf(imported)).toBe(client.register);
    expect(registryOf({ default: client })).toBe(client.register);
    expect(registryOf(client.register)).toBe(client.register);
  });

  it.each([undefined, null, 'prom-client', {}, { register: {} }, { default: null }, { register: () => {} }])(
    'finds none in %j',
    (exports) => {
      expect(registryOf(exports)).toBeUndefined();
    },
  );
});

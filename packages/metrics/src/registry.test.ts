import { catalogueDefinition, metrics as catalogue, type MetricName } from '@sightline/conventions';
import type { SightlineError } from '@sightline/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from './create-metrics.ts';
import type { FamilyDefinition } from './family.ts';
import { type ParsedFamily, parsePage, readBody } from './page-parser.fixture.ts';
import type { LiveRegistry } from './registry.ts';
import type { CounterCell } from './series.ts';

const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
let problems: SightlineError[];
let metrics: Metrics;

beforeEach(() => {
  problems = [];
  metrics = createMetrics({ strict: false, onProblem: (problem) => problems.push(problem) });
});
afterEach(() => void vi.useRealTimers());

function definition(part: Partial<FamilyDefinition> = {}): FamilyDefinition {
  return { name: 'jobs', type: 'gauge', unit: '', help: 'Jobs.', labels: [], seriesBound: 10, ...part };
}

async function families(): Promise<ReadonlyMap<string, ParsedFamily>> {
  return parsePage(await readBody(metrics.page('application/openmetrics-text').body), 'openmetrics');
}

/** The values of a family by their labels, as text. */
async function samples(family: string): Promise<Record<string, number>> {
  const found = (await families()).get(family)?.samples ?? [];
  return Object.fromEntries(
    found.map(({ name, labels, value }) => [[name, ...labels.values()].join(' '), value]),
  );
}

describe('createRegistry', () => {
  it('takes the whole catalogue on one page', async () => {
    for (const name of Object.keys(catalogue) as MetricName[]) {
      const each = catalogueDefinition(name);
      const values = each.labels.map((label) => {
        const { labelValues } = catalogue[name] as { labelValues?: Record<string, readonly string[]> };
        return labelValues?.[label]?.[0];
      });
      if (each.type === 'counter') metrics.registry.counter(each).series(values).add(1);
      else if (each.type === 'histogram') metrics.registry.histogram(each).series(values).observe(1);
      else metrics.registry.gauge(each).series(values).set(1);
    }
    expect((await families()).size).toBe(Object.keys(catalogue).length);
  });

  it('gives the same family for the same definition and refuses every other one of its name', () => {
    const { registry } = metrics;
    const made = registry.gauge(definition());
    expect(registry.gauge(definition({ help: 'Other words.' }))).toBe(made);
    const others = [
      () => registry.counter(definition({ type: 'counter' })),
      () => registry.gauge(definition({ unit: 's' })),
      () => registry.gauge(definition({ labels: ['a'] })),
    ];
    for (const other of others) expect(other).toThrow(expect.objectContaining({ code: 'SIGHTLINE_METRIC' }));
  });

  it.each([
    ['jobs_total', 'counter', 'jobs_total', 'gauge'],
    ['jobs', 'histogram', 'jobs_count', 'gauge'],
    ['jobs_sum', 'gauge', 'jobs', 'histogram'],
    ['jobs', 'histogram', 'jobs_created', 'gauge'],
  ] as const)(
    'refuses what would make the page invalid: %s as a %s and %s as a %s',
    (one, oneType, other, otherType) => {
      const { registry } = metrics;
      const register = (name: string, type: FamilyDefinition['type']): unknown =>
        registry[type === 'histogram' || type === 'counter' ? type : 'gauge'](definition({ name, type }));
      register(one, oneType);
      expect(() => register(other, otherType)).toThrow(expect.objectContaining({ code: 'SIGHTLINE_METRIC' }));
    },
  );

  it('has metrics that only OpenMetrics takes for one under their own names, in both formats', async () => {
    const { counter, gauge, registry } = metrics;
    const of = { help: 'Jobs.', unit: '{job}' } as const;
    gauge('jobs', of).set(1);
    counter('jobs_total', of).add(2);
    counter('jobs_created_total', of).add(3);
    counter('runs_total', of).add(4);
    counter('runs_created_total', of).add(5);
    gauge('build', of).set(6);
    registry
      .gauge(definition({ name: 'build_info', type: 'info' }))
      .series([])
      .set(1);
    const expected = {
      jobs: 1,
      jobs_total: 2,
      jobs_created_total: 3,
      runs_total: 4,
      runs_created_total: 5,
      build: 6,
      build_info: 1,
    };
    for (const [format, accept] of [
      ['openmetrics', 'application/openmetrics-text'],
      ['text', undefined],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one page after the other
      const page = parsePage(await readBody(metrics.page(accept).body), format);
      const all = [...page.values()].flatMap(({ samples: each }) => each);
      const found = all.filter(({ name }) => Object.hasOwn(expected, name));
      expect(Object.fromEntries(found.map(({ name, value }) => [name, value]))).toEqual(expected);
      expect(found).toHaveLength(7);
    }
    expect(problems).toEqual([]);
  });

  it('drops and counts what is no number for a series', async () => {
    const { registry } = metrics;
    const counter = registry.counter(definition({ name: 'done_total', type: 'counter' })).series([]);
    const histogram = registry
      .histogram(definition({ name: 'h', type: 'histogram', boundaries: [1, 2] }))
      .series([]);
    for (const value of [-1, NaN, Infinity, '3' as unknown as number]) counter.add(value);
    for (const value of [NaN, -Infinity, Infinity, -0.5]) histogram.observe(value);
    counter.add(2);
    histogram.observe(2);
    expect(await samples('done')).toEqual({ done_total: 2 });
    expect(await samples('h')).toMatchObject({ 'h_bucket 1.0': 0, 'h_bucket 2.0': 1, h_sum: 2, h_count: 1 });
    expect(await samples('sightline_observations_dropped')).toEqual({
      'sightline_observations_dropped_total done_total value': 4,
      'sightline_observations_dropped_total h value': 4,
    });
  });

  it('drops and counts what is no number for a gauge and no total for a counter that something else counts', async () => {
    const { registry } = metrics;
    const gauge = registry.gauge(definition()).series([]);
    const done = registry.counter(definition({ name: 'done_total', type: 'counter' }));
    const counter = done.series([]) as CounterCell;
    gauge.set(2);
    gauge.set('3' as unknown as number);
    for (const value of [NaN, Infinity, '1' as unknown as number]) gauge.add(value);
    counter.reach(4);
    for (const value of [NaN, -1, Infinity]) counter.reach(value);
    expect(await samples('jobs')).toEqual({ jobs: 2 });
    expect(await samples('done')).toEqual({ done_total: 4 });
    expect(await samples('sightline_observations_dropped')).toEqual({
      'sightline_observations_dropped_total jobs value': 4,
      'sightline_observations_dropped_total done_total value': 3,
    });
  });

  it('drops and counts what would make a sum infinite, which no number would ever leave again', async () => {
    const { registry } = metrics;
    const most = Number.MAX_VALUE;
    const counter = registry.counter(definition({ name: 'done_total', type: 'counter' })).series([]);
    const gauge = registry.gauge(definition()).series([]);
    const histogram = registry
      .histogram(definition({ name: 'h', type: 'histogram', boundaries: [1] }))
      .series([]);
    for (const value of [most, most, 1e21]) {
      counter.add(value);
      gauge.add(-value);
      histogram.observe(value);
    }
    expect(await samples('done')).toEqual({ done_total: most });
    expect(await samples('jobs')).toEqual({ jobs: -most });
    expect(await samples('h')).toMatchObject({ h_sum: most, h_count: 2 });
    expect(await samples('sightline_observations_dropped')).toEqual({
      'sightline_observations_dropped_total done_total value': 1,
      'sightline_observations_dropped_total jobs value': 1,
      'sightline_observations_dropped_total h value': 1,
    });
  });

  it('takes the metric of a library once, and says why it refuses another or one that Sightline has', () => {
    const registry = metrics.registry as LiveRegistry;
    const given = { ...definition({ name: 'queue_size', unit: 's' }), type: 'gauge' } as const;
    const first = registry.foreign(given);
    expect(registry.foreign({ ...given, labels: ['more'] })).toBe(first);
    registry.gauge(definition({ name: 'ours' }));
    registry.histogram(definition({ name: 'times', type: 'histogram' }));
    expect([
      registry.foreign({ ...given, unit: '' }),
      registry.foreign({ ...given, type: 'counter' }),
      registry.foreign({ ...given, name: 'ours' }),
      registry.foreign({ ...given, name: 'times_sum' }),
    ]).toEqual([
      { refusedBecause: 'it is there in the unit s' },
      { refusedBecause: 'it is there as a gauge' },
      { refusedBecause: 'Sightline records it itself' },
      { refusedBecause: 'times takes a name that it needs' },
    ]);
  });

  it('counts into one bucket when a histogram has no boundaries', async () => {
    metrics.registry
      .histogram(definition({ type: 'histogram' }))
      .series([])
      .observe(3);
    const family = (await metrics.snapshot()).find((each) => each.definition.name === 'jobs');
    expect(family?.series[0]?.histogram).toMatchObject({ counts: new Float64Array([1]), sum: 3 });
  });

  it('tells of a callback for no instrument at all that fails', async () => {
    metrics.meterProvider.getMeter('library').addBatchObservableCallback(() => {
      throw new Error('no');
    }, []);
    await metrics.snapshot();
    expect(problems.map(({ problem }) => problem)).toEqual(['a callback that observes an instrument failed']);
  });

  it('gives what is beyond the bound of a gauge to one series, by setting and by adding', async () => {
    const gauge = metrics.registry.gauge(definition({ labels: ['at'], seriesBound: 1 }));
    gauge.series(['a']).set(1);
    gauge.series(['b']).set(5);
    gauge.series(['c']).add(2);
    const family = (await metrics.snapshot()).find((each) => each.definition.name === 'jobs');
    expect(family?.series.map(({ value, overflow = false }) => [value, overflow])).toEqual([
      [1, false],
      [7, true],
    ]);
  });

  it('refuses a name that cannot stand on a page', () => {
    expect(() => metrics.registry.gauge(definition({ name: 'jöbs' }))).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_METRIC' }),
    );
  });

  it.each([[3], [40]])(
    'puts each observation into the first bucket that is not below it: %d buckets',
    async (count) => {
      const boundaries = Array.from({ length: count }, (_, at) => at + 1);
      const family = metrics.registry.histogram(definition({ type: 'histogram', boundaries }));
      for (const bound of [...boundaries, count + 1]) family.series([]).observe(bound);
      for (const bound of boundaries) family.series([]).observe(bound - 0.5);
      const snapshot = (await metrics.snapshot()).find((each) => each.definition.name === 'jobs');
      expect(snapshot?.series[0]?.histogram?.counts).toEqual([...boundaries.map(() => 2), 1]);
    },
  );

  it('keeps the last exemplar of each bucket and counter, and none without a trace', async () => {
    const { registry } = metrics;
    const histogram = registry
      .histogram(definition({ name: 'h', type: 'histogram', boundaries: [1] }))
      .series([]);
    histogram.observe(0.5, trace);
    histogram.observe(0.7, { ...trace, spanId: 'c'.repeat(16) });
    histogram.observe(0.9);
    histogram.observe(3);
    registry
      .counter(definition({ name: 'done_total', type: 'counter' }))
      .series([])
      .add(2, trace);
    const page = await families();
    const exemplars = page.get('h')?.samples.map(({ exemplar }) => exemplar?.value);
    expect(exemplars).toEqual([0.7, undefined, undefined, undefined]);
    expect(page.get('h')?.samples[0]?.exemplar?.labels.get('span_id')).toBe('c'.repeat(16));
    expect(page.get('done')?.samples[0]?.exemplar?.value).toBe(2);
  });

  it('takes an absent label and an empty one for the same, and leaves it off the page', async () => {
    const family = metrics.registry.gauge(definition({ labels: ['a', 'b'] }));
    family.series(['x', undefined]).set(1);
    family.series(['x', '']).add(1);
    family.series([undefined, 'x']).set(5);
    const found = (await families()).get('jobs')?.samples ?? [];
    expect(Array.from(found, ({ labels, value }) => [...labels, value])).toEqual([
      [['a', 'x'], 2],
      [['b', 'x'], 5],
    ]);
  });

  it('tells label sets apart whatever is in them', async () => {
    const family = metrics.registry.gauge(definition({ labels: ['a', 'b'] }));
    family.series(['x\u0000y', 'z']).set(1);
    family.series(['x', 'y\u0000z']).set(2);
    family.series(['x\\u0000y', 'z']).add(10);
    expect(Object.values(await samples('jobs'))).toEqual([11, 2]);
  });

  it('takes a removed label set off and begins it anew', async () => {
    const family = metrics.registry.gauge(definition({ labels: ['a'] }));
    family.series(['x']).set(1);
    family.remove(['x']);
    expect(await samples('jobs')).toEqual({});
    family.series(['x']).add(2);
    expect(await samples('jobs')).toEqual({ 'jobs x': 2 });
  });

  it('copies everything for a snapshot, which later observations do not change', async () => {
    const series = metrics.registry
      .histogram(definition({ type: 'histogram', labels: ['a'], boundaries: [1] }))
      .series(['x']);
    series.observe(0.5, trace);
    const snapshot = (await metrics.snapshot()).find((each) => each.definition.name === 'jobs');
    series.observe(0.6, { ...trace, traceId: 'c' });
    expect(structuredClone(snapshot)).toMatchObject({
      definition: definition({ type: 'histogram', labels: ['a'], boundaries: [1] }),
      series: [
        {
          labelValues: ['x'],
          histogram: {
            counts: [1, 0],
            sum: 0.5,
            exemplars: [expect.objectContaining({ ...trace, value: 0.5 }), undefined],
          },
        },
      ],
    });
  });

  it('does not wait for a callback that hangs, nor call it again, and tells of one that fails', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = vi.fn<() => Promise<void>>(() => new Promise(() => {}));
    metrics.registry.onCollect(hanging);
    metrics.registry.onCollect(() => {
      throw new Error('broken');
    });
    const gauge = metrics.registry.gauge(definition()).series([]);
    const stop = metrics.registry.onCollect(() => gauge.add(1));
    const first = samples('jobs');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await first).toEqual({ jobs: 1 });
    expect(await samples('jobs')).toEqual({ jobs: 2 });
    stop();
    expect(await samples('jobs')).toEqual({ jobs: 2 });
    expect(hanging).toHaveBeenCalledTimes(1);
    expect(problems.map(({ problem }) => problem)).toEqual([
      'a callback that brings gauges up to date failed',
      'a callback that brings gauges up to date takes longer than 1000 ms',
    ]);
  });
});

describe('the cardinality guard', () => {
  it('puts what is past the bound into one series, counts it and names metric and label once', async () => {
    const family = metrics.registry.counter(
      definition({ name: 'hits_total', type: 'counter', labels: ['kind', 'path'], seriesBound: 3 }),
    );
    for (let hit = 0; hit < 10; hit++) family.series(['a', `/${hit}`]).add(1);
    family.series(['a', '/0']).add(1);
    expect(await samples('hits')).toEqual({
      'hits_total a /0': 2,
      'hits_total a /1': 1,
      'hits_total a /2': 1,
      'hits_total true': 7,
    });
    expect(await samples('sightline_series')).toMatchObject({ 'sightline_series hits_total': 3 });
    expect(await samples('sightline_series_refused')).toMatchObject({
      'sightline_series_refused_total hits_total': 7,
    });
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_SERIES_BOUND']);
    expect(problems[0]?.problem).toBe('hits_total has 3 label sets: label path has 3 values');
    const snapshot = (await metrics.snapshot()).find((each) => each.definition.name === 'hits_total');
    expect(snapshot?.series.at(-1)).toMatchObject({
      labelValues: [undefined, undefined],
      overflow: true,
      value: 7,
    });
  });

  it('takes the bound of a metric from the options', async () => {
    metrics = createMetrics({ seriesBounds: { jobs: 1 }, onProblem: () => {} });
    const family = metrics.registry.gauge(definition({ labels: ['a'] }));
    family.series(['x']).set(1);
    family.series(['y']).set(2);
    expect(await samples('jobs')).toEqual({ 'jobs x': 1, 'jobs true': 2 });
  });

  it('lets labels of the catalogue have more values where the bound of their metric is raised, listed ones aside', async () => {
    metrics = createMetrics({
      seriesBounds: { http_server_request_duration_seconds: 4000, http_client_active_requests: 60 },
      onProblem: (problem) => problems.push(problem),
    });
    const server = metrics.registry.histogram(catalogueDefinition('http_server_request_duration_seconds'));
    for (let route = 0; route < 700; route++)
      server.series(['GET', `/${route}`, '200', undefined]).observe(1);
    server.series(['BREW', '/0', '200', undefined]).observe(1);
    const client = metrics.registry.gauge(catalogueDefinition('http_client_active_requests'));
    for (let host = 0; host < 60; host++) client.series([`host-${host}`]).add(1);
    expect(problems).toHaveLength(1);
    expect(await samples('sightline_series')).toMatchObject({
      'sightline_series http_server_request_duration_seconds': 701,
    });
    expect(Object.keys(await samples('http_client_active_requests'))).toContain(
      'http_client_active_requests host-58',
    );
  });

  it('makes _OTHER of what a label of the catalogue does not list or has no room for', async () => {
    const family = metrics.registry.gauge(catalogueDefinition('http_server_active_requests'));
    for (const method of ['GET', 'PURGE', 'get', 'BREW']) family.series([method]).add(1);
    expect(await samples('http_server_active_requests')).toEqual({
      'http_server_active_requests GET': 1,
      'http_server_active_requests _OTHER': 3,
    });
    const client = metrics.registry.gauge(catalogueDefinition('http_client_active_requests'));
    for (let host = 0; host < 60; host++) client.series([`host-${host}`]).add(1);
    const counts = await samples('http_client_active_requests');
    expect(Object.keys(counts)).toHaveLength(50);
    expect(counts['http_client_active_requests host-48']).toBe(1);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_SERIES_BOUND']);
  });

  it('names the label of the catalogue that has no room and no _OTHER', async () => {
    const family = metrics.registry.histogram(catalogueDefinition('http_server_request_duration_seconds'));
    for (let route = 0; route < 600; route++)
      family.series(['GET', `/${route}`, '200', undefined]).observe(1);
    expect(problems.map(({ problem }) => problem)).toEqual([
      'label http_route of http_server_request_duration_seconds got a value that the catalogue has no room for',
    ]);
    expect(await samples('sightline_series_refused')).toMatchObject({
      'sightline_series_refused_total http_server_request_duration_seconds': 100,
    });
  });

  it.each(['10.1.2.3', '10.1.2.3:8080', '::1', '[::1]', '[fe80::1]:443', 'fe80::1%eth0', '::ffff:10.0.0.1'])(
    'lets no address into a label for hosts: %s',
    async (address) => {
      metrics.registry.gauge(catalogueDefinition('http_client_active_requests')).series([address]).set(1);
      metrics.registry
        .gauge(definition({ labels: ['peer_address'] }))
        .series([address])
        .set(1);
      expect(await samples('http_client_active_requests')).toEqual({
        'http_client_active_requests _OTHER': 1,
      });
      expect(await samples('jobs')).toEqual({ 'jobs _OTHER': 1 });
    },
  );

  it('cuts long values and leaves hosts alone', async () => {
    const family = metrics.registry.gauge(definition({ labels: ['peer_address'] }));
    family.series(['db-1.internal:5432']).set(1);
    family.series(['😀'.repeat(10_000)]).set(1);
    const [host, long] = (await families()).get('jobs')?.samples ?? [];
    expect(host?.labels.get('peer_address')).toBe('db-1.internal:5432');
    expect(long?.labels.get('peer_address')).toHaveLength(256);
  });

  it('stays as small as before under a million hostile values', async () => {
    const { requestSink, counter, meterProvider } = metrics;
    const business = counter('logins_total', {
      help: 'Logins.',
      unit: '{login}',
      labels: ['plan'],
      seriesBound: 50,
    });
    const meter = meterProvider.getMeter('hostile');
    const foreign = meter.createCounter('hostile');
    const name = 'x'.repeat(300);
    const record = {
      durationSeconds: 1,
      spanContext: trace,
      kept: true,
      requestBodyBytes: 1,
      responseBodyBytes: 1,
    };
    function attack(from: number, to: number): void {
      for (let at = from; at < to; at++) {
        requestSink.prepare({ method: `M${at}`, route: `/${at}/${name}`, status: at, errorType: `E${at}` })(
          record,
        );
        business.add(1, { plan: `${at}${name}` });
        business.add(1, { [`label${at}`]: 'x' } as unknown as { plan: string });
        foreign.add(1, { [`key${at}`]: name, url: `/${at}` });
        if (at % 10 === 0) meter.createCounter(`hostile.${at}`).add(1);
        if (at % 10 === 0) counter(`mine_${at}_total`, { help: 'x', unit: '{x}' }).add(1);
      }
    }
    attack(0, 50_000);
    const before = (await readBody(metrics.page().body)).length;
    const told = problems.length;
    globalThis.gc?.();
    attack(50_000, 200_000);
    const page = await readBody(metrics.page().body);
    parsePage(page, 'text');
    // Only digits of counts have come.
    expect(page.length).toBeLessThan(before * 1.02);
    expect(problems.length).toBe(told);
    expect(told).toBeLessThan(20);
    // Six observations each: more than a million.
    expect(await samples('sightline_series_refused')).toMatchObject({
      'sightline_series_refused_total logins_total': 199_950,
    });
  }, 60_000);
});

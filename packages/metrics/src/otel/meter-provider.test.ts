import {
  context,
  type Meter,
  type Observable,
  type ObservableResult,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { catalogueDefinition, metrics as catalogue, prometheusName } from '@sightline/conventions';
import type { SightlineError } from '@sightline/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMetrics, type Metrics } from '../create-metrics.ts';
import { parsePage, readBody } from '../page-parser.fixture.ts';
import { instrumentName } from './instrument-name.ts';

let problems: SightlineError[];
let metrics: Metrics;
let meter: Meter;

beforeEach(() => {
  problems = [];
  metrics = createMetrics({ onProblem: (problem) => problems.push(problem) });
  meter = metrics.meterProvider.getMeter('library', '1.0.0');
});
afterEach(() => void vi.useRealTimers());

async function family(name: string) {
  return parsePage(await readBody(metrics.page('application/openmetrics-text').body), 'openmetrics').get(
    name,
  );
}

async function values(name: string): Promise<[name: string, labels: object, value: number][]> {
  const found = (await family(name))?.samples ?? [];
  return found.map((sample) => [sample.name, Object.fromEntries(sample.labels), sample.value]);
}

describe('createMeterProvider', () => {
  it('puts every synchronous instrument on the page under its name in Prometheus', async () => {
    meter
      .createCounter('pg.queries', { unit: '{query}', description: 'Queries.' })
      .add(2, { 'db.system': 'pg' });
    meter.createUpDownCounter('pool.use', { unit: '1' }).add(-3);
    meter.createGauge('disk.use', { unit: '1' }).record(0.5);
    meter
      .createHistogram('jvm.pause', { unit: 'ms', advice: { explicitBucketBoundaries: [1, 10] } })
      .record(5);
    expect(await values('pg_queries')).toEqual([['pg_queries_total', { db_system: 'pg' }, 2]]);
    expect((await family('pg_queries'))?.help).toBe('Queries.');
    expect(await values('pool_use')).toEqual([['pool_use', {}, -3]]);
    expect(await values('disk_use_ratio')).toEqual([['disk_use_ratio', {}, 0.5]]);
    expect((await family('jvm_pause_milliseconds'))?.unit).toBe('milliseconds');
    expect(await values('jvm_pause_milliseconds')).toContainEqual([
      'jvm_pause_milliseconds_bucket',
      { le: '10.0' },
      1,
    ]);
    expect(problems).toEqual([]);
  });

  it('uses the boundaries for seconds where a library gives none, and those of the SDK for other units', async () => {
    meter.createHistogram('a', { unit: 's' }).record(1);
    meter.createHistogram('b').record(1);
    meter.createHistogram('c', { advice: { explicitBucketBoundaries: [1, Number.NaN] } }).record(1);
    meter.createHistogram('d', { advice: { explicitBucketBoundaries: [2, 1, 2, Infinity] } }).record(1);
    expect((await values('a_seconds'))[0]).toEqual(['a_seconds_bucket', { le: '0.005' }, 0]);
    expect(await values('b')).toContainEqual(['b_bucket', { le: '10000.0' }, 1]);
    expect(await values('c')).toContainEqual(['c_bucket', { le: '10000.0' }, 1]);
    const bounds = (await values('d')).flatMap(([, labels]) => Object.values(labels) as string[]);
    expect(bounds).toEqual(['1.0', '2.0', '+Inf']);
  });

  it('says how gauges of several processes become one, and lets what adds up add up', async () => {
    meter.createGauge('lag', { unit: 'ms' }).record(1);
    meter.createObservableGauge('use', { unit: '1' }).addCallback((result) => result.observe(1));
    meter.createGauge('depth', { unit: '{job}' }).record(1);
    meter.createUpDownCounter('waits', { unit: 's' }).add(1);
    const snapshot = await metrics.snapshot();
    const aggregates = snapshot.map(({ definition }) => [definition.name, definition.aggregate]);
    expect(Object.fromEntries(aggregates)).toMatchObject({
      lag_milliseconds: 'max',
      use_ratio: 'mean',
      depth: undefined,
      waits_seconds: undefined,
    });
  });

  it('makes text of every attribute, finds a set again in any order, and joins keys with one spelling', async () => {
    const counter = meter.createCounter('calls');
    counter.add(1, { b: 1, a: true });
    counter.add(1, { a: true, b: 1 });
    counter.add(1, { a: true });
    counter.add(1, { a: true, b: undefined, 'late.key': ['x', 1] as never, le: 'y', '1st': 'z' });
    counter.add(1, { 'k.1': 'second', k_1: 'third', 'k-1': 'first' });
    counter.add(1, { k_1: 'third', 'k-1': 'first', 'k.1': 'second' });
    expect(await values('calls')).toEqual([
      ['calls_total', { a: 'true', b: '1' }, 2],
      ['calls_total', { a: 'true' }, 1],
      ['calls_total', { a: 'true', late_key: '["x",1]', exported_le: 'y', _1st: 'z' }, 1],
      ['calls_total', { k_1: 'first;second;third' }, 2],
    ]);
  });

  it('shares a metric between scopes that define it alike and refuses other definitions with one warning', async () => {
    const other = metrics.meterProvider.getMeter('other');
    meter.createCounter('calls', { unit: '{call}' }).add(1);
    other.createCounter('calls', { unit: '{call}' }).add(1);
    const wrong = other.createObservableCounter('calls', { unit: '{call}' });
    wrong.addCallback((result) => result.observe(100));
    other.createGauge('calls.total').record(5);
    expect(await values('calls')).toEqual([['calls_total', {}, 2]]);
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('calls_total, which other records through the OpenTelemetry API, is refused'),
    ]);
  });

  it('refuses what Sightline records itself, whoever comes first', async () => {
    const name = 'http_server_request_duration_seconds';
    const early = meter.createHistogram('http.server.request.duration', { unit: 's' });
    early.record(1);
    expect(await values(name)).not.toEqual([]);
    const measure = metrics.requestSink.prepare({
      method: 'GET',
      route: '/',
      status: 200,
      errorType: undefined,
    });
    measure({
      durationSeconds: 2,
      kept: false,
      spanContext: { traceId: '', spanId: '' },
      requestBodyBytes: undefined,
      responseBodyBytes: undefined,
    });
    early.record(1);
    meter.createHistogram('http.server.request.duration', { unit: 's' }).record(1);
    const count = (await values(name)).filter(([part]) => part === `${name}_count`);
    expect(count).toEqual([
      [`${name}_count`, { http_request_method: 'GET', http_route: '/', http_response_status_code: '200' }, 1],
    ]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_METRIC']);
    expect(await values('sightline_observations_dropped')).toEqual([
      ['sightline_observations_dropped_total', { metric: name, reason: 'conflict' }, 2],
    ]);

    metrics.registry.gauge(catalogueDefinition('process_open_fds')).series([]).set(1);
    meter.createGauge('process.open_fds').record(7);
    expect(await values('process_open_fds')).toEqual([['process_open_fds', {}, 1]]);
    expect(problems[1]?.problem).toContain('Sightline records it itself');
  });

  it('takes exemplars from the context given, or the active one, when its trace is sampled', async () => {
    const counter = meter.createCounter('calls');
    const inTrace = (traceFlags: number) =>
      trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
    counter.add(1, { n: 1 }, inTrace(1));
    counter.add(1, { n: 2 }, inTrace(0));
    counter.add(1, { n: 3 });
    const active = vi.spyOn(context, 'active').mockReturnValue(inTrace(1));
    counter.add(1, { n: 4 });
    active.mockRestore();
    const ids = (await family('calls'))?.samples.map(({ exemplar }) => exemplar?.labels.get('trace_id')?.[0]);
    expect(ids).toEqual(['a', undefined, undefined, 'a']);
  });

  it('asks observable instruments for each page and shows only what they observed for it', async () => {
    let open = new Map([
      ['a', 1],
      ['b', 2],
    ]);
    meter.createObservableGauge('connections').addCallback((result) => {
      for (const [pool, count] of open) result.observe(count, { pool });
    });
    const total = meter.createObservableCounter('io', { unit: 'By' });
    const up = meter.createObservableUpDownCounter('queue');
    const batch = vi.fn<(result: { observe(observable: Observable, value: number): void }) => Promise<void>>(
      async (result) => {
        result.observe(total, 100);
        result.observe(up, -5);
      },
    );
    meter.addBatchObservableCallback(batch, [total, up]);
    meter.addBatchObservableCallback(batch, [total, up]);
    expect(await values('connections')).toEqual([
      ['connections', { pool: 'a' }, 1],
      ['connections', { pool: 'b' }, 2],
    ]);
    expect(batch).toHaveBeenCalledTimes(1);
    open = new Map([['b', 3]]);
    expect(await values('connections')).toEqual([['connections', { pool: 'b' }, 3]]);
    expect(await values('io_bytes')).toEqual([['io_bytes_total', {}, 100]]);
    expect(await values('queue')).toEqual([['queue', {}, -5]]);
    meter.removeBatchObservableCallback(batch, [total, up]);
    batch.mockClear();
    expect(await values('queue')).toEqual([]);
    expect(await values('io_bytes')).toEqual([]);
    expect(batch).not.toHaveBeenCalled();
  });

  it('keeps the names of an instrument and its attributes for a push, whatever they are on the page', async () => {
    meter.createCounter('orders.placed', { unit: '{order}' }).add(1, { 'customer.tier': 'gold', job: 'a' });
    const found = (await metrics.snapshot()).find(({ definition }) => definition.otel !== undefined);
    expect(found?.definition).toMatchObject({
      name: 'orders_placed_total',
      labels: ['customer_tier', 'exported_job'],
      otel: { name: 'orders.placed', keys: ['customer.tier', 'job'] },
    });
    meter.createUpDownCounter('queue.size').add(1);
    meter.createGauge('queue.limit').record(9);
    const all = new Map(
      (await metrics.snapshot()).map(({ definition }) => [definition.name, definition.otel]),
    );
    expect([all.get('queue_size'), all.get('queue_limit')]).toEqual([
      { name: 'queue.size', keys: [], isSum: true },
      { name: 'queue.limit', keys: [] },
    ]);
  });

  it('says of what a callback counts that it began with the process, and anew where it has fallen', async () => {
    const startTimeMs = async () => {
      const found = (await metrics.snapshot()).find(({ definition }) => definition.name === 'cpu_total');
      return found?.series[0]?.startTimeMs;
    };
    let total = 7;
    let fails = false;
    meter.createObservableCounter('cpu').addCallback((result) => {
      if (fails) throw new Error('busy');
      result.observe(total);
    });
    expect(await startTimeMs()).toBe(performance.timeOrigin);
    fails = true;
    expect(await startTimeMs()).toBeUndefined();
    fails = false;
    total = 9;
    // Not of now, which would say that all of it has been counted since.
    expect(await startTimeMs()).toBe(performance.timeOrigin);
    total = 1;
    const beforeMs = Date.now();
    expect(await startTimeMs()).toBeGreaterThanOrEqual(beforeMs);
    total = 0;
    const emptyAtMs = await startTimeMs();
    total = 5;
    expect(await startTimeMs()).toBe(emptyAtMs);
  });

  it('leaves out and counts callbacks that throw or hang, and does not call again one that hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = vi.fn<() => Promise<void>>(() => new Promise(() => {}));
    meter.createObservableGauge('throwing').addCallback((result) => {
      result.observe(1);
      throw new Error('broken');
    });
    meter.createObservableGauge('rejecting').addCallback(async () => Promise.reject(new Error('broken')));
    meter.createObservableGauge('hanging').addCallback(hanging);
    meter.createObservableGauge('fine').addCallback((result) => result.observe(1));
    const first = values('fine');
    await vi.advanceTimersByTimeAsync(800);
    expect(await first).toEqual([['fine', {}, 1]]);
    expect(await values('throwing')).toEqual([]);
    expect(hanging).toHaveBeenCalledTimes(1);
    expect(await values('sightline_observations_dropped')).toEqual([
      ['sightline_observations_dropped_total', { metric: 'throwing', reason: 'failed' }, 3],
      ['sightline_observations_dropped_total', { metric: 'rejecting', reason: 'failed' }, 3],
      ['sightline_observations_dropped_total', { metric: 'hanging', reason: 'timeout' }, 3],
    ]);
    expect(problems).toHaveLength(3);
  });

  it('bounds label sets and labels, and drops wrong values', async () => {
    const counter = meter.createCounter('calls');
    for (let call = 0; call < 2100; call++) counter.add(1, { call });
    for (let key = 0; key < 200; key++) meter.createCounter('keys').add(1, { [`key${key}`]: 1 });
    const histogram = meter.createHistogram('sizes');
    for (const value of [-1, NaN, '1' as never]) histogram.record(value);
    expect(await values('calls')).toHaveLength(2001);
    expect((await values('calls')).at(-1)).toEqual(['calls_total', { otel_metric_overflow: 'true' }, 100]);
    expect((await values('keys')).at(-1)).toEqual(['keys_total', { otel_metric_overflow: 'true' }, 136]);
    expect(problems.map(({ code, problem }) => [code, problem])).toEqual([
      ['SIGHTLINE_SERIES_BOUND', 'calls_total has 2000 label sets: label call has 2000 values'],
      [
        'SIGHTLINE_SERIES_BOUND',
        'keys_total has 64 labels and was given an attribute that would be one more',
      ],
    ]);
    expect(await values('sightline_observations_dropped')).toEqual([
      ['sightline_observations_dropped_total', { metric: 'sizes', reason: 'value' }, 3],
    ]);
  });

  it('has a metric of the catalogue with as many values of a label as the catalogue has room for', async () => {
    const active = meter.createUpDownCounter('http.client.active_requests', { unit: '{request}' });
    for (let host = 0; host < 60; host++) active.add(1, { 'server.address': `host-${host}` });
    const found = await values('http_client_active_requests');
    expect(found).toHaveLength(50);
    expect(found.at(-1)).toEqual(['http_client_active_requests', { server_address: '_OTHER' }, 11]);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_SERIES_BOUND']);
  });

  it('adds up counts that callbacks observe for label sets of one series, and takes the last one of the same attributes', async () => {
    const hosts = (count: number) => (result: ObservableResult) => {
      for (let host = 1; host <= count; host++) result.observe(host, { 'server.address': `10.0.0.${host}` });
      result.observe(7, { 'server.address': `10.0.0.${count}` });
    };
    const open = meter.createObservableUpDownCounter('open');
    open.addCallback(hosts(2));
    open.addCallback(hosts(3));
    meter.createObservableGauge('last').addCallback(hosts(3));
    meter.createObservableCounter('sent').addCallback((result) => {
      for (let call = 0; call < 2100; call++) result.observe(3, { call });
    });
    await values('open');
    expect(await values('open')).toEqual([['open', { server_address: '_OTHER' }, 1 + 2 + 7]]);
    expect(await values('last')).toEqual([['last', { server_address: '_OTHER' }, 7]]);
    expect((await values('sent')).at(-1)).toEqual(['sent_total', { otel_metric_overflow: 'true' }, 300]);
  });

  it('never throws, whatever a library does', async () => {
    const wrong = meter as unknown as Record<
      string,
      (...given: unknown[]) => Record<string, (...given: unknown[]) => void>
    >;
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const name of ['ok', '', '1x', null, Symbol('s')]) {
      wrong['createCounter']!(name, { unit: 3, description: null }).add!(1, {
        a: cyclic,
        b: Symbol('s'),
        c: null,
      });
      wrong['createHistogram']!(name, { advice: { explicitBucketBoundaries: 'x' } }).record!(1, null);
      wrong['createObservableGauge']!(name, null).addCallback!('no function');
    }
    meter.addBatchObservableCallback(null as never, null as never);
    const throwing = { ownKeys: () => Reflect.getPrototypeOf(null as never) } as never;
    meter.createCounter('proxied').add(2, new Proxy({}, throwing));
    expect(await values('proxied')).toEqual([['proxied_total', { otel_metric_overflow: 'true' }, 2]]);
    expect(await values('ok_total')).toEqual([['ok_total', { a: 'object', b: 'Symbol(s)' }, 1]]);
  });
});

describe('instrumentName', () => {
  it.each([
    ['a.b', 's', 'histogram', 'a_b_seconds'],
    ['a.seconds', 's', 'histogram', 'a_seconds'],
    ['a', 'By/s', 'gauge', 'a_bytes_per_second'],
    ['a', '{req}/s', 'gauge', 'a_per_second'],
    ['a', '1/m', 'gauge', 'a_per_minute'],
    ['a', '%', 'gauge', 'a_percent'],
    ['a', '1', 'counter', 'a_total'],
    ['a', '1', 'gauge', 'a_ratio'],
    ['a', '{thing}', 'gauge', 'a'],
    ['a', 'widgets', 'gauge', 'a_widgets'],
    ['a.total', 'By', 'counter', 'a_bytes_total'],
    ['a--b..c', '', 'gauge', 'a_b_c'],
    ['a', 'KiBy', 'gauge', 'a_kibibytes'],
  ] as const)('makes of %s in %s as a %s %s', (name, unit, type, expected) => {
    expect(instrumentName(name, unit, type)).toBe(expected);
  });

  it('agrees with the catalogue', () => {
    for (const { type, ...definition } of Object.values(catalogue)) {
      if (!('otelName' in definition) || type === 'info') continue;
      const { otelName, unit } = definition;
      expect(instrumentName(otelName, unit, type)).toBe(prometheusName(otelName, unit, type));
    }
  });
});

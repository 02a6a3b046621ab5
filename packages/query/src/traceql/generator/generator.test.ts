import { describe, expect, it } from 'vitest';
import { baseNs, id, secondNs, span, trace } from '../traces.fixture.ts';
import { generatedSamples } from './metric-store.ts';
import { createServiceGraph, serviceGraph } from './service-graph.ts';
import { createSpanMetrics, spanMetrics } from './span-metrics.ts';
import { otlpSpanBytes } from './otlp-span-bytes.ts';

/** Numbers by the name and the labels of their series, without empty buckets. */
function samples(metrics: Parameters<typeof generatedSamples>[0]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    generatedSamples(metrics)
      .filter(({ labels }) => !labels['__name__']?.endsWith('_bucket'))
      .map(({ labels: { __name__: name, ...labels }, value }) => [
        `${name}{${Object.entries(labels)
          .map(([key, label]) => `${key}="${label}"`)
          .join(',')}}`,
        value,
      ]),
  );
}

const plain = 'service="shop",span_name="GET",span_kind="SPAN_KIND_INTERNAL",status_code="STATUS_CODE_UNSET"';

describe('spanMetrics', () => {
  it('counts calls, seconds and bytes by service, span, kind and status', () => {
    const own = samples(spanMetrics([span({}), span({ durationNs: secondNs / 2n })]));
    expect(own).toMatchObject({
      [`traces_spanmetrics_calls_total{${plain}}`]: 2,
      [`traces_spanmetrics_latency_count{${plain}}`]: 2,
      [`traces_spanmetrics_latency_sum{${plain}}`]: 1.5,
      [`traces_spanmetrics_size_total{${plain}}`]: 2 * otlpSpanBytes(span({})),
    });
  });

  it('counts a value into the bucket that it ends, with the trace that it is of', () => {
    const metrics = spanMetrics([
      span({ durationNs: 2_000_000n }),
      span({ traceId: trace(7), durationNs: 60n * secondNs }),
    ]);
    const histogram = metrics.find(({ type }) => type === 'histogram');
    expect(histogram).toMatchObject({ upperBoundsSeconds: { 0: 0.002, 13: 16.384 } });
    expect(histogram?.type === 'histogram' && [...histogram.bucketCounts]).toEqual([
      1,
      ...Array.from({ length: 13 }, () => 0),
      1,
    ]);
    expect(histogram?.type === 'histogram' && histogram.exemplarTraceIds.at(-1)).toBe(trace(7));
  });

  it('makes labels of attributes, of the resource before the span, under names that are free', () => {
    const metrics = spanMetrics(
      [span({ attributes: { 'http.route': '/cart', service: 'x', 'service.name': 'other' } })],
      {
        dimensions: ['http.route', 'service', 'service.name', 'missing'],
      },
    );
    expect(metrics[0]?.labels).toEqual({
      service: 'shop',
      span_name: 'GET',
      span_kind: 'SPAN_KIND_INTERNAL',
      status_code: 'STATUS_CODE_UNSET',
      http_route: '/cart',
      __service: 'x',
      service_name: 'shop',
    });
  });

  it('tells of the resource when it is asked to', () => {
    const resource = {
      attributes: new Map([
        ['service.name', 'shop'],
        ['service.namespace', 'eu'],
        ['service.instance.id', 'shop-0'],
        ['host.name', 'h1'],
      ]),
    };
    const own = samples(spanMetrics([{ ...span({}), resource }], { targetInfo: true }));
    expect(own['traces_target_info{host_name="h1",job="eu/shop",instance="shop-0"}']).toBe(1);
    expect(own[`traces_spanmetrics_calls_total{${plain},job="eu/shop",instance="shop-0"}`]).toBe(1);
  });

  it('tells nothing of a resource that has nothing to tell', () => {
    const of = (attributes: Readonly<Record<string, string>>): readonly string[] =>
      Object.keys(
        samples(
          spanMetrics([{ ...span({}), resource: { attributes: new Map(Object.entries(attributes)) } }], {
            targetInfo: true,
          }),
        ),
      ).filter((name) => name.startsWith('traces_target_info'));
    expect(of({ 'host.name': 'h1' })).toEqual([]);
    expect(of({ 'service.name': 'shop' })).toEqual([]);
    expect(of({ 'service.instance.id': 'i1', '1st': 'x', 'host.name': 'h1', empty: '' })).toEqual([
      'traces_target_info{host_name="h1",instance="i1"}',
    ]);
  });

  it('makes a label of the message of a status when it is asked to', () => {
    const [calls] = spanMetrics([span({ status: 'error', statusMessage: 'boom' })], { statusMessage: true });
    expect(calls?.labels).toMatchObject({ status_code: 'STATUS_CODE_ERROR', status_message: 'boom' });
  });

  it('refuses to tell of resources over its bound as well', () => {
    const resource = {
      attributes: new Map([
        ['service.name', 'shop'],
        ['host.name', 'h1'],
      ]),
    };
    const metrics = createSpanMetrics({ maxSeries: 19, targetInfo: true });
    metrics.add([{ ...span({}), resource }]);
    expect([metrics.metrics().length, metrics.refused]).toEqual([3, 1]);
  });

  it('refuses series over its bound, a histogram being 14 + 3 of them, and counts them', () => {
    const metrics = createSpanMetrics({ maxSeries: 19 });
    metrics.add([span({}), span({ name: 'POST' })]);
    expect(metrics.metrics()).toHaveLength(3);
    expect(generatedSamples(metrics.metrics())).toHaveLength(19);
    expect(metrics.refused).toBe(3);
    const fewer = createSpanMetrics({ maxSeries: 17 });
    fewer.add([span({})]);
    expect([generatedSamples(fewer.metrics()).length, fewer.refused]).toEqual([2, 1]);
  });

  it('forgets what had no span for a quarter of an hour, which makes room', () => {
    const metrics = createSpanMetrics({ maxSeries: 19 });
    const minuteMs = 60_000;
    const names = (): readonly unknown[] => [
      ...new Set(metrics.metrics().map(({ labels }) => labels['span_name'])),
    ];
    metrics.add([span({})]);
    metrics.expire(0);
    metrics.expire(14 * minuteMs);
    metrics.add([span({})]);
    metrics.expire(15 * minuteMs);
    metrics.expire(29 * minuteMs);
    expect(names()).toEqual(['GET']);
    metrics.expire(30 * minuteMs);
    expect(names()).toEqual([]);
    metrics.add([span({ name: 'POST' })]);
    expect([names(), metrics.refused]).toEqual([['POST'], 0]);
  });

  it('gives numbers as they are, which no later span changes, under the same labels', () => {
    const metrics = createSpanMetrics();
    metrics.add([span({})]);
    const before = metrics.metrics();
    const seen = structuredClone(before);
    metrics.add([span({})]);
    expect(before).toEqual(seen);
    expect(metrics.metrics().map(({ labels }, at) => labels === before[at]?.labels)).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('serviceGraph', () => {
  const call = span({ spanId: id(1), parentSpanId: id(9), kind: 'client', durationNs: 3n * secondNs });
  const answer = span({
    spanId: id(2),
    parentSpanId: id(1),
    kind: 'server',
    service: 'payments',
    durationNs: 2n * secondNs,
  });

  it.each([
    ['the call first', [call, answer]],
    ['the answer first', [answer, call]],
  ])('pairs a call with its answer, %s', (_, spans) => {
    expect(samples(serviceGraph(spans))).toEqual({
      'traces_service_graph_request_total{client="shop",server="payments"}': 1,
      'traces_service_graph_request_server_seconds_count{client="shop",server="payments"}': 1,
      'traces_service_graph_request_server_seconds_sum{client="shop",server="payments"}': 2,
      'traces_service_graph_request_client_seconds_count{client="shop",server="payments"}': 1,
      'traces_service_graph_request_client_seconds_sum{client="shop",server="payments"}': 3,
    });
  });

  it('counts a request as failed when either side failed', () => {
    const own = samples(serviceGraph([{ ...call, status: 'error' }, answer]));
    expect(own['traces_service_graph_request_failed_total{client="shop",server="payments"}']).toBe(1);
  });

  it('knows a database by the call alone, by its best name', () => {
    const query = (attributes: Readonly<Record<string, string | bigint>>) =>
      Object.keys(samples(serviceGraph([span({ kind: 'client', parentSpanId: id(9), attributes })])))[0];
    expect(query({ 'db.system': 'postgresql', 'db.name': 'orders' })).toBe(
      'traces_service_graph_request_total{client="shop",server="orders",connection_type="database"}',
    );
    expect(
      query({ 'db.name': 'orders', 'network.peer.address': '10.0.0.1', 'network.peer.port': 5432n }),
    ).toContain('server="10.0.0.1:5432"');
    expect(query({ 'db.name': 'orders', 'server.address': 'pg' })).toContain('server="pg"');
  });

  it('names a caller that nobody knows, and a callee that sends no spans', () => {
    expect(Object.keys(samples(serviceGraph([span({ kind: 'server' })])))[0]).toBe(
      'traces_service_graph_request_total{client="user",server="shop",connection_type="virtual_node"}',
    );
    const outside = span({ kind: 'client', parentSpanId: id(9), attributes: { 'peer.service': 'bank' } });
    expect(Object.keys(samples(serviceGraph([outside])))[0]).toContain('client="shop",server="bank"');
  });

  it('measures how long a message was on its way when it is asked to', () => {
    const sent = span({ spanId: id(1), parentSpanId: id(9), kind: 'producer' });
    const taken = span({
      spanId: id(2),
      parentSpanId: id(1),
      kind: 'consumer',
      service: 'mail',
      startNs: baseNs + 4n * secondNs,
    });
    const own = samples(serviceGraph([sent, taken], { messagingLatency: true }));
    const labels = '{client="shop",server="mail",connection_type="messaging_system"}';
    expect(own[`traces_service_graph_request_messaging_system_seconds_sum${labels}`]).toBe(3);
  });

  it('measures no time on its way of a message that was taken before it was sent', () => {
    const sent = span({ spanId: id(1), parentSpanId: id(9), kind: 'producer', durationNs: 5n * secondNs });
    const taken = span({ spanId: id(2), parentSpanId: id(1), kind: 'consumer', service: 'mail' });
    const own = Object.keys(samples(serviceGraph([sent, taken], { messagingLatency: true })));
    expect(own.filter((name) => name.includes('messaging_system_seconds'))).toEqual([]);
    expect(own).toContain(
      'traces_service_graph_request_total{client="shop",server="mail",connection_type="messaging_system"}',
    );
  });

  it('names a caller by what a root says of its peer', () => {
    const root = span({ kind: 'server', attributes: { 'peer.service': 'partner' } });
    expect(Object.keys(samples(serviceGraph([root])))[0]).toContain('client="partner",server="shop"');
  });

  it('makes labels of dimensions that a side has, and none of others', () => {
    const [first = ''] = Object.keys(
      samples(
        serviceGraph([call, { ...answer, attributes: new Map([['region', 'eu']]) }], {
          dimensions: ['region', 'missing'],
          clientServerPrefix: true,
        }),
      ),
    );
    expect(first).toBe(
      'traces_service_graph_request_total{client="shop",server="payments",server_region="eu"}',
    );
  });

  it('keeps the name of the service that answers where a call names its database with nothing', () => {
    const query = span({ spanId: id(1), parentSpanId: id(9), kind: 'client', attributes: { 'db.name': '' } });
    expect(Object.keys(samples(serviceGraph([answer, query])))[0]).toBe(
      'traces_service_graph_request_total{client="shop",server="payments",connection_type="database"}',
    );
  });

  it('forgets who had no request for a quarter of an hour', () => {
    const graph = createServiceGraph();
    graph.add([call, answer], 0);
    graph.expire(0);
    expect(graph.metrics().length).toBeGreaterThan(0);
    graph.expire(899_999);
    expect(graph.metrics().length).toBeGreaterThan(0);
    graph.expire(900_000);
    expect(graph.metrics()).toEqual([]);
  });

  it('waits for the other side as long as it is told, and no more of them than its bound', () => {
    const graph = createServiceGraph({ waitMs: 1_000, maxWaiting: 1 });
    graph.add([call, { ...call, traceId: trace(2) }], 0);
    expect(graph.stats()).toMatchObject({ waiting: 1, dropped: 1 });
    graph.expire(999);
    expect(graph.stats()).toMatchObject({ waiting: 1, expired: 0 });
    graph.expire(1_000);
    expect(graph.stats()).toMatchObject({ waiting: 0, expired: 1 });
  });
});

describe('otlpSpanBytes', () => {
  it('is the length of the message in protobuf', () => {
    // Ids 18 + 10, name 5, kind 2, times 9 + 9, status 2, and 2 + 3 + 2 + 2 for an attribute of one letter and a small int.
    expect(otlpSpanBytes(span({ attributes: { a: 1n } }))).toBe(18 + 10 + 5 + 2 + 9 + 9 + 2 + 9);
  });
});

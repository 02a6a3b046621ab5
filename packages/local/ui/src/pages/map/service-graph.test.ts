import { describe, expect, it } from 'vitest';
import type { Series } from '../../api/prometheus.ts';
import { around, graphQueries, serviceGraph } from './service-graph.ts';

function series(client: string, server: string, value: number, type = ''): Series {
  return { labels: { client, server, connection_type: type }, times: [0], values: [value] };
}

const graph = serviceGraph({
  requests: [
    series('user', 'shop', 10, 'virtual_node'),
    series('shop', 'orders', 4),
    series('orders', 'sqlite', 8, 'database'),
    series('orders', 'api.example.com', 2, 'virtual_node'),
    series('orders', 'queue', 1, 'messaging_system'),
    series('gone', 'shop', 0),
  ],
  failed: [series('shop', 'orders', 1), series('orders', 'api.example.com', 2.1, 'virtual_node')],
  mean: [series('shop', 'orders', 0.02)],
  p95: [series('shop', 'orders', 0.25), series('orders', 'sqlite', Number.NaN, 'database')],
});

describe('serviceGraph', () => {
  it('has an edge a pair that is called, the worst first', () => {
    expect(graph.edges.map(({ server, errorRatio, kind }) => [server, errorRatio, kind])).toEqual([
      ['api.example.com', 1, 'external'],
      ['orders', 0.25, 'call'],
      ['shop', 0, 'external'],
      ['sqlite', 0, 'database'],
      ['queue', 0, 'messaging'],
    ]);
    expect(graph.edges[1]).toMatchObject({ meanSeconds: 0.02, p95Seconds: 0.25 });
    expect(graph.edges[3]?.p95Seconds).toBeNaN();
  });

  it('tells services from databases, hosts outside, and callers that nobody knows', () => {
    expect(Object.fromEntries(graph.nodes.map(({ name, kind }) => [name, kind]))).toEqual({
      user: 'user',
      shop: 'service',
      orders: 'service',
      sqlite: 'database',
      'api.example.com': 'external',
      queue: 'service',
    });
  });

  it('takes a service that only unknown callers call as one', () => {
    const { nodes } = serviceGraph({
      requests: [series('user', 'lonely', 1, 'virtual_node')],
      failed: [],
      mean: [],
      p95: [],
    });
    expect(nodes.find(({ name }) => name === 'lonely')?.kind).toBe('service');
  });

  it('is empty without series', () => {
    expect(serviceGraph({ requests: [], failed: [], mean: [], p95: [] })).toEqual({ nodes: [], edges: [] });
  });
});

describe('around', () => {
  it('keeps a service, its callers and those that it calls', () => {
    const near = around(graph, 'shop');
    expect(near.nodes.map(({ name }) => name).toSorted()).toEqual(['orders', 'shop', 'user']);
  });
});

describe('graphQueries', () => {
  it('asks over the whole range', () => {
    expect(graphQueries(900.2).failed).toBe(
      'sum by (client, server, connection_type) (rate(traces_service_graph_request_failed_total[900s]))',
    );
  });
});

describe('serviceGraph of what is not said', () => {
  it('adds up a pair that is there by two kinds, and takes a missing name for none', () => {
    const odd = serviceGraph({
      requests: [
        series('a', 'b', 1, 'messaging_system'),
        series('a', 'b', 2, 'odd'),
        { labels: {}, times: [0], values: [1] },
        { labels: { client: 'c' }, times: [], values: [] },
      ],
      failed: [series('a', 'b', 1), series('a', 'b', 1)],
      mean: [series('a', 'b', 1), series('a', 'b', 3)],
      p95: [],
    });
    expect(odd.edges).toMatchObject([
      { client: 'a', server: 'b', kind: 'call', perSecond: 3, meanSeconds: 3, errorRatio: 2 / 3 },
      { client: '', server: '', kind: 'call', perSecond: 1, meanSeconds: Number.NaN },
    ]);
  });

  it('takes who only the unknown call for a service, and who only others call for one outside', () => {
    const { nodes } = serviceGraph({
      requests: [series('user', 'shop', 1, 'virtual_node'), series('browser', 'cdn', 1, 'virtual_node')],
      failed: [],
      mean: [],
      p95: [],
    });
    expect(Object.fromEntries(nodes.map(({ name, kind }) => [name, kind]))).toEqual({
      user: 'user',
      shop: 'service',
      browser: 'external',
      cdn: 'external',
    });
  });
});

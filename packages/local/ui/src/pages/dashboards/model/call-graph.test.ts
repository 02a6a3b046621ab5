import { describe, expect, it } from 'vitest';
import { callGraph } from './call-graph.ts';

const call = (client: string, server: string, rate: number) => ({
  labels: { client, server },
  values: [rate],
});

describe('callGraph', () => {
  it('puts callers before whom they call, with rates and failures', () => {
    const graph = callGraph(
      [call('user', 'shop', 4), call('shop', 'orders', 3), call('shop', 'pay', 1), call('orders', 'pay', 1)],
      [call('orders', 'pay', 0.5)],
    );
    expect(graph.nodes.map(({ name, layer, rate, failedRatio }) => [name, layer, rate, failedRatio])).toEqual(
      [
        ['orders', 2, 3, 0],
        ['pay', 3, 2, 0.25],
        ['shop', 1, 4, 0],
        ['user', 0, 4, 0],
      ],
    );
  });

  it('ends with a circle as well', () => {
    const graph = callGraph([call('a', 'b', 1), call('b', 'a', 1), call('a', 'a', 1)], []);
    expect(graph.nodes.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('callGraph of what is not said', () => {
  it('takes what has no number for nothing, and never more failures than calls', () => {
    const { edges, nodes } = callGraph(
      [{ labels: {}, values: [] }, call('a', 'b', 2), call('a', 'b', 4)],
      [{ labels: {}, values: [] }, call('a', 'b', 9)],
    );
    expect(edges).toEqual([
      { client: '', server: '', rate: 0, failedRatio: 0 },
      { client: 'a', server: 'b', rate: 4, failedRatio: 1 },
    ]);
    expect(nodes.map(({ name, failedRatio }) => [name, failedRatio])).toEqual([
      ['', 0],
      ['a', 1],
      ['b', 1],
    ]);
  });
});

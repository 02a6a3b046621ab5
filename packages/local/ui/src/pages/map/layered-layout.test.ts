import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layeredLayout } from './layered-layout.ts';

const sizes = { nodeWidth: 100, nodeHeight: 40, columnGap: 60, rowGap: 20 };

function layoutOf(edges: readonly string[], more: readonly string[] = []) {
  const pairs = edges.map((edge) => {
    const [from = '', to = ''] = edge.split('>');
    return { from, to };
  });
  const nodes = [...new Set([...pairs.flatMap(({ from, to }) => [from, to]), ...more])];
  return layeredLayout({ nodes, edges: pairs }, sizes);
}

describe('layeredLayout', () => {
  it('puts callers left of those that they call, one column each', () => {
    const { nodes, width } = layoutOf(['user>shop', 'shop>orders', 'orders>payments', 'shop>payments']);
    expect(['user', 'shop', 'orders', 'payments'].map((name) => nodes.get(name)?.x)).toEqual([
      0, 160, 320, 480,
    ]);
    expect(width).toBe(580);
  });

  it('draws a chain straight', () => {
    const { nodes } = layoutOf(['a>b', 'b>c']);
    expect(new Set([...nodes.values()].map(({ y }) => y)).size).toBe(1);
  });

  it('leads a long edge past the columns between', () => {
    const { edges } = layoutOf(['a>b', 'b>c', 'a>c']);
    expect(edges[2]?.map(({ x }) => x)).toEqual([100, 160, 260, 320]);
  });

  it('uncrosses what can be uncrossed', () => {
    const { nodes } = layoutOf(['a>x', 'b>y', 'c>z', 'a>z2', 'c>x2'].toReversed());
    const ys = (names: string): readonly number[] => names.split('').map((name) => nodes.get(name)?.y ?? 0);
    const order = (values: readonly number[]): string =>
      [...values.keys()].toSorted((one, other) => (values[one] ?? 0) - (values[other] ?? 0)).join('');
    expect(order(ys('abc'))).toBe(order(ys('xyz')));
  });

  it('takes circles, and edges to oneself', () => {
    const { nodes, edges } = layoutOf(['a>b', 'b>c', 'c>a', 'b>b'], ['alone']);
    expect(nodes.size).toBe(4);
    expect(edges[3]).toEqual([]);
  });

  it('is nothing for nothing', () => {
    expect(layeredLayout({ nodes: [], edges: [] }, sizes)).toMatchObject({ width: 0, height: 0 });
  });

  it('lays no two nodes over each other, whatever the graph', () => {
    const name = fc.integer({ min: 0, max: 14 }).map(String);
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { maxLength: 40 }), (pairs) => {
        const { nodes, width, height } = layoutOf(pairs.map(([from, to]) => `${from}>${to}`));
        const all = [...nodes.values()];
        for (const [index, one] of all.entries()) {
          expect(one.x + sizes.nodeWidth).toBeLessThanOrEqual(width);
          expect(one.y).toBeGreaterThanOrEqual(-1e-9);
          expect(one.y + sizes.nodeHeight).toBeLessThanOrEqual(height + 1e-9);
          const near = all.slice(index + 1).filter((other) => other.x === one.x);
          for (const other of near)
            expect(Math.abs(other.y - one.y)).toBeGreaterThanOrEqual(sizes.nodeHeight);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstError, traceTree } from './trace-tree.ts';
import { spanAt } from './traces.fixture.ts';

const shape = (spans: Parameters<typeof traceTree>[0]['spans']): readonly string[] =>
  traceTree({ spans }).nodes.map(({ span, depth }) => `${'>'.repeat(depth)}${span.id}`);

describe('traceTree', () => {
  it('has parents before their children, and children by their start', () => {
    expect(
      shape([spanAt('c', 'a', 5, 8), spanAt('d', 'c', 6, 7), spanAt('b', 'a', 1, 3), spanAt('a', '', 0, 10)]),
    ).toEqual(['a', '>b', '>c', '>>d']);
  });

  it('counts as own time what no child covers, also where children overlap or outlive it', () => {
    const { byKey } = traceTree({
      spans: [
        spanAt('a', '', 0, 10),
        spanAt('b', 'a', 1, 4),
        spanAt('c', 'a', 3, 6),
        spanAt('d', 'a', 9, 20),
      ],
    });
    expect(byKey.get('a')?.selfMs).toBe(10 - 5 - 1);
  });

  it('makes roots of spans whose parent is missing, and says so', () => {
    const tree = traceTree({
      spans: [spanAt('x', 'gone', 0, 5), spanAt('a', '', 1, 3), spanAt('y', 'x', 2, 3)],
    });
    expect(tree.nodes.map(({ span }) => span.id)).toEqual(['a', 'x', 'y']);
    expect(tree.orphans).toBe(1);
    expect(tree.byKey.get('x')?.isOrphan).toBe(true);
  });

  it('opens circles, and takes a span that is its own parent as a root', () => {
    expect(shape([spanAt('a', 'c', 0, 5), spanAt('b', 'a', 1, 4), spanAt('c', 'b', 2, 3)])).toEqual([
      'a',
      '>b',
      '>>c',
    ]);
    expect(shape([spanAt('a', 'a', 0, 5)])).toEqual(['a']);
  });

  it.each([
    ['the same parent', 'p'],
    ['the other side as its parent', 'call'],
    ['none', ''],
  ])('puts a server that has the id of its caller, and %s, below it', (_, parentId) => {
    const spans = [
      spanAt('call', parentId, 3, 8, { kind: 'server', service: 'pay' }),
      spanAt('query', 'call', 4, 6, { service: 'pay' }),
      spanAt('call', 'p', 2, 9, { kind: 'client' }),
      spanAt('p', '', 0, 10, { kind: 'server' }),
    ];
    const tree = traceTree({ spans });
    expect(tree.nodes.map(({ key, depth }) => `${'>'.repeat(depth)}${key}`)).toEqual([
      'p',
      '>call',
      '>>call~2',
      '>>>query',
    ]);
    expect(tree.orphans).toBe(0);
    expect(tree.byKey.get('call')?.span.kind).toBe('client');
    expect(tree.byKey.get('call~2')?.span.service).toBe('pay');
  });

  it('says how far a child lies before its parent, and how far a server answers after its caller', () => {
    const { byKey, skewed } = traceTree({
      spans: [
        spanAt('call', '', 10, 20, { kind: 'client' }),
        spanAt('early', 'call', 4, 12, { kind: 'server' }),
        spanAt('late', 'call', 11, 50, { kind: 'server' }),
        spanAt('after', 'late', 60, 70),
        spanAt('near', 'call', 9.5, 15),
      ],
    });
    expect(skewed).toBe(2);
    expect(byKey.get('early')?.skewMs).toBe(6);
    expect(byKey.get('late')?.skewMs).toBe(30);
    expect(byKey.get('after')?.skewMs).toBe(0);
  });

  it('keeps every span once, whatever the parents are', () => {
    const id = fc.integer({ min: 0, max: 12 }).map(String);
    const span = fc.record({
      id,
      parentId: fc.oneof(id, fc.constant('')),
      at: fc.nat(50),
      length: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 40 }), (given) => {
        const spans = given.map(({ id: own, parentId, at, length }) =>
          spanAt(own, parentId, at, at + length),
        );
        const { nodes, roots } = traceTree({ spans });
        expect(new Set(nodes.map((node) => node.span))).toEqual(new Set(spans));
        expect(nodes).toHaveLength(spans.length);
        expect(roots.reduce((sum, { below }) => sum + below + 1, 0)).toBe(spans.length);
        for (const { selfMs, span: own } of nodes) {
          expect(selfMs).toBeGreaterThanOrEqual(0);
          expect(selfMs).toBeLessThanOrEqual(own.durationMs);
        }
      }),
    );
  });

  it('takes a chain of any depth', () => {
    const spans = Array.from({ length: 20_000 }, (_, index) =>
      spanAt(String(index), index === 0 ? '' : String(index - 1), index, 20_000),
    );
    expect(traceTree({ spans }).nodes.at(-1)?.depth).toBe(19_999);
  });
});

describe('firstError', () => {
  it('is the failed span below which nothing failed, and of several the first to end', () => {
    const failed = { status: 'error' } as const;
    const tree = traceTree({
      spans: [
        spanAt('root', '', 0, 30, failed),
        spanAt('left', 'root', 1, 25, failed),
        spanAt('cause', 'left', 2, 9, failed),
        spanAt('later', 'root', 10, 12, failed),
        spanAt('fine', 'root', 0, 1),
      ],
    });
    expect(firstError(tree)?.span.id).toBe('cause');
  });

  it('is undefined where nothing failed', () => {
    expect(firstError(traceTree({ spans: [spanAt('a', '', 0, 1)] }))).toBeUndefined();
  });
});

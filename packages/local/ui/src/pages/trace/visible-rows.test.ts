import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { traceTree } from '../../parts/trace/trace-tree.ts';
import { spanAt } from '../../parts/trace/traces.fixture.ts';
import { ancestorsOf, placeLines, visibleRows } from './visible-rows.ts';

const START_MS = 1_795_687_204_310.5;

function lineAt(atMs: number, spanId?: string): LogLine {
  return {
    timeNs: String(BigInt(Math.round((START_MS + atMs) * 1000)) * 1000n),
    line: `at ${atMs}`,
    labels: spanId === undefined ? {} : { span_id: spanId },
  };
}

const tree = traceTree({
  spans: [
    spanAt('a', '', 0, 100),
    spanAt('b', 'a', 10, 40),
    spanAt('c', 'b', 15, 30),
    spanAt('d', 'a', 50, 90),
  ],
});

function rowsOf(lines: readonly LogLine[], collapsed: readonly string[] = []): readonly string[] {
  const folded = new Set(tree.nodes.filter(({ span }) => collapsed.includes(span.id)));
  return visibleRows(tree, folded, placeLines(tree, lines, START_MS)).map((row) => {
    if (row.kind === 'span') return row.node.span.id;
    return row.kind === 'line' ? `${row.node.span.id}: ${row.placed.line.line}` : `${row.count} more`;
  });
}

describe('placeLines', () => {
  it('gives lines of an id that two spans have to the one of the service that wrote them', () => {
    const shared = traceTree({
      spans: [
        spanAt('call', '', 0, 10, { kind: 'client', service: 'shop' }),
        spanAt('call', '', 1, 9, { kind: 'server', service: 'pay' }),
      ],
    });
    const of = (service: string): LogLine => ({
      ...lineAt(5),
      line: service,
      labels: { span_id: 'call', service_name: service },
    });
    const placed = placeLines(shared, ['pay', 'shop', 'other'].map(of), START_MS);
    expect(
      Array.from(placed, ([{ key }, lines]) => `${key}: ${lines.map(({ line }) => line.line).join(' ')}`),
    ).toEqual(['call~2: pay', 'call: shop other']);
  });
});

describe('visibleRows', () => {
  it('has lines below their span, at their moment among its children', () => {
    expect(rowsOf([lineAt(95, 'a'), lineAt(45, 'a'), lineAt(5, 'a'), lineAt(20, 'c')])).toEqual([
      'a',
      'a: at 5',
      'b',
      'c',
      'c: at 20',
      'a: at 45',
      'd',
      'a: at 95',
    ]);
  });

  it('hides what is below a collapsed span, its lines too', () => {
    expect(rowsOf([lineAt(20, 'c'), lineAt(12, 'b')], ['b'])).toEqual(['a', 'b', 'd']);
  });

  it('puts lines of no span, or of one that did not come, under the root', () => {
    expect(rowsOf([lineAt(5), lineAt(6, 'gone')]).slice(0, 3)).toEqual(['a', 'a: at 5', 'a: at 6']);
  });

  it('shows 20 lines of a span and counts the rest', () => {
    const rows = rowsOf(Array.from({ length: 30 }, (_, index) => lineAt(index, 'c')));
    expect(rows.filter((row) => row.startsWith('c: '))).toHaveLength(20);
    expect(rows).toContain('10 more');
  });

  it('has no rows of a trace without spans', () => {
    const none = traceTree({ spans: [] });
    expect(visibleRows(none, new Set(), placeLines(none, [lineAt(1)], START_MS))).toEqual([]);
  });
});

describe('ancestorsOf', () => {
  it('goes up to the root', () => {
    expect(ancestorsOf(tree.byKey.get('c') ?? tree.nodes[0]!).map(({ span }) => span.id)).toEqual(['b', 'a']);
  });
});

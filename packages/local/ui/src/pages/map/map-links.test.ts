import { describe, expect, it } from 'vitest';
import { edgeHref, nodeHref } from './map-links.ts';
import type { GraphEdge, GraphNode } from './service-graph.ts';

const query = (address: string): string | null => new URL(address, 'http://h').searchParams.get('query');

describe('edgeHref', () => {
  const edge = (more: Partial<GraphEdge>): GraphEdge => ({
    client: 'shop',
    server: 'orders',
    kind: 'call',
    perSecond: 1,
    errorRatio: 0,
    meanSeconds: 1,
    p95Seconds: 1,
    ...more,
  });
  it.each<[Partial<GraphEdge>, string]>([
    [{}, '{ resource.service.name = "shop" } >> { resource.service.name = "orders" }'],
    [
      { kind: 'messaging', errorRatio: 0.1 },
      '{ resource.service.name = "shop" } >> { resource.service.name = "orders" && status = error }',
    ],
    [{ client: 'user', kind: 'external' }, '{ resource.service.name = "orders" && nestedSetParent < 0 }'],
    [{ kind: 'external' }, '{ resource.service.name = "shop" && kind = client }'],
  ])('of %j finds %s', (more, expected) => expect(query(edgeHref(edge(more)))).toBe(expected));

  it('finds calls to a database by each name that it may have', () => {
    expect(query(edgeHref(edge({ kind: 'database', server: 'pg"1' })))).toMatch(
      /^\{ resource\.service\.name = "shop" && kind = client && \(span\.db\.system\.name = "pg\\"1" \|\| /,
    );
  });
});

describe('nodeHref', () => {
  const node = (kind: GraphNode['kind']): GraphNode => ({ name: 'a/b', kind, perSecond: 1, errorRatio: 0 });
  it('leads to the page of a service, and to the traces that reach what sends nothing', () => {
    expect(nodeHref(node('service'))).toBe('/service/a%2Fb');
    expect(query(nodeHref(node('user')))).toBe('{ nestedSetParent < 0 && kind = server }');
    expect(query(nodeHref(node('database')))).toContain('span.db.system.name = "a/b"');
    expect(query(nodeHref(node('external')))).toBe(
      '{ (span.peer.service = "a/b" || span.server.address = "a/b") }',
    );
  });
});

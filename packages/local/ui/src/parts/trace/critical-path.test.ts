import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criticalPath, criticalShares } from './critical-path.ts';
import { traceTree } from './trace-tree.ts';
import { spanAt } from './traces.fixture.ts';

function pathOf(spans: Parameters<typeof traceTree>[0]['spans']): readonly string[] {
  return criticalPath(traceTree({ spans }))
    .segments.toReversed()
    .map(({ node, startMs, endMs }) => `${node.span.id} ${startMs}-${endMs}`);
}

describe('criticalPath', () => {
  it('goes down into the child that finished last, and on from its start', () => {
    expect(
      pathOf([
        spanAt('root', '', 0, 100),
        spanAt('auth', 'root', 5, 20),
        spanAt('query', 'root', 25, 60),
        spanAt('cache', 'root', 30, 55),
        spanAt('render', 'root', 65, 95),
        spanAt('template', 'render', 70, 80),
      ]),
    ).toEqual([
      'root 0-5',
      'auth 5-20',
      'root 20-25',
      'query 25-60',
      'root 60-65',
      'render 65-70',
      'template 70-80',
      'render 80-95',
      'root 95-100',
    ]);
  });

  it('leaves out a child that overlaps the chosen one: nobody waited for its end', () => {
    expect(pathOf([spanAt('root', '', 0, 10), spanAt('a', 'root', 1, 6), spanAt('b', 'root', 4, 9)])).toEqual(
      ['root 0-4', 'b 4-9', 'root 9-10'],
    );
  });

  it('cuts off what lies outside of the parent', () => {
    expect(
      pathOf([spanAt('root', '', 10, 20), spanAt('before', 'root', 5, 12), spanAt('after', 'root', 15, 40)]),
    ).toEqual(['before 10-12', 'root 12-15', 'after 15-20']);
  });

  it('begins at the longest root that is no orphan', () => {
    const spans = [spanAt('lost', 'gone', 0, 90), spanAt('short', '', 0, 10), spanAt('long', '', 0, 50)];
    expect(criticalPath(traceTree({ spans })).root?.span.id).toBe('long');
  });

  it('has no segments without spans', () => {
    expect(criticalPath(traceTree({ spans: [] }))).toEqual({ root: undefined, segments: [] });
  });

  it('covers the time of the root once, without a gap, whatever the trace', () => {
    const span = fc.record({ parent: fc.nat(), at: fc.nat(100), length: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), (given) => {
        const spans = [
          spanAt('0', '', 20, 80),
          ...given.map(({ parent, at, length }, index) =>
            spanAt(String(index + 1), String(parent % (index + 1)), at, at + length),
          ),
        ];
        const segments = criticalPath(traceTree({ spans })).segments;
        expect(segments.at(-1)?.startMs).toBe(20);
        for (const [index, { startMs, endMs, node }] of segments.entries()) {
          expect(endMs).toBeGreaterThan(startMs);
          expect(startMs).toBeGreaterThanOrEqual(node.span.startMs);
          expect(endMs).toBeLessThanOrEqual(node.span.startMs + node.span.durationMs);
          expect(endMs).toBe(index === 0 ? 80 : segments[index - 1]?.startMs);
        }
      }),
    );
  });
});

describe('criticalShares', () => {
  it('adds up by service and operation, the largest first, to the whole', () => {
    const spans = [
      spanAt('root', '', 0, 100, { name: 'GET /' }),
      spanAt('a', 'root', 0, 30, { service: 'db', name: 'SELECT' }),
      spanAt('b', 'root', 30, 90, { service: 'db', name: 'SELECT' }),
    ];
    const shares = criticalShares(criticalPath(traceTree({ spans })));
    expect(
      shares.map(({ service, name, ms, ratio, node }) => [service, name, ms, ratio, node.span.id]),
    ).toEqual([
      ['db', 'SELECT', 90, 0.9, 'b'],
      ['shop', 'GET /', 10, 0.1, 'root'],
    ]);
  });
});

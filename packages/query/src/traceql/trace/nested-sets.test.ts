import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { id, span } from '../traces.fixture.ts';
import { nestedSets } from './nested-sets.ts';

describe('nestedSets', () => {
  it('numbers a tree on the way down and up', () => {
    const spans = [
      span({ spanId: id(1) }),
      span({ spanId: id(2), parentSpanId: id(1) }),
      span({ spanId: id(3), parentSpanId: id(2) }),
      span({ spanId: id(4), parentSpanId: id(1) }),
    ];
    expect(nestedSets(spans)).toEqual([
      { left: 1, right: 8, parent: -1, childCount: 2 },
      { left: 2, right: 5, parent: 1, childCount: 1 },
      { left: 3, right: 4, parent: 2, childCount: 0 },
      { left: 6, right: 7, parent: 1, childCount: 0 },
    ]);
  });

  it('leaves out what no root leads to, and everything when there is no root', () => {
    const orphan = span({ spanId: id(2), parentSpanId: id(9) });
    expect(nestedSets([span({ spanId: id(1) }), orphan])[1]).toMatchObject({ left: 0, right: 0, parent: 0 });
    expect(nestedSets([orphan])[0]).toMatchObject({ left: 0, right: 0, parent: 0 });
  });

  it('finds the parent by its kind when a client and a server have one id', () => {
    const spans = [
      span({ spanId: id(1), kind: 'client' }),
      span({ spanId: id(1), kind: 'server', parentSpanId: id(1) }),
      span({ spanId: id(2), kind: 'internal', parentSpanId: id(1) }),
    ];
    const [client, server, inner] = nestedSets(spans);
    expect(server?.parent).toBe(client?.left);
    expect(inner?.parent).toBe(server?.left);
  });

  it('is not held up by a loop of parents, nor by depth', () => {
    const loop = [span({ spanId: id(1), parentSpanId: id(2) }), span({ spanId: id(2), parentSpanId: id(1) })];
    expect(nestedSets([...loop, span({ spanId: id(3) })])[2]).toMatchObject({ left: 1, right: 2 });
    const deep = Array.from({ length: 20_000 }, (_, index) =>
      span({ spanId: id(index + 1), parentSpanId: index === 0 ? '' : id(index) }),
    );
    expect(nestedSets(deep)[0]).toMatchObject({ left: 1, right: 40_000 });
  });

  it('puts a span between the numbers of another exactly when it is below it', () => {
    const parents = fc.array(fc.nat(30), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(parents, (parentOf) => {
        const parent = (index: number): number => (index === 0 ? -1 : (parentOf[index] as number) % index);
        const spans = parentOf.map((_, index) =>
          span({ spanId: id(index + 1), parentSpanId: index === 0 ? '' : id(parent(index) + 1) }),
        );
        const sets = nestedSets(spans);
        for (let above = 0; above < spans.length; above += 1) {
          for (let below = 0; below < spans.length; below += 1) {
            let at = parent(below);
            while (at !== -1 && at !== above) at = parent(at);
            const [a, b] = [sets[above], sets[below]] as const;
            expect((a?.left ?? 0) < (b?.left ?? 0) && (b?.right ?? 0) < (a?.right ?? 0)).toBe(at === above);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

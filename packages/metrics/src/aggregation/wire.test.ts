import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { createWireReader, wireParts } from './wire.ts';

const numbers = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity)).map((value) => value + 0);
const exemplars = fc.record({
  traceId: fc.string(),
  spanId: fc.string(),
  value: numbers,
  timeMs: fc.nat(),
});
const series = fc.record(
  {
    labelValues: fc.tuple(fc.option(fc.string(), { nil: undefined })),
    overflow: fc.constant(true),
    value: numbers,
    histogram: fc.record(
      {
        counts: fc.array(fc.nat()),
        sum: numbers,
        exemplars: fc.array(fc.option(exemplars, { nil: undefined })),
      },
      { requiredKeys: ['counts', 'sum'] },
    ),
    summary: fc.record({
      quantiles: fc.dictionary(fc.constantFrom('0.5', '0.99'), numbers, { noNullPrototype: true }),
      sum: numbers,
      count: fc.nat(),
    }),
    exemplar: exemplars,
    startTimeMs: fc.nat(),
  },
  { requiredKeys: ['labelValues'] },
);

function family(name: string, all: readonly SeriesSnapshot[], seriesBound = Infinity): FamilySnapshot {
  return {
    definition: { name, type: 'unknown', unit: '', help: '', labels: ['a'], seriesBound },
    series: all,
  };
}

function throughJson(snapshot: readonly FamilySnapshot[]): { families: FamilySnapshot[]; messages: number } {
  const reader = createWireReader();
  let messages = 0;
  for (const { families } of wireParts(snapshot)) {
    reader.add(JSON.parse(JSON.stringify(families)));
    messages += 1;
  }
  return { families: reader.take(), messages };
}

describe('wireParts', () => {
  it('gives back through JSON what it was given, with every NaN, infinity and gap', () => {
    fc.assert(
      fc.property(fc.array(series), (all) => {
        // JSON knows no -0; nobody can tell it from 0 on a page.
        expect(throughJson([family('x', all)]).families).toEqual([family('x', all)]);
      }),
    );
  });

  it('spreads a large snapshot over several messages, in order', () => {
    const many = Array.from({ length: 1234 }, (_, at) => ({ labelValues: [String(at)], value: at }));
    const snapshot = [family('a', many), family('b', []), family('c', many)];
    const { families, messages } = throughJson(snapshot);

    expect(families).toEqual(snapshot);
    expect(messages).toBeGreaterThan(4);
  });

  it('sends an empty snapshot as one message that is the last', () => {
    expect([...wireParts([])]).toEqual([{ families: [], last: true }]);
  });
});

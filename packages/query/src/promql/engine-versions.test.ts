import { describe, expect, it } from 'vitest';
import { createPromqlEngine } from './engine.ts';
import { createMemorySeries } from './memory-series.ts';
import type { PromqlOptions } from './options.ts';

const minuteMs = 60_000;

/** The values of a vector at a time. */
async function values(
  source: PromqlOptions['source'],
  query: string,
  timeMs: number,
  options: Partial<PromqlOptions>,
): Promise<readonly number[]> {
  const result = await createPromqlEngine({ source, ...options }).instant(query, { timeMs });
  return result.type === 'vector' ? result.vector.map(({ value }) => value) : [];
}

describe('createPromqlEngine as Prometheus 2', () => {
  const many = createMemorySeries();
  many.append({ __name__: 'many', n: '1' }, 0, 5);
  many.append({ __name__: 'many', n: '2' }, 0, 1);
  many.append({ __name__: 'one' }, 0, 3);

  it('asks whether a match is the only one of those alone that a comparison lets through', async () => {
    expect(await values(many, 'many > on () one', 0, { compatibility: 2 })).toEqual([5]);
    await expect(values(many, 'many > on () one', 0, { compatibility: 3 })).rejects.toThrow(
      'multiple matches for labels: many-to-one matching must be explicit',
    );
    await expect(values(many, 'many > bool on () one', 0, { compatibility: 2 })).rejects.toThrow(
      'multiple matches for labels: many-to-one matching must be explicit',
    );
    await expect(values(many, 'many < on () one + 9', 0, { compatibility: 2 })).rejects.toThrow(
      'multiple matches for labels: many-to-one matching must be explicit',
    );
  });

  it('takes a sample that is just as old as the lookback, and one at the left edge', async () => {
    const source = createMemorySeries();
    source.append({ __name__: 'x' }, 0, 7);
    for (const query of ['x', 'x smoothed', 'sum_over_time(x[5m])', 'max_over_time(x[5m:5m])']) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      expect([query, await values(source, query, 5 * minuteMs, { compatibility: 2 })]).toEqual([query, [7]]);
      // oxlint-disable-next-line no-await-in-loop -- see above
      expect([query, await values(source, query, 5 * minuteMs, { compatibility: 3 })]).toEqual([query, []]);
    }
  });
});

describe('createPromqlEngine with types in labels', () => {
  it.each([
    ['counter', []],
    ['histogram', []],
    [
      'gauge',
      [
        'PromQL info: metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "gauge": "x" (1:6)',
      ],
    ],
    [
      '',
      [
        'PromQL info: metric might not be a counter, __type__ label is not set to "counter" or "histogram", got "": "x" (1:6)',
      ],
    ],
  ])('says of the rate of a %s: %j', async (type, infos) => {
    const source = createMemorySeries();
    for (const at of [0, 1]) source.append({ __name__: 'x', __type__: type }, at * minuteMs, at);
    const engine = createPromqlEngine({ source, typeAndUnitLabels: true });
    const { annotations } = await engine.instant('rate(x[5m])', { timeMs: minuteMs });
    expect(annotations).toEqual({ warnings: [], infos });
  });
});

describe('createPromqlEngine with a series that has ended', () => {
  it.each(['x', 'x[1m]', 'x[1m] anchored', 'x[1m] smoothed', 'increase(x[1m] anchored)', 'x smoothed'])(
    'has nothing to say of %s',
    async (query) => {
      const source = createMemorySeries();
      source.appendStale({ __name__: 'x' }, minuteMs);
      const result = await createPromqlEngine({ source }).instant(query, { timeMs: minuteMs });
      expect(result.type === 'matrix' ? result.matrix : result).toMatchObject(
        result.type === 'matrix' ? [] : { vector: [] },
      );
    },
  );
});

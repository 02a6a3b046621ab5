import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPromqlEngine } from './engine.ts';
import { createHistogram } from './histogram/index.ts';
import { createMemorySeries } from './memory-series.ts';
import type { SeriesSamples, SeriesSource } from './source.ts';

function samples(job: string): SeriesSamples {
  return {
    labels: { __name__: 'up', job },
    timesMs: Float64Array.of(0),
    values: Float64Array.of(1),
    histograms: undefined,
    startTimesMs: undefined,
  };
}

describe('createPromqlEngine with a source that answers later', () => {
  it('takes series as they come, in whatever order', async () => {
    const source: SeriesSource = {
      async *select() {
        yield samples('web');
        await new Promise(setImmediate);
        yield samples('api');
      },
    };
    const result = await createPromqlEngine({ source }).instant('up', { timeMs: 0 });
    expect(result).toMatchObject({ vector: [{ labels: { job: 'api' } }, { labels: { job: 'web' } }] });
  });

  it('waits no longer for it when nobody waits for the answer, and lets it go', async () => {
    const controller = new AbortController();
    let left = false;
    const source: SeriesSource = {
      async *select() {
        try {
          yield samples('api');
          controller.abort();
          yield samples('web');
        } finally {
          left = true;
        }
      },
    };
    const { signal } = controller;
    await expect(createPromqlEngine({ source }).instant('up', { timeMs: 0, signal })).rejects.toMatchObject({
      class: 'canceled',
    });
    await vi.waitFor(() => expect(left).toBe(true), 20_000);
  });

  it('asks it for nothing when the query has ended by then', async () => {
    const controller = new AbortController();
    let asked = 0;
    const source: SeriesSource = {
      select() {
        controller.abort();
        return {
          [Symbol.asyncIterator]: () => ({
            next() {
              asked += 1;
              return Promise.resolve({ done: true as const, value: undefined });
            },
          }),
        };
      },
    };
    const { signal } = controller;
    await expect(createPromqlEngine({ source }).instant('up', { timeMs: 0, signal })).rejects.toMatchObject({
      class: 'canceled',
    });
    expect(asked).toBe(0);
  });

  it('says what a source threw that is no error', async () => {
    const source: SeriesSource = {
      select() {
        // oxlint-disable-next-line typescript/only-throw-error -- what a foreign source may do
        throw 'no disk';
      },
    };
    await expect(createPromqlEngine({ source }).instant('up', { timeMs: 0 })).rejects.toMatchObject({
      class: 'execution',
      message: 'no disk',
    });
  });
});

/** What is done for each of many series goes on for longer than a thread may be kept from others. */
const ofManySeries: readonly string[] = [
  'label_replace(x, "host", "$1", "n", "(.).*")',
  'label_join(x, "host", "-", "n", "g")',
  'count by (g) (x)',
  'sum(x)',
  'x[5m]',
  'rate(x[5m])',
  'abs(x)',
  'topk by (g) (1, x)',
  'count_values("value", x)',
  'x + on (n) x',
  'x or on (n) h',
  'x + on (n) group_left fill (0) x',
  'histogram_quantile(0.5, h)',
  'histogram_count(h)',
  'histogram_fraction(0, 1, h)',
  'sort_by_label(x, "n")',
  'info(x)',
  'limit_ratio(0.5, x)',
];

describe('createPromqlEngine on a busy thread', () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each([true, false])(
    'answers the same of many series when it lets others work at every chance (names go late: %s)',
    async (delayedNameRemoval) => {
      const source = createMemorySeries();
      const histogram = createHistogram({
        count: 2,
        sum: 1,
        positiveSpans: [{ offset: 0, length: 1 }],
        positiveBuckets: [2],
      });
      for (let n = 0; n < 2100; n += 1) {
        const labels = { n: `${n}`, g: `${n % 7}`, job: 'api', instance: `${n % 3}` };
        for (const timeMs of [0, 15_000]) {
          source.append({ ...labels, __name__: 'x' }, timeMs, n);
          if (n < 300) source.append({ ...labels, __name__: 'h' }, timeMs, histogram);
        }
      }
      source.append({ __name__: 'target_info', job: 'api', instance: '1', zone: 'z' }, 0, 1);
      const engine = createPromqlEngine({
        source,
        delayedNameRemoval,
        limits: { timeoutMs: 2_000_000_000, maxSamples: 100_000_000 },
      });
      let stands = true;
      let nowMs = 0;
      // Time that stands still asks for no pause, and time that flies asks for one at each look.
      vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += stands ? 0 : 20));
      for (const query of ofManySeries) {
        stands = true;
        // oxlint-disable-next-line no-await-in-loop -- one query after the other
        const calm = await engine.instant(query, { timeMs: 15_000 });
        stands = false;
        // oxlint-disable-next-line no-await-in-loop -- one query after the other
        expect([query, await engine.instant(query, { timeMs: 15_000 })]).toEqual([query, calm]);
      }
    },
    60_000,
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPromqlEngine } from './engine.ts';
import { createMemorySeries, type MemorySeries } from './memory-series.ts';
import type { PromqlOptions } from './options.ts';
import type { SeriesSource } from './source.ts';

const MINUTE_MS = 60_000;

function counters(series: number, samples: number): MemorySeries {
  const source = createMemorySeries();
  for (let at = 0; at < samples; at += 1) {
    for (let one = 0; one < series; one += 1) {
      source.append({ __name__: 'requests_total', series: `${one}` }, at * 15_000, (at * (one + 1)) % 1000);
    }
  }
  return source;
}

function engineOf(source: SeriesSource, options: Partial<PromqlOptions> = {}) {
  return createPromqlEngine({ source, ...options });
}

describe('createPromqlEngine', () => {
  it('gives a vector, a scalar, a text and the samples of a range', async () => {
    const engine = engineOf(counters(1, 10));
    const at = { timeMs: MINUTE_MS };
    expect(await engine.instant('requests_total', at)).toMatchObject({
      type: 'vector',
      vector: [{ labels: { __name__: 'requests_total', series: '0' }, timeMs: MINUTE_MS, value: 4 }],
    });
    expect(await engine.instant('1 + 1', at)).toMatchObject({ type: 'scalar', timeMs: MINUTE_MS, value: 2 });
    expect(await engine.instant('"text"', at)).toMatchObject({ type: 'string', value: 'text' });
    const range = await engine.instant('requests_total[30s]', at);
    expect(range).toMatchObject({
      type: 'matrix',
      matrix: [{ timesMs: new Float64Array([45_000, 60_000]), values: new Float64Array([3, 4]) }],
    });
  });

  it('gives a range the value of each step, those of an instant vector and of a scalar', async () => {
    const engine = engineOf(counters(1, 10));
    const range = { startMs: 0, endMs: 2 * MINUTE_MS, stepMs: MINUTE_MS };
    const { matrix } = await engine.range('requests_total * 2', range);
    expect(matrix.map(({ labels, values }) => [labels, Array.from(values)])).toEqual([
      [{ series: '0' }, [0, 8, 16]],
    ]);
    expect(Array.from((await engine.range('time()', range)).matrix[0]?.values ?? [])).toEqual([0, 60, 120]);
  });

  it.each([
    ['vector(min_of(min_of(4, 2), max_of(3, min_of(1, 9))))', 2],
    ['sum(requests_total offset min_of(15s, max_of(1s, 20s))) + max_of(1, max_of(2, 3))', 6],
    ['sum(requests_total offset (min_of(15s, 20s)) * max_of(1, 2))', 2],
    ['sum(count_over_time(requests_total[min_of(1m, max_of(30s, 5s))])) # min_of(', 2],
  ])(
    'knows the smaller and the larger of two also inside each other, as numbers and as durations: %s',
    async (query, value) => {
      const result = await engineOf(counters(1, 10)).instant(query, { timeMs: MINUTE_MS });
      expect(result).toMatchObject({ type: 'vector', vector: [{ value }] });
    },
  );

  it.each([
    ['up[min_of((0s), (1s) - 2s)]', '10:25'],
    ['up[1 - max_of((5s), (2s))]', '3:23'],
    ['up[((1s)) - 3s]', '4:14'],
    ['up[-(2m)]', '3:7'],
    ['up[+(1s) - 2s]', '4:13'],
    ['up[(0s)]', '3:6'],
    ['up[5m:(1s) - min_of(2s, 3s)]', '6:26'],
  ])('says where a duration that is too short stands, as Prometheus does: %s', async (query, place) => {
    const asked = engineOf(counters(1, 1)).instant(query, { timeMs: MINUTE_MS });
    await expect(asked).rejects.toMatchObject({ message: `${place}: duration must be greater than 0` });
  });

  it('names the beginning of the query in what it says of the values of a subquery, as Prometheus does', async () => {
    const source = createMemorySeries();
    for (const timeMs of [0, 15_000, 30_000]) source.append({ __name__: 'memory' }, timeMs, 1);
    const query = '1 + rate((memory)[1m:15s])';
    const { annotations } = await engineOf(source).instant(query, { timeMs: MINUTE_MS });
    expect(annotations.infos).toEqual([expect.stringMatching(/\(1:1\)$/)]);
  });

  it('holds a sample right at the left edge of a range when version 2 is meant, and else not', async () => {
    const source = counters(1, 10);
    const counts = [2, 3].map(async (compatibility) => {
      const engine = engineOf(source, { compatibility: compatibility as 2 | 3 });
      const result = await engine.instant('count_over_time(requests_total[30s])', { timeMs: MINUTE_MS });
      return result.type === 'vector' ? result.vector[0]?.value : undefined;
    });
    expect(await Promise.all(counts)).toEqual([3, 2]);
  });

  it('reads each selector once, also when a query has it twice', async () => {
    const inner = counters(1, 10);
    const asked: string[] = [];
    const source: SeriesSource = {
      select(matchers, range, signal) {
        asked.push(`${range.fromMs}-${range.toMs}`);
        return inner.select(matchers, range, signal);
      },
    };
    await engineOf(source)
      .instant('requests_total / requests_total + sum(requests_total[2m:1m] @ 60)', { timeMs: 5 * MINUTE_MS })
      .catch(() => {});
    expect(asked).toEqual([]);
    await engineOf(source).instant(
      'requests_total / requests_total + sum_over_time(requests_total[2m] @ 60)',
      { timeMs: 5 * MINUTE_MS },
    );
    expect(asked).toEqual(['1-300000', '-59999-60000']);
  });

  it.each([
    ['maxSamples', { maxSamples: 50 }, 'limit'],
    ['maxSeries', { maxSeries: 3 }, 'limit'],
    ['maxSteps', { maxSteps: 5 }, 'limit'],
  ] as const)('ends a query that would take more than %s', async (_name, limits, errorClass) => {
    const engine = engineOf(counters(5, 20), { limits });
    const range = { startMs: 0, endMs: 10 * MINUTE_MS, stepMs: MINUTE_MS };
    await expect(engine.range('rate(requests_total[5m])', range)).rejects.toMatchObject({
      class: errorClass,
    });
  });

  it('makes no room for more than its limits, however many series and steps there are', async () => {
    const engine = engineOf(counters(3000, 2), { limits: { maxSamples: 100_000 } });
    const range = { startMs: 0, endMs: 10_999 * MINUTE_MS, stepMs: MINUTE_MS };
    for (const query of [
      'requests_total',
      'requests_total @ 15',
      'rate(requests_total[1m])',
      '-requests_total',
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- one query after the other
      await expect(engine.range(query, range)).rejects.toMatchObject({ class: 'limit' });
    }
    const subquery = engine.instant('count_over_time(vector(1)[99y:1ms])', { timeMs: 0 });
    await expect(subquery).rejects.toMatchObject({ class: 'limit' });
  });

  it('ends a query over its time, within work and while it waits for the source', async () => {
    const limits = { timeoutMs: 60 };
    const range = { startMs: 0, endMs: 2000 * MINUTE_MS, stepMs: 15_000 };
    const busy = engineOf(counters(50, 2000), { limits }).range(
      'quantile_over_time(0.9, requests_total[5h])',
      range,
    );
    await expect(busy).rejects.toMatchObject({
      class: 'timeout',
      message: 'query timed out in expression evaluation',
    });
    const waiting: SeriesSource = {
      async *select() {
        await new Promise(() => {});
        yield* [];
      },
    };
    await expect(engineOf(waiting, { limits }).range('up', range)).rejects.toMatchObject({
      class: 'timeout',
    });
  });

  it('ends a query that nobody waits for any more', async () => {
    const controller = new AbortController();
    const engine = engineOf(counters(50, 2000));
    const range = { startMs: 0, endMs: 2000 * MINUTE_MS, stepMs: 15_000, signal: controller.signal };
    const query = engine.range('quantile_over_time(0.9, requests_total[5h])', range);
    setImmediate(() => controller.abort());
    await expect(query).rejects.toMatchObject({ class: 'canceled' });
    await expect(engine.range('up', range)).rejects.toMatchObject({ class: 'canceled' });
  });

  it('lets others work while it works', async () => {
    const engine = engineOf(counters(40, 1000));
    let turns = 0;
    let done = false;
    const turn = (): void => {
      turns += 1;
      if (!done) setImmediate(turn);
    };
    setImmediate(turn);
    await engine.range('stddev_over_time(requests_total[1h])', {
      startMs: 0,
      endMs: 200 * MINUTE_MS,
      stepMs: 15_000,
    });
    done = true;
    expect(turns).toBeGreaterThan(5);
  }, 60_000);

  it('says what a source threw', async () => {
    const broken: SeriesSource = {
      select() {
        throw new Error('no disk');
      },
    };
    await expect(engineOf(broken).instant('up', { timeMs: 0 })).rejects.toMatchObject({
      class: 'execution',
      message: 'no disk',
    });
  });

  it.each([
    [{ startMs: 1, endMs: 0, stepMs: 1 }, 'up', 'end timestamp must not be before start time'],
    [
      { startMs: 0, endMs: 1, stepMs: 0 },
      'up',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      { startMs: 0, endMs: 1, stepMs: 1 },
      'up[5m]',
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
  ])('refuses %j for %s', async (range, query, message) => {
    await expect(engineOf(createMemorySeries()).range(query, range)).rejects.toMatchObject({
      class: 'bad_data',
      message,
    });
  });

  it('refuses options that are wrong', () => {
    expect(() => createPromqlEngine({ source: {} as SeriesSource, lookbackMs: 0 })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it('gives at each step of a range what it gives at that time alone', async () => {
    const source = counters(3, 60);
    const engine = engineOf(source);
    const query = fc.constantFrom(
      'rate(requests_total[1m])',
      'avg_over_time(requests_total[90s] offset 30s)',
      'sum(increase(requests_total[2m:20s]))',
      'topk(1, requests_total)',
      'requests_total > 100 or -requests_total',
      'quantile_over_time(0.3, requests_total[1m]) / on (series) requests_total',
      'changes(requests_total[1m]) + resets(requests_total[1m] @ 300)',
      'deriv(requests_total[2m] anchored)'.replace(' anchored', ''),
      'increase(requests_total[1m] smoothed)',
    );
    const times = fc.record({
      startMs: fc.integer({ min: 0, max: 900_000 }),
      stepMs: fc.integer({ min: 1000, max: 90_000 }),
      steps: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(query, times, async (text, { startMs, stepMs, steps }) => {
        const { matrix } = await engine.range(text, { startMs, endMs: startMs + steps * stepMs, stepMs });
        for (let step = 0; step <= steps; step += 1) {
          const timeMs = startMs + step * stepMs;
          // oxlint-disable-next-line no-await-in-loop -- one time after the other
          const alone = await engine.instant(text, { timeMs });
          const inRange = matrix.flatMap(({ labels, timesMs, values }) => {
            const at = timesMs.indexOf(timeMs);
            return at === -1 ? [] : [[JSON.stringify(labels), values[at]]];
          });
          const vector = alone.type === 'vector' ? alone.vector : [];
          expect(new Map(vector.map(({ labels, value }) => [JSON.stringify(labels), value]))).toEqual(
            new Map(inRange as [string, number][]),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

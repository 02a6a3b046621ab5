import { describe, expect, it } from 'vitest';
import { createMemoryTraces } from '../memory/memory-traces.ts';
import { baseNs, id, secondNs, span, trace } from '../traces.fixture.ts';
import { queryTraceMetrics, queryTraceMetricsInstant } from './query-range.ts';
import { instantJson, rangeJson } from './series-result.ts';

const minuteNs = 60n * secondNs;

/** A span a second over two minutes: every second one fails, and each takes as many seconds as its place in ten. */
const source = createMemoryTraces();
source.add(
  Array.from({ length: 120 }, (_, index) =>
    span({
      traceId: trace(index + 1),
      spanId: id(index + 1),
      startNs: baseNs + BigInt(index) * secondNs + 1n,
      durationNs: BigInt((index % 10) + 1) * secondNs,
      status: index % 2 === 0 ? 'error' : 'ok',
      service: index < 60 ? 'shop' : 'stock',
      attributes: { bytes: BigInt(index) },
    }),
  ),
);
const range = { startNs: baseNs, endNs: baseNs + 2n * minuteNs, stepNs: minuteNs, exemplars: 0 };

/** Values by labels, of steps that end at a base, a minute after it, and so on. */
async function values(query: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const { series } = await queryTraceMetrics(source, query, range);
  return Object.fromEntries(series.map(({ labels, values: own }) => [JSON.stringify(labels), [...own]]));
}

describe('queryTraceMetrics', () => {
  it('names steps by their ends, with one in front of the range', async () => {
    const { series } = await queryTraceMetrics(source, '{} | count_over_time()', range);
    const baseMs = Number(baseNs / 1_000_000n);
    expect([...(series[0]?.timesMs ?? [])]).toEqual([baseMs, baseMs + 60_000, baseMs + 120_000]);
    expect([...(series[0]?.values ?? [])]).toEqual([0, 60, 60]);
  });

  it.each([
    ['{} | rate()', { '{"__name__":"rate"}': [0, 1, 1] }],
    [
      '{} | count_over_time() by (status)',
      { '{"status":"error"}': [0, 30, 30], '{"status":"ok"}': [0, 30, 30] },
    ],
    ['{} | max_over_time(duration)', { '{"__name__":"max_over_time"}': [10, 10] }],
    ['{} | min_over_time(span.bytes)', { '{"__name__":"min_over_time"}': [0, 60] }],
    ['{} | sum_over_time(span.bytes)', { '{"__name__":"sum_over_time"}': [1_770, 5_370] }],
    [
      '{ resource.service.name = "shop" } | count_over_time() > 10',
      { '{"__name__":"count_over_time"}': [60] },
    ],
    [
      '{} | count_over_time() by (resource.service.name) | topk(1)',
      { '{"resource.service.name":"shop"}': [0, 60], '{"resource.service.name":"stock"}': [60] },
    ],
    [
      '({ status = error } | count_over_time()) / ({} | count_over_time()) * 100',
      { '{"__name__":"(count_over_time / count_over_time)"}': [50, 50] },
    ],
    ['{ .missing = 1 } | count_over_time()', { '{"__name__":"count_over_time"}': [0, 0, 0] }],
    ['{ false } | count_over_time()', {}],
  ])('is of %s what Tempo makes of it', async (query, expected) => {
    expect(await values(query)).toEqual(expected);
  });

  it('takes quantiles out of powers of two, and 0 where there is nothing', async () => {
    const quantiles = await values('{} | quantile_over_time(duration, 0.5, 1)');
    expect(quantiles['{"p":"1.0"}']).toEqual([0, 17.179869184, 17.179869184]);
    // The 30th of 60 is the 6th of the 24 between 2^32 and 2^33 ns.
    expect(quantiles['{"p":"0.5"}']?.[1]).toBeCloseTo(2 ** 32.25 / 1e9, 12);
  });

  it('takes means without a sum that could overflow', async () => {
    const means = await values('{} | avg_over_time(duration)');
    expect(means['{"__name__":"avg_over_time"}']?.[0]).toBeCloseTo(5.5, 12);
  });

  it('keeps spans of different traces as exemplars, two in a part of the range', async () => {
    const { series } = await queryTraceMetrics(source, '{} | rate() with (exemplars=4)', range);
    const exemplars = series[0]?.exemplars ?? [];
    expect(exemplars.length).toBeGreaterThan(1);
    expect(exemplars.length).toBeLessThanOrEqual(4);
    expect(exemplars[0]).toMatchObject({
      value: 1,
      labels: { 'trace:id': exemplars[0]?.traceId.replace(/^0+/, '') },
    });
    const none = await queryTraceMetrics(source, '{} | rate() with (exemplars=false)', {
      ...range,
      exemplars: 10,
    });
    expect(none.series[0]?.exemplars).toEqual([]);
  });

  it('counts for the spans that sampling left out when the hint asks for it', async () => {
    const sampled = createMemoryTraces();
    // Half of the spans were rejected.
    sampled.add([span({ startNs: baseNs + 1n, traceState: 'ot=th:8' })]);
    const { series } = await queryTraceMetrics(
      sampled,
      '{} | count_over_time() with (extrapolate=true)',
      range,
    );
    expect([...(series[0]?.values ?? [])]).toEqual([0, 2, 0]);
  });

  it('tells with compare what failed spans have in common', async () => {
    const { series } = await queryTraceMetricsInstant(source, '{} | compare({ status = error })', range);
    const counts = instantJson(series).series.map(({ labels, value }) => [
      labels.map(({ value: label }) => ('stringValue' in label ? label.stringValue : '')).join(' '),
      labels[1]?.key,
      value,
    ]);
    expect(counts).toContainEqual(['selection error', 'status', 60]);
    expect(counts).toContainEqual(['baseline ok', 'status', 60]);
    expect(counts).toContainEqual(['selection_total nil', 'resource.service.name', 60]);
    expect(counts).toContainEqual(['selection shop', 'resource.service.name', 30]);
  });

  it('compares only spans that start within the times of a selection', async () => {
    const until = baseNs + minuteNs;
    const { series } = await queryTraceMetricsInstant(
      source,
      `{} | compare({ status = error }, 10, ${baseNs + 10n * secondNs}, ${until})`,
      range,
    );
    const counts = instantJson(series).series.map(({ labels, value }) => [
      labels.map(({ value: label }) => ('stringValue' in label ? label.stringValue : '')).join(' '),
      value,
    ]);
    // Of seconds 10 to 59, every second one fails.
    expect(counts).toContainEqual(['selection error', 25]);
    expect(counts).toContainEqual(['baseline error', 35]);
  });

  it('leaves out spans of a trace that start before the range or after it', async () => {
    const long = createMemoryTraces();
    long.add(
      [-70n, 1n, 61n, 500n].map((at, place) =>
        span({ spanId: id(place + 1), startNs: baseNs + at * secondNs }),
      ),
    );
    const { series } = await queryTraceMetrics(long, '{} | count_over_time()', {
      ...range,
      endNs: baseNs + minuteNs,
    });
    expect([...(series[0]?.values ?? [])]).toEqual([0, 1]);
  });

  it('has steps of its own where none are asked for', async () => {
    const { startNs, endNs } = range;
    const { series } = await queryTraceMetrics(source, '{} | count_over_time()', { startNs, endNs });
    expect(series[0]?.timesMs).toHaveLength(121);
  });

  it('shows no exemplar in a step that its time in milliseconds does not lie in', async () => {
    const early = createMemoryTraces();
    early.add([span({ startNs: 1n }), span({ traceId: trace(2), startNs: 2_000_000n })]);
    const { series } = await queryTraceMetrics(early, '{} | rate()', {
      startNs: 0n,
      endNs: minuteNs,
      stepNs: minuteNs,
    });
    expect(series[0]?.exemplars.map(({ timeMs }) => timeMs)).toEqual([2]);
  });

  it('gives the JSON of the API', async () => {
    const { series } = await queryTraceMetrics(
      source,
      '{ span.bytes = 7 } | rate() by (span.bytes) > 0',
      range,
    );
    expect(rangeJson(series)).toEqual({
      series: [
        {
          labels: [{ key: 'span.bytes', value: { intValue: '7' } }],
          samples: [{ timestampMs: String((baseNs + minuteNs) / 1_000_000n), value: 1 / 60 }],
          exemplars: [],
        },
      ],
    });
  });

  it.each([
    ['{}', {}, 'not a metrics query'],
    ['{} | rate()', { stepNs: 0n }, 'step must be greater than 0'],
    ['{} | rate()', { endNs: baseNs }, 'end must be greater than start'],
  ])('refuses %s with %o: %s', async (query, wrong, message) => {
    await expect(queryTraceMetrics(source, query, { ...range, ...wrong })).rejects.toMatchObject({
      class: 'bad_data',
      message,
    });
  });

  it('refuses more steps, and more series, than the limits allow', async () => {
    const fine = { ...range, stepNs: 1_000_000n };
    await expect(queryTraceMetrics(source, '{} | rate()', fine)).rejects.toMatchObject({ class: 'limit' });
    const few = { ...range, limits: { maxSeries: 100 } };
    await expect(queryTraceMetrics(source, '{} | rate() by (span.bytes)', few)).rejects.toMatchObject({
      class: 'limit',
    });
  });

  it.each([
    'rate() by (span:id)',
    'quantile_over_time(duration, 0.5) by (span:id)',
    'compare({ status = error })',
  ])('refuses {} | %s where it would keep more values than the limits allow', async (first) => {
    const fine = { ...range, stepNs: 100_000_000n, limits: { maxSamples: 10_000 } };
    await expect(queryTraceMetrics(source, `{} | ${first}`, fine)).rejects.toMatchObject({
      class: 'limit',
      message: 'query would keep more than 10000 values',
    });
  });

  it('counts the values of quantiles once, however many buckets they are made of', async () => {
    const fine = { ...range, stepNs: 100_000_000n, limits: { maxSamples: 10_000 } };
    const query = '{} | quantile_over_time(duration, 0.5, 0.9, 0.99)';
    const { series } = await queryTraceMetrics(source, query, fine);
    expect(series).toHaveLength(3);
  });
});

describe('queryTraceMetricsInstant', () => {
  it('is one value for the whole range', async () => {
    const { series } = await queryTraceMetricsInstant(source, '{} | rate()', range);
    expect(instantJson(series)).toEqual({
      series: [{ labels: [{ key: '__name__', value: { stringValue: 'rate' } }], value: 1 }],
    });
  });
});

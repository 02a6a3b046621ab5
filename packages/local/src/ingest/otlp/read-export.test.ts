import type { Labels } from '@sightline/query';
import type { FloatHistogram } from '@sightline/query/promql';
import type { Span } from '@sightline/query/traceql';
import { describe, expect, it } from 'vitest';
import type { OtlpLogs, OtlpMetrics, OtlpTraces } from '../../wire/otlp-messages.ts';
import { logsRequest, metricsRequest, traceData } from '../../wire/otlp.ts';
import { readJson } from '../../wire/read-json.ts';
import type { Exemplar } from '../samples.ts';
import { attributeText, attributeValue } from './attributes.ts';
import { nativeHistogram } from './native-histogram.ts';
import { readLogs } from './read-logs.ts';
import { readMetrics } from './read-metrics.ts';
import { readSpans } from './read-spans.ts';

/** Takes all steps. @returns what the last one returned */
function all<Result>(steps: Iterator<undefined, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

const NS = '1790000000000000000';
const MS = 1_790_000_000_000;

interface TakenSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number | FloatHistogram | undefined;
  readonly exemplars: readonly Exemplar[];
}

/** What becomes of metrics in an export as JSON has it. */
function metrics(given: readonly object[], attributes: readonly object[] = []) {
  const request = { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics: given }] }] };
  const samples: TakenSample[] = [];
  const types: Record<string, string> = {};
  const result = all(
    readMetrics(readJson(metricsRequest, JSON.stringify(request)) as OtlpMetrics, {
      sample: (labels, timeMs, value, exemplars = []) => samples.push({ labels, timeMs, value, exemplars }),
      metadata: (family, { type, unit }) => (types[family] = unit === '' ? type : `${type} in ${unit}`),
    }),
  );
  const shown = samples.map(({ labels: { __name__: name, ...labels }, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${text}`);
    return `${name}{${pairs.toSorted().join(',')}} ${typeof value === 'object' ? 'histogram' : String(value)}`;
  });
  return { ...result, samples, types, shown };
}
const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } });

describe('readMetrics', () => {
  it('takes an export without anything in it, and metrics without points', () => {
    const sink = { sample: () => undefined, metadata: () => undefined };
    for (const empty of [{}, { resourceMetrics: [{}] }, { resourceMetrics: [{ scopeMetrics: [{}] }] }])
      expect(all(readMetrics(empty, sink))).toEqual({ rejected: 0, reason: undefined });
    const { types, shown } = metrics([
      { name: 'a', gauge: {} },
      { name: 'b', unit: '1' },
      { name: 'c', summary: {} },
      { name: 'd', sum: { aggregationTemporality: 2 } },
      { name: 'e', histogram: { aggregationTemporality: 2 } },
      { name: 'f', exponentialHistogram: { aggregationTemporality: 2 } },
    ]);
    expect(types).toEqual({
      a: 'gauge',
      b: 'unknown in 1',
      c: 'summary',
      d: 'gauge',
      e: 'histogram',
      f: 'histogram',
    });
    expect(shown).toEqual([]);
  });

  it('takes points that say nothing as zero at the beginning of time', () => {
    const { shown, samples } = metrics([
      { name: 'a', gauge: { dataPoints: [{}] } },
      { name: 'c', summary: { dataPoints: [{ quantileValues: [{}] }] } },
      { name: 'e', histogram: { aggregationTemporality: 2, dataPoints: [{ explicitBounds: [1] }] } },
      { name: 'f', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [{}] } },
    ]);
    expect(shown).toEqual([
      'a{} 0',
      'c{quantile=0} 0',
      'c_sum{} 0',
      'c_count{} 0',
      'e_bucket{le=1} 0',
      'e_bucket{le=+Inf} 0',
      'e_count{} 0',
      'f{} histogram',
    ]);
    expect(samples.every(({ timeMs }) => timeMs === 0)).toBe(true);
  });

  it('ends every series of a point that says that there is no value', () => {
    const point = { flags: 1, timeUnixNano: NS };
    const { samples } = metrics([
      { name: 'a', gauge: { dataPoints: [{ ...point, asDouble: 1 }] } },
      { name: 'c', summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 1, value: 1 }] }] } },
      { name: 'e', histogram: { aggregationTemporality: 2, dataPoints: [{ ...point, sum: 1 }] } },
      { name: 'f', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [point] } },
    ]);
    expect(samples).toHaveLength(8);
    expect(samples.every(({ value, timeMs }) => value === undefined && timeMs === MS)).toBe(true);
  });

  it('spells bounds with all their digits, and gives each bucket the exemplars that fell into it', () => {
    const exemplar = (asDouble: number): object => ({
      asDouble,
      timeUnixNano: NS,
      traceId: 'ab',
      spanId: 'cd',
    });
    const { shown, samples } = metrics([
      {
        name: 'e',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            {
              timeUnixNano: NS,
              count: 6,
              sum: 3,
              explicitBounds: [-1e-7, 1.5e-7, 0.25, 1e21, 'Infinity'],
              bucketCounts: [1, 1, 1, 1, 1, 1],
              exemplars: [exemplar(0.1), exemplar(0.2), { asInt: 5 }, {}],
            },
          ],
        },
      },
    ]);
    expect(shown.slice(0, 6)).toEqual([
      'e_bucket{le=-0.0000001} 1',
      'e_bucket{le=0.00000015} 2',
      'e_bucket{le=0.25} 3',
      'e_bucket{le=1000000000000000000000} 4',
      'e_bucket{le=+Inf} 5',
      'e_bucket{le=+Inf} 6',
    ]);
    expect(samples.map(({ exemplars }) => exemplars.map(({ value }) => value))).toEqual([
      [],
      [0],
      [0.1, 0.2],
      [5],
      [],
      [],
      [],
      [],
    ]);
    expect(samples[2]?.exemplars[0]).toEqual({
      value: 0.1,
      timeMs: MS,
      labels: { trace_id: 'ab', span_id: 'cd' },
    });
  });

  it('tells what a resource says besides who it is, and names its series after it', () => {
    const attributes = [
      text('service.name', 'shop'),
      text('service.namespace', 'web'),
      text('service.instance.id', 'one'),
      text('service.version', '2'),
      text('1.a', 'x'),
      text('1 a', 'y'),
    ];
    const counter = {
      name: 'orders',
      unit: 's',
      sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ timeUnixNano: NS, asInt: '3' }] },
    };
    const { shown, types } = metrics([counter], attributes);
    expect(shown).toEqual([
      'orders_seconds_total{instance=one,job=web/shop,service_namespace=web,service_version=2} 3',
      'target_info{instance=one,job=web/shop,key_1_a=y;x,service_version=2} 1',
    ]);
    expect(types).toMatchObject({ orders_seconds: 'counter in s', target_info: 'gauge' });
    // Without a name there is nobody that it would be of.
    expect(metrics([counter], [text('a', 'b')]).shown).toEqual(['orders_seconds_total{} 3']);
  });

  it.each([
    [{ gauge: { dataPoints: [{}, {}] } }, 2, 'a metric without a name'],
    [{ name: 'x', sum: { aggregationTemporality: 1, dataPoints: [{}] } }, 1, 'x is not cumulative'],
    [{ name: 'x', histogram: { dataPoints: [{}, {}, {}] } }, 3, 'x is not cumulative'],
    [{ name: 'x', exponentialHistogram: { aggregationTemporality: 1 } }, 0, 'x is not cumulative'],
  ])('rejects, counted by its points: %j', (metric, rejected, reason) => {
    const result = metrics([metric, { name: '' }]);
    expect(result).toMatchObject({ rejected, samples: [] });
    expect(result.reason).toContain(reason);
  });
});

describe('nativeHistogram', () => {
  it('moves buckets to the index of Prometheus, and joins those of a finer scale', () => {
    const point = {
      scale: 9,
      count: 4n,
      sum: 2,
      zeroCount: 1n,
      zeroThreshold: 0.5,
      positive: { offset: 1, bucketCounts: [1n, 1n, 1n] },
    };
    expect(nativeHistogram(point)).toMatchObject({
      schema: 8,
      count: 4,
      sum: 2,
      zeroCount: 1,
      zeroThreshold: 0.5,
      positiveSpans: [{ offset: 1, length: 2 }],
      positiveBuckets: Float64Array.of(1, 2),
      negativeSpans: [],
    });
    expect(nativeHistogram({ negative: { bucketCounts: [2n] } })).toMatchObject({
      schema: 0,
      zeroThreshold: 1e-128,
      negativeSpans: [{ offset: 1, length: 1 }],
      negativeBuckets: Float64Array.of(2),
    });
  });

  it('joins all on each side of one where the scale is finer than numbers are', () => {
    const far = { positive: { offset: 2 ** 25, bucketCounts: [1n] } };
    expect(nativeHistogram({ scale: 60, ...far })?.positiveSpans).toEqual([{ offset: 1, length: 1 }]);
    const sides = { positive: { offset: -2, bucketCounts: [1n, 1n, 1n] }, zeroThreshold: 0 };
    expect(nativeHistogram({ scale: 60, ...sides })).toMatchObject({
      schema: 8,
      positiveSpans: [{ offset: 0, length: 2 }],
      positiveBuckets: Float64Array.of(2, 1),
    });
  });

  it('holds buckets at the end of what an index can be', () => {
    const positive = { offset: 2 ** 31 - 1, bucketCounts: [1n, 2n] };
    expect(nativeHistogram({ positive })?.positiveBuckets).toEqual(Float64Array.of(1, 2));
    expect(nativeHistogram({ scale: 2 ** 31 - 1, positive })?.positiveSpans).toEqual([
      { offset: 1, length: 1 },
    ]);
  });

  it('is none where there is no value', () => {
    expect(nativeHistogram({ flags: 1 })).toBeUndefined();
  });

  it('is refused where it is coarser than any schema, and the other points of its metric are taken', () => {
    const point = { timeUnixNano: NS, count: '1' };
    const { shown, rejected, reason } = metrics([
      {
        name: 'a',
        exponentialHistogram: {
          aggregationTemporality: 2,
          dataPoints: [
            { ...point, scale: -5 },
            { ...point, scale: -4 },
            { ...point, scale: -5, flags: 1 },
          ],
        },
      },
    ]);
    expect(shown).toEqual(['a{} histogram', 'a{} undefined']);
    expect({ rejected, reason }).toEqual({
      rejected: 1,
      reason: 'a has an exponential histogram of scale -5: -4 is the coarsest that a native histogram has',
    });
  });
});

describe('readLogs', () => {
  function logs(
    given: object,
  ): readonly { line: string; labels: Labels; metadata: Labels; timeNs: bigint }[] {
    const taken: { line: string; labels: Labels; metadata: Labels; timeNs: bigint }[] = [];
    const request = readJson(logsRequest, JSON.stringify(given)) as OtlpLogs;
    all(
      readLogs(
        request,
        { entry: (labels, { line, metadata, timeNs }) => taken.push({ labels, line, metadata, timeNs }) },
        () => 7n,
      ),
    );
    return taken;
  }
  const records = (...logRecords: object[]): object => ({
    resourceLogs: [{ scopeLogs: [{ scope: { name: 'lib' }, logRecords }] }],
  });

  it('takes an export without anything in it, and a record without anything', () => {
    for (const empty of [{}, { resourceLogs: [{}] }, { resourceLogs: [{ scopeLogs: [{}] }] }])
      expect(logs(empty)).toEqual([]);
    expect(logs({ resourceLogs: [{ scopeLogs: [{ scope: { name: '' }, logRecords: [{}] }] }] })).toEqual([
      { labels: { service_name: 'unknown_service' }, line: '', metadata: {}, timeNs: 7n },
    ]);
  });

  it.each([
    [{ severityNumber: 21 }, 'fatal'],
    [{ severityNumber: 17, severityText: 'ERR' }, 'error'],
    [{ severityNumber: 1 }, 'trace'],
    [{ severityText: 'Notice' }, 'notice'],
    [{ severityText: '' }, undefined],
  ])('has the level of %j', (record, level) => {
    expect(logs(records(record))[0]?.labels['level']).toBe(level);
  });

  it('has what the scope of a record says of itself, and nothing of another scope of its resource', () => {
    const map = { kvlistValue: { values: [text('name', 'linux')] } };
    const record = { logRecords: [{ body: { stringValue: 'x' } }] };
    const taken = logs({
      resourceLogs: [
        {
          resource: { attributes: [{ key: 'os', value: map }] },
          scopeLogs: [
            { scope: { name: 'lib', version: '1.2', attributes: [text('my.key', 'v')] }, ...record },
            { scope: {}, ...record },
            record,
          ],
        },
      ],
    });
    expect(taken.map(({ metadata }) => metadata)).toEqual([
      { os_name: 'linux', scope_name: 'lib', scope_version: '1.2', my_key: 'v' },
      { os_name: 'linux' },
      { os_name: 'linux' },
    ]);
  });

  it('makes a line of every kind of body, and metadata of ids and attributes, maps spread out', () => {
    const value = {
      kvlistValue: {
        values: [
          { key: 'a', value: { intValue: '1' } },
          { key: 'b', value: { bytesValue: 'AQI=' } },
          { key: 'c', value: {} },
        ],
      },
    };
    const [object, event, own] = logs(
      records(
        { body: value, observedTimeUnixNano: NS },
        { eventName: 'started', timeUnixNano: NS },
        {
          body: { arrayValue: { values: [{ boolValue: true }, { doubleValue: 0.5 }, {}, value] } },
          traceId: 'AB'.repeat(16),
          spanId: 'cd'.repeat(8),
          severityNumber: 10,
          severityText: 'x',
          droppedAttributesCount: 2,
          flags: 1,
          attributes: [
            {
              key: 'err',
              value: { kvlistValue: { values: [{ key: 'fingerprint', value: { stringValue: 'f' } }] } },
            },
            { value: { stringValue: 'no key' } },
          ],
        },
      ),
    );
    expect(object).toMatchObject({
      line: '{"a":1,"b":"AQI="}',
      timeNs: BigInt(NS),
      metadata: { scope_name: 'lib' },
    });
    expect(event).toMatchObject({ line: 'started', metadata: { event_name: 'started' } });
    expect(own).toMatchObject({
      line: '[true,0.5,{"a":1,"b":"AQI="}]',
      metadata: {
        trace_id: 'ab'.repeat(16),
        span_id: 'cd'.repeat(8),
        severity_number: '10',
        severity_text: 'x',
        dropped_attributes_count: '2',
        flags: '1',
        err_fingerprint: 'f',
      },
    });
  });
});

describe('attributeText', () => {
  it('keeps whole numbers that JSON cannot hold as text, and lists without values empty', () => {
    expect(attributeText([2n ** 60n, 1n])).toBe('["1152921504606846976",1]');
    expect(attributeText(1n)).toBe('1');
    expect(attributeValue({ arrayValue: {} })).toEqual([]);
    expect(attributeValue({ kvlistValue: {} })).toEqual({});
    expect(attributeValue({})).toBeUndefined();
  });
});

describe('readSpans', () => {
  function spans(...given: object[]): {
    readonly taken: readonly Span[];
    readonly rejected: number;
    readonly reason: string | undefined;
  } {
    const taken: Span[] = [];
    const request = readJson(
      traceData,
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: given }] }] }),
    ) as OtlpTraces;
    return { ...all(readSpans(request, (span) => taken.push(span))), taken };
  }
  const whole = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    startTimeUnixNano: NS,
    endTimeUnixNano: NS,
  };

  it('takes an export without anything in it', () => {
    for (const empty of [{}, { resourceSpans: [{}] }, { resourceSpans: [{ scopeSpans: [{}] }] }])
      expect(all(readSpans(empty, () => undefined))).toEqual({ rejected: 0, reason: undefined });
  });

  it('fills in what a span does not say, and gives no time to one that ends before it starts', () => {
    const { taken } = spans(
      { ...whole, endTimeUnixNano: '1', kind: 99, status: { code: 7 }, events: [{}], links: [{}] },
      { ...whole, parentSpanId: '0'.repeat(16), kind: 2, status: { code: 2, message: 'm' } },
    );
    expect(taken[0]).toMatchObject({
      parentSpanId: '',
      name: '',
      kind: 'unspecified',
      status: 'unset',
      statusMessage: '',
      durationNs: 0n,
      traceState: '',
      scope: { name: '', version: '' },
      events: [{ name: '', timeNs: BigInt(NS) }],
      links: [{ traceId: '', spanId: '', traceState: '' }],
    });
    // All zeros are no parent.
    expect(taken[1]).toMatchObject({ parentSpanId: '', kind: 'server', status: 'error', statusMessage: 'm' });
  });

  it.each([
    [{ traceId: 'ab' }, 'a trace id that is not 16 bytes'],
    [{ traceId: '0'.repeat(32) }, 'a trace id'],
    [{ spanId: '0'.repeat(16) }, 'a span id that is not 8 bytes'],
    [{ parentSpanId: 'ab' }, "a parent's id"],
    [{ startTimeUnixNano: '0' }, 'a span without its start or end'],
    [{ endTimeUnixNano: null }, 'a span without its start or end'],
    [{ traceId: null }, 'a trace id'],
    [{ spanId: null }, 'a span id'],
    [{ startTimeUnixNano: null }, 'a span without its start'],
  ])('rejects a span with %j, and takes the others', (more, reason) => {
    const { taken, rejected, reason: why } = spans({ ...whole, ...more }, whole, { ...whole, ...more });
    expect({ taken: taken.length, rejected }).toEqual({ taken: 1, rejected: 2 });
    expect(why).toContain(reason);
  });
});

import { snappyCompressor } from 'hysnappy';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { openStack } from './open-stack.fixture.ts';

const NOW_MS = Date.now();
const nano = (ms: number): string => `${ms}000000`;
const compress = snappyCompressor();

function lines(count: number, text: (at: number) => string): readonly unknown[] {
  return Array.from({ length: count }, (_, at) => [nano(NOW_MS - 60_000 + at), text(at)]);
}

const { get, send, stack } = openStack({}, async (open) => {
  const streams = [
    {
      stream: { service_name: 'shop', level: 'info' },
      values: lines(20, (at) => `{"msg":"order ${at} placed","took":{"ms":${at}}}`),
    },
    {
      stream: { service_name: 'shop', level: 'error' },
      values: [[nano(NOW_MS - 30_000), 'a=1 b="x y" broke', { trace_id: 'ab' }]],
    },
  ];
  const pushed = await open.send('POST', '/loki/api/v1/push', { streams });
  if (pushed.status !== 204) throw new Error(String(pushed.body));
});

const any = expect.anything() as unknown;
const QUERY = '{service_name="shop"}';

describe('the questions of Loki', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    [
      'query_range',
      { query: QUERY, limit: '1', direction: 'FORWARD' },
      {
        status: 'success',
        data: {
          resultType: 'streams',
          result: [{ values: [[any, expect.stringContaining('order 0') as unknown]] }],
        },
      },
    ],
    [
      'query_range',
      { query: `${QUERY} |= "broke"`, interval: '1s', since: '10m' },
      { data: { result: [{ values: [any] }] } },
    ],
    [
      'query_range',
      { query: `sum(count_over_time(${QUERY}[1m]))`, step: '30' },
      { data: { resultType: 'matrix' } },
    ],
    [
      'query',
      { query: `count_over_time(${QUERY}[10m])`, time: (NOW_MS / 1000).toFixed(3) },
      { data: { resultType: 'vector' } },
    ],
    ['labels', {}, { data: ['level', 'service_name'] }],
    ['label', { query: QUERY, start: nano(NOW_MS - 3_600_000) }, { data: ['level', 'service_name'] }],
    ['label/level/values', { query: QUERY }, { data: ['error', 'info'] }],
    ['series', { 'match[]': QUERY }, { data: [any, any] }],
    ['series', { match: '{level="error"}' }, { data: [{ level: 'error' }] }],
    ['format_query', { query: '{a="b"}|="c"' }, { data: expect.stringContaining('|= ') as unknown }],
    ['index/stats', { query: QUERY }, { entries: 21, streams: 2, chunks: 2 }],
    [
      'index/volume',
      { query: QUERY, targetLabels: 'level' },
      {
        data: {
          resultType: 'vector',
          result: [{ metric: { level: 'info' } }, { metric: { level: 'error' } }],
        },
      },
    ],
    ['index/volume', { query: QUERY, aggregateBy: 'labels', limit: '1' }, { data: { result: [any] } }],
    [
      'index/volume_range',
      { query: QUERY, start: nano(NOW_MS - 120_000), end: nano(NOW_MS + 1), step: '30s' },
      { data: { resultType: 'matrix', result: [{ metric: { service_name: 'shop' }, values: [any, any] }] } },
    ],
    [
      'index/volume_range',
      { query: QUERY, step: '2h' },
      { data: { resultType: 'vector', result: [{ value: any }] } },
    ],
    ['detected_fields', { query: QUERY }, { fields: any, limit: 1000 }],
    ['detected_fields', { query: '{service_name="nobody"}', field_limit: '5' }, {}],
    ['detected_field/took_ms/values', { query: QUERY, limit: '2' }, { values: any, limit: 2 }],
    ['detected_field/nothing/values', { query: QUERY }, {}],
    ['detected_labels', {}, { detectedLabels: any }],
    ['detected_labels', { query: QUERY }, { detectedLabels: any }],
    [
      'patterns',
      { query: QUERY },
      {
        status: 'success',
        data: expect.arrayContaining([expect.objectContaining({ pattern: 'a=1 b="x y" broke' })]) as unknown,
      },
    ],
    ['drilldown-limits', {}, { limits: { max_entries_limit_per_query: 5000 } }],
    ['status/buildinfo', {}, { version: any }],
  ])('%s with %j', async (path, parameters, expected) => {
    const got = await get(`/loki/api/v1/${path}`, parameters);
    expect(got.body).toMatchObject(expected as object);
    expect(got.status).toBe(200);
  });

  it('tells labels, metadata and what was parsed apart where that is asked for', async () => {
    const headers = { 'x-loki-response-encoding-flags': 'other, categorize-labels' };
    const { body } = await get(
      '/loki/api/v1/query_range',
      { query: `${QUERY} |= "broke" | logfmt` },
      headers,
    );
    expect(body).toMatchObject({
      data: {
        encodingFlags: ['categorize-labels'],
        result: [
          { values: [[any, any, { structuredMetadata: { trace_id: 'ab' }, parsed: { a: '1', b: 'x y' } }]] },
        ],
      },
    });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    // As Loki 3.8 answers.
    ['query_range', {}, 'parse error : syntax error: unexpected $end'],
    ['query', { query: '' }, 'parse error : syntax error: unexpected $end'],
    ['query_range', { query: '{' }, ''],
    [
      'query_range',
      { query: QUERY, start: 'x' },
      `could not parse 'start' parameter: strconv.ParseInt: parsing "x": invalid syntax`,
    ],
    [
      'labels',
      { end: 'x' },
      `could not parse 'end' parameter: strconv.ParseInt: parsing "x": invalid syntax`,
    ],
    ['labels', { since: 'x' }, `could not parse 'since' parameter: not a valid duration string: "x"`],
    [
      'query_range',
      { query: QUERY, since: 'x' },
      `could not parse 'since' parameter: not a valid duration string: "x"`,
    ],
    ['query_range', { query: QUERY, limit: '0' }, 'limit must be a positive value'],
    ['query_range', { query: QUERY, limit: '-1' }, 'limit must be a positive value'],
    ['query_range', { query: QUERY, limit: '1e2' }, 'strconv.Atoi: parsing "1e2": invalid syntax'],
    ['query_range', { query: QUERY, direction: 'x' }, `invalid direction 'x'`],
    [
      'query_range',
      { query: QUERY, step: '0' },
      'zero or negative query resolution step widths are not accepted',
    ],
    ['series', { 'match[]': `${QUERY} |= "x"` }, 'only label matchers are supported'],
    ['query_range', { query: QUERY, limit: '5001' }, 'max entries limit per query exceeded'],
    [
      'query_range',
      { query: QUERY, step: '-1' },
      'zero or negative query resolution step widths are not accepted',
    ],
    ['query_range', { query: QUERY, step: '1e300' }, 'valid duration'],
    ['query_range', { query: QUERY, interval: 'x' }, 'valid duration'],
    ['query', { query: QUERY, time: `${'9'.repeat(400)}.1` }, 'valid timestamp'],
    ['index/volume', { query: QUERY, aggregateBy: 'x' }, 'invalid aggregation option'],
    [
      'index/volume_range',
      { query: QUERY, start: '2000000000', end: '1' },
      'end timestamp must not be before',
    ],
    ['index/volume_range', { query: QUERY, step: '0' }, 'zero or negative'],
    ['index/volume_range', { query: QUERY, step: '1ms' }, '11,000 points'],
    ['detected_fields', { query: QUERY, line_limit: '0' }, 'limit must be a positive value'],
    ['detected_fields', { query: QUERY, line_limit: '5001' }, 'max entries limit per query exceeded'],
    ['patterns', {}, 'parse error : syntax error: unexpected $end'],
  ])('%s refuses %j', async (path, parameters, problem) => {
    const got = await get(`/loki/api/v1/${path}`, parameters);
    expect(got.body).toContain(problem);
    expect(got.status).toBe(400);
  });

  it('says of a query that cannot be formatted that it is none', async () => {
    const got = await get('/loki/api/v1/format_query', { query: '{' });
    expect(got).toMatchObject({ status: 400, body: { status: 'invalid-query', error: any } });
  });
});

describe('a push', () => {
  interface Entry {
    readonly line?: string;
    readonly seconds?: number;
    readonly metadata?: readonly (readonly [string | undefined, string | undefined])[];
  }
  function protobuf(labels: string | undefined, entries: readonly Entry[]): Uint8Array {
    const writer = new PbfWriter();
    writer.writeMessage(
      1,
      (_, stream) => {
        if (labels !== undefined) stream.writeStringField(1, labels);
        for (const { line, seconds, metadata = [] } of entries) {
          stream.writeMessage(
            2,
            (__, entry) => {
              if (seconds !== undefined)
                entry.writeMessage(
                  1,
                  (___, time) => {
                    time.writeVarintField(1, seconds);
                    time.writeVarintField(2, 5);
                  },
                  undefined,
                );
              if (line !== undefined) entry.writeStringField(2, line);
              for (const [name, value] of metadata) {
                entry.writeMessage(
                  3,
                  (___, pair) => {
                    if (name !== undefined) pair.writeStringField(1, name);
                    if (value !== undefined) pair.writeStringField(2, value);
                  },
                  undefined,
                );
              }
            },
            undefined,
          );
        }
      },
      undefined,
    );
    return writer.finish();
  }
  const push = (body: Uint8Array | string, type: string): ReturnType<typeof send> =>
    send('POST', '/loki/api/v1/push', body, { 'content-type': type });
  const asProtobuf = (body: Uint8Array): ReturnType<typeof send> =>
    push(compress(body), 'application/x-protobuf');

  it('spells the names of metadata as Loki does', async () => {
    const seconds = Math.floor(NOW_MS / 1000);
    const metadata = { 'http.route': '/orders/:id', '5xx': 'no', trace_id: 'ab' };
    const streams = [{ stream: { app: 'spelled' }, values: [[nano(NOW_MS), 'json', metadata]] }];
    const line = { seconds, line: 'protobuf', metadata: Object.entries(metadata) };
    expect((await asProtobuf(protobuf('{app="spelled"}', [line]))).status).toBe(204);
    expect((await push(JSON.stringify({ streams }), 'application/json')).status).toBe(204);
    const found = await stack().logs(
      '{app="spelled"} | http_route="/orders/:id" | key_5xx="no" | trace_id="ab"',
    );
    expect(found.map((each) => each.line).toSorted()).toEqual(['json', 'protobuf']);
  });

  it('is taken as protobuf, whatever of an entry is not said', async () => {
    const seconds = Math.floor(NOW_MS / 1000);
    const body = protobuf('{app="pb", level="warn"}', [
      {
        seconds,
        line: 'hello',
        metadata: [
          ['k', 'v'],
          [undefined, undefined],
        ],
      },
      { seconds },
    ]);
    expect((await asProtobuf(body)).status).toBe(204);
    const found = await stack().logs('{app="pb"}');
    expect(found.map(({ line, timeNs }) => `${line} ${timeNs}`)).toEqual(
      expect.arrayContaining([`hello ${BigInt(seconds) * 1_000_000_000n + 5n}`]),
    );
    expect((await asProtobuf(new Uint8Array())).status).toBe(204);
  });

  it.each<readonly [string, () => ReturnType<typeof send>, string]>([
    ['no snappy', () => push(Uint8Array.of(255, 255, 255), 'application/x-protobuf'), ''],
    ['no protobuf', () => asProtobuf(Uint8Array.of(10, 200, 1)), ''],
    ['no labels', () => asProtobuf(protobuf('nothing', [])), 'is no set of labels'],
    ['labels that are not said', () => asProtobuf(protobuf(undefined, [{}])), 'is no set of labels'],
    ['an empty set of labels', () => asProtobuf(protobuf('{}', [{}])), 'needs at least one label'],
    ['no JSON', () => push('{', 'application/json'), 'no JSON'],
    ['a list', () => push('[]', 'application/json'), 'streams: expected a list'],
    ['null', () => push('null', 'application/json'), 'the body: expected an object'],
    [
      'a stream that is none',
      () => push('{"streams":[1]}', 'application/json'),
      'streams[0]: expected an object',
    ],
    [
      'labels that are no texts',
      () => push('{"streams":[{"stream":{"a":1},"values":[]}]}', 'application/json'),
      'streams[0].stream.a: expected a text',
    ],
    [
      'labels that are a list',
      () => push('{"streams":[{"stream":[],"values":[]}]}', 'application/json'),
      'expected an object of texts',
    ],
    [
      'no values',
      () => push('{"streams":[{"stream":{"a":"b"}}]}', 'application/json'),
      'streams[0].values: expected a list',
    ],
    [
      'a value that is none',
      () => push('{"streams":[{"stream":{"a":"b"},"values":[7]}]}', 'application/json'),
      'streams[0].values[0]: expected',
    ],
    [
      'a time that is none',
      () => push('{"streams":[{"stream":{"a":"b"},"values":[["soon","x"]]}]}', 'application/json'),
      'expected ["<nanoseconds',
    ],
    [
      'metadata that is none',
      () => push('{"streams":[{"stream":{"a":"b"},"values":[["1","x",7]]}]}', 'application/json'),
      'values[0][2]: expected an object of texts',
    ],
  ])('is refused when it is %s, with nothing taken', async (_name, given, problem) => {
    const before = stack().self().received.logLines.stored;
    const got = await given();
    expect(got.body).toContain(problem);
    expect(got.status).toBe(400);
    expect(stack().self().received.logLines.stored).toBe(before);
  });
});

describe('an export', () => {
  const PROTOBUF = 'application/x-protobuf';
  it.each(['/v1/traces', '/v1/metrics', '/v1/logs'])('is refused in its own form: %s', async (path) => {
    expect((await send('POST', path, 'x', { 'content-type': 'text/plain' })).status).toBe(415);
    const json = await send('POST', path, '{', { 'content-type': 'application/json; charset=utf-8' });
    expect(json).toMatchObject({
      status: 400,
      body: { code: 3, message: expect.stringContaining('no JSON') as unknown },
    });
    const bytes = await send('POST', path, Uint8Array.of(10, 200), { 'content-type': PROTOBUF });
    expect(bytes).toMatchObject({ status: 400, type: PROTOBUF });
    expect(Buffer.from(bytes.body as Uint8Array).subarray(0, 2)).toEqual(Buffer.of(8, 3));
    const empty = await send('POST', path, new Uint8Array(), { 'content-type': PROTOBUF });
    expect(empty).toMatchObject({ status: 200, body: new Uint8Array() });
  });

  it('says which log records are too old or lie in the future, and takes the others', async () => {
    const before = stack().self().received.logLines;
    const logRecords = [NOW_MS - 86_400_000, NOW_MS, NOW_MS + 3_600_000].map((timeMs) => ({
      timeUnixNano: nano(timeMs),
      body: { stringValue: 'x' },
    }));
    const got = await send('POST', '/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    expect(got).toMatchObject({
      status: 200,
      body: {
        partialSuccess: {
          rejectedLogRecords: '2',
          errorMessage: expect.stringMatching(/too old: .*too new: .*6h \(retentionMs\)/) as unknown,
        },
      },
    });
    expect(stack().self().received.logLines).toMatchObject({
      stored: before.stored + 1,
      tooOld: before.tooOld + 1,
      tooNew: before.tooNew + 1,
    });
  });

  it('says that spans are too old to be kept', async () => {
    const times = {
      startTimeUnixNano: nano(NOW_MS - 86_400_000),
      endTimeUnixNano: nano(NOW_MS - 86_300_000),
    };
    const spans = [{ traceId: 'ef'.repeat(16), spanId: 'ab'.repeat(8), name: 'old', ...times }, {}];
    const got = await send('POST', '/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect(got.body).toMatchObject({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage: expect.stringMatching(/^a trace id .*; 1 spans ended before /) as unknown,
      },
    });
    expect(stack().self().received.spans).toMatchObject({ tooOld: 1 });
  });

  it('says that points lie in the future, after which nothing of now would be taken', async () => {
    const dataPoints = [{ timeUnixNano: nano(NOW_MS + 3_600_000), asInt: '1' }];
    const metrics = [{ name: 'ahead', gauge: { dataPoints } }];
    const got = await send('POST', '/v1/metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    expect(got.body).toMatchObject({
      partialSuccess: {
        rejectedDataPoints: '1',
        errorMessage: expect.stringContaining('too far in the future') as unknown,
      },
    });
    expect(stack().self().received.samples.otlp).toMatchObject({ tooNew: 1 });
  });

  it('says what of it was not taken, in JSON and in protobuf', async () => {
    const spans = { resourceSpans: [{ scopeSpans: [{ spans: [{}] }] }] };
    const got = await send('POST', '/v1/traces', spans);
    expect(got.body).toMatchObject({ partialSuccess: { rejectedSpans: '1', errorMessage: any } });
    // resource_spans: scope_spans: spans: name "x".
    const bytes = Uint8Array.of(10, 7, 18, 5, 18, 3, 42, 1, 120);
    const partial = await send('POST', '/v1/traces', bytes, { 'content-type': PROTOBUF });
    expect(Buffer.from(partial.body as Uint8Array).toString('utf8')).toContain(
      'a trace id that is not 16 bytes',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { traceByIdResponse, traceData } from '../wire/otlp.ts';
import { readProtobuf } from '../wire/read-protobuf.ts';
import { openStack } from './open-stack.fixture.ts';
import { searchText } from './tempo-search.ts';

const TRACE_ID = 'fedcba9876543210fedcba9876543210';
const START_MS = Date.now() - 60_000;
const nano = (ms: number): string => `${ms}000000`;

const attributes = [
  { key: 'text', value: { stringValue: 'a' } },
  { key: 'whole', value: { intValue: '-5' } },
  { key: 'half', value: { doubleValue: 0.5 } },
  { key: 'endless', value: { doubleValue: 'Infinity' } },
  { key: 'yes', value: { boolValue: true } },
  { key: 'bytes', value: { bytesValue: 'AQI=' } },
  { key: 'list', value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '2' }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: 'in', value: { stringValue: 'y' } }] } } },
];

const { get, send } = openStack({}, async (open) => {
  const span = {
    traceId: TRACE_ID,
    spanId: '0123456789abcdef',
    parentSpanId: '1123456789abcdef',
    traceState: 'a=b',
    name: 'GET /orders',
    kind: 2,
    startTimeUnixNano: nano(START_MS),
    endTimeUnixNano: nano(START_MS + 20),
    attributes,
    events: [{ timeUnixNano: nano(START_MS), name: 'thought', attributes }],
    links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceState: 'c=d', attributes }],
    status: { code: 2, message: 'no' },
  };
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const scope = { name: 'lib', version: '1', attributes };
  const sent = await open.send('POST', '/v1/traces', {
    resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }],
  });
  if (sent.status !== 200) throw new Error('the trace was not taken');
});

describe('a trace by its id', () => {
  it('has everything that was sent, as JSON of protobuf', async () => {
    const { body } = await get(`/api/traces/${TRACE_ID}`);
    expect(body).toMatchObject({
      batches: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
          scopeSpans: [
            {
              scope: { name: 'lib', version: '1' },
              spans: [
                {
                  traceId: Buffer.from(TRACE_ID, 'hex').toString('base64'),
                  kind: 'SPAN_KIND_SERVER',
                  traceState: 'a=b',
                  status: { code: 'STATUS_CODE_ERROR', message: 'no' },
                  attributes: [
                    { value: { stringValue: 'a' } },
                    { value: { intValue: '-5' } },
                    { value: { doubleValue: 0.5 } },
                    { value: { doubleValue: 'Infinity' } },
                    { value: { boolValue: true } },
                    { value: { bytesValue: 'AQI=' } },
                    { value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '2' }] } } },
                    { value: { kvlistValue: { values: [{ key: 'in', value: { stringValue: 'y' } }] } } },
                  ],
                  events: [{ name: 'thought', timeUnixNano: nano(START_MS) }],
                  links: [
                    { spanId: Buffer.from('b'.repeat(16), 'hex').toString('base64'), traceState: 'c=d' },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
    expect((await get(`/api/v2/traces/${TRACE_ID}`)).body).toHaveProperty('trace.resourceSpans');
  });

  it.each([
    [`/api/traces/${TRACE_ID}`, traceData, (message: object) => message],
    [
      `/api/v2/traces/${TRACE_ID}`,
      traceByIdResponse,
      (message: object) => (message as { trace: object }).trace,
    ],
  ])('is the same as protobuf: %s', async (path, shape, traceOf) => {
    const { body, type } = await get(path, {}, { accept: 'application/protobuf' });
    expect(type).toBe('application/protobuf');
    expect(traceOf(readProtobuf(shape, Buffer.from(body as Uint8Array)))).toMatchObject({
      resourceSpans: [
        {
          scopeSpans: [
            {
              scope: { name: 'lib', version: '1' },
              spans: [
                {
                  traceId: TRACE_ID,
                  parentSpanId: '1123456789abcdef',
                  kind: 2,
                  startTimeUnixNano: BigInt(nano(START_MS)),
                  status: { code: 2, message: 'no' },
                  attributes: [
                    { value: { stringValue: 'a' } },
                    { value: { intValue: -5n } },
                    { value: { doubleValue: 0.5 } },
                    { value: { doubleValue: Infinity } },
                    { value: { boolValue: true } },
                    { value: { bytesValue: Uint8Array.of(1, 2) } },
                    { value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: 2n }] } } },
                    { value: { kvlistValue: { values: [{ key: 'in', value: { stringValue: 'y' } }] } } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it.each([
    ['/api/traces/xyz', 400, 'a trace id has up to 32 hexadecimal digits'],
    ['/api/traces/1', 404, 'trace not found'],
  ])('is refused or not there: %s', async (path, status, text) => {
    const got = await get(path);
    expect(got.status).toBe(status);
    expect(got.body).toContain(text);
  });
});

describe('the questions of Tempo', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, object]>([
    ['/api/search', { q: '{ span.whole = -5 }', spss: '1', limit: '5' }, { traces: [{ traceID: TRACE_ID }] }],
    ['/api/search', { tags: 'service.name=shop', minDuration: '10ms', maxDuration: '1s' }, { traces: [{}] }],
    ['/api/search', { q: '{}', start: '1', end: '2' }, { traces: [] }],
    ['/api/search', { q: '{}', since: '1h', end: String(Math.ceil(Date.now() / 1000)) }, { traces: [{}] }],
    ['/api/search/tags', {}, { tagNames: expect.arrayContaining(['service.name', 'whole']) as unknown }],
    [
      '/api/v2/search/tags',
      { scope: 'resource', q: '{ name = "GET /orders" }' },
      { scopes: [{ name: 'resource', tags: ['service.name'] }] },
    ],
    [
      '/api/v2/search/tags',
      { scope: 'none', start: '1', end: '2' },
      { scopes: expect.any(Array) as unknown },
    ],
    ['/api/search/tag/service.name/values', {}, { tagValues: ['shop'] }],
    ['/api/search/tag/span.text/values', {}, { tagValues: ['a'] }],
    ['/api/search/tag/name/values', {}, { tagValues: expect.arrayContaining(['GET /orders']) as unknown }],
    ['/api/search/tags', { scope: 'resource' }, { tagNames: ['service.name'] }],
    ['/api/v2/search/tag/span.text/values', {}, { tagValues: [{ type: 'string', value: 'a' }] }],
    ['/api/metrics/query_range', { q: '{} | rate()', step: '30s' }, { series: [{}] }],
    [
      '/api/metrics/query_range',
      { q: '{} | rate() by (name)', step: '60', exemplars: '0' },
      { series: [{}] },
    ],
    ['/api/metrics/query', { q: '{} | count_over_time()' }, { series: [{}] }],
    ['/api/status/buildinfo', {}, { version: expect.any(String) as unknown }],
  ])('%s with %j', async (path, parameters, expected) => {
    const got = await get(path, parameters);
    expect(got.body).toMatchObject(expected);
    expect(got.status).toBe(200);
  });

  it.each(['/api/search', '/api/metrics/query_range', '/api/metrics/query'])(
    'are posted, too: %s',
    async (path) => {
      const posted = await send('POST', path, new URLSearchParams({ q: '{} | rate()' }));
      expect(posted.status).toBe(200);
    },
  );

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    // As Tempo 3.1 answers.
    [
      '/api/search',
      { q: '{' },
      'invalid TraceQL query: parse error at line 1, col 2: syntax error: unexpected $end',
    ],
    [
      '/api/search',
      { q: '{}', limit: '-1' },
      'invalid limit: strconv.ParseUint: parsing "-1": invalid syntax',
    ],
    ['/api/search', { q: '{}', limit: '0' }, 'invalid limit: must be a positive number'],
    ['/api/search', { q: '{}', spss: 'x' }, 'invalid spss: strconv.ParseUint: parsing "x": invalid syntax'],
    ['/api/search', { q: '{}', tags: 'a=b' }, "invalid request: can't specify tags and q in the same query"],
    ['/api/search', { minDuration: 'x' }, 'invalid minDuration: time: invalid duration "x"'],
    [
      '/api/search',
      { minDuration: '1s', maxDuration: '1ms' },
      'invalid maxDuration: must be greater than minDuration',
    ],
    [
      '/api/search',
      { q: '{}', start: '5', end: '1' },
      'http parameter start must be before end. received start=5 end=1',
    ],
    ['/api/search/tags', { scope: 'x' }, 'invalid scope: x'],
    [
      '/api/v2/search/tag/service.name/values',
      {},
      'please provide a valid tagName: failed to parse identifier service.name: parse error at line 1, col 2: unknown identifier: service',
    ],
    ['/api/metrics/query', {}, 'syntax error: unexpected $end'],
    ['/api/search', { q: '{}', start: 'soon' }, 'valid timestamp'],
    ['/api/search', { q: '{}', start: `${'9'.repeat(400)}.5` }, 'valid timestamp'],
    ['/api/v2/search/tags', { scope: 'x' }, 'invalid scope: x'],
    ['/api/metrics/query_range', { q: '' }, 'syntax error: unexpected $end'],
    ['/api/metrics/query_range', { q: '{} | rate()', step: '1e300' }, ''],
    ['/api/metrics/query_range', { q: '{} | rate()', step: '-1' }, ''],
    ['/api/metrics/query_range', { q: '{} | rate()', step: 'x' }, ''],
    ['/api/metrics/query', { q: '{}' }, ''],
  ])('%s refuses %j', async (path, parameters, problem) => {
    const got = await get(path, parameters);
    expect(got.body).toContain(problem);
    expect(got.status).toBe(400);
  });
});

describe('searchText', () => {
  it.each([
    ['q={ true }', '{ true }'],
    ['', '{  }'],
    ['tags=name=x error=true "odd key"=1', '{ name = "x" && .error = "true" && ."key\\"" = "1" }'],
    [
      'tags=status.code=error root.name=a root.service.name=b status.code=x',
      '{ status = error && rootName = "a" && rootServiceName = "b" && .status.code = "x" }',
    ],
    ['minDuration=1.5us&maxDuration=1m2s3ms', '{ traceDuration >= 1.5us && traceDuration <= 1m2s3ms }'],
    ['minDuration=5ns', '{ traceDuration >= 5ns }'],
    ['tags=a=%22b c%22&minDuration=1s', '{ .a = "b c" && traceDuration >= 1s }'],
    ['tags=constructor=ferrari', '{ .constructor = "ferrari" }'],
    ['maxDuration=5s', '{ traceDuration <= 5s }'],
  ])('of %j is %j', (query, expected) => {
    expect(searchText(new URLSearchParams(query))).toBe(expected);
  });
});

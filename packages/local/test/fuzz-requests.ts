import { gzipSync } from 'node:zlib';
import { snappyCompressor } from 'hysnappy';

/** What came of it. */
export interface Fuzzed {
  readonly requests: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Answers of 500, requests that hung, a stack that no longer answers. */
  readonly problems: readonly string[];
}

export interface FuzzOptions {
  readonly seed: number;
  readonly requests?: number;
  /** On the clock of `performance.now()`. */
  readonly endMs?: number;
}

/** Longest wait for an answer [ms]; the stack gives a query 30 s. */
const HUNG_MS = 40_000;

const compress = snappyCompressor();

type Random = (below: number) => number;

/** Numbers that are the same for the same seed. Source: mulberry32, public domain. */
function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** @param values at least one */
function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[random(values.length)];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

const QUERIES = [
  'sum by (a) (rate(x{b="c"}[5m]))',
  'histogram_quantile(0.9, x) > bool 1 or vector(1)',
  'max_over_time(x[1h:1s] @ 5 offset 1m)',
  '{a=~"(x+x+)+y"}',
  'sum by (l) (count_over_time({a="b"} | json | line_format "{{.x}}" [1m]))',
  '{a="b"} |~ "(a|a)*$" | pattern "<_> <x>" | label_format y=x',
  '{ .a = "b" && duration > 5s } >> { status = error } | count() > 2 | select(.x)',
  '{} | quantile_over_time(duration, .9) by (name)',
];
/** Questions that take a query, and the parameter that it is in. */
const PATHS = [
  ['/api/v1/query', 'query'],
  ['/api/v1/query_range', 'query'],
  ['/api/v1/query_exemplars', 'query'],
  ['/api/v1/format_query', 'query'],
  ['/api/v1/series', 'match[]'],
  ['/api/v1/labels', 'match[]'],
  ['/api/v1/label/__name__/values', 'match[]'],
  ['/api/v1/targets/metadata', 'match_target'],
  ['/federate', 'match[]'],
  ['/loki/api/v1/query', 'query'],
  ['/loki/api/v1/query_range', 'query'],
  ['/loki/api/v1/labels', 'query'],
  ['/loki/api/v1/label/a/values', 'query'],
  ['/loki/api/v1/series', 'match[]'],
  ['/loki/api/v1/index/volume', 'query'],
  ['/loki/api/v1/index/volume_range', 'query'],
  ['/loki/api/v1/index/stats', 'query'],
  ['/loki/api/v1/detected_fields', 'query'],
  ['/loki/api/v1/detected_field/y/values', 'query'],
  ['/loki/api/v1/detected_labels', 'query'],
  ['/loki/api/v1/patterns', 'query'],
  ['/loki/api/v1/format_query', 'query'],
  ['/api/search', 'q'],
  ['/api/metrics/query_range', 'q'],
  ['/api/metrics/query', 'q'],
  ['/api/search/tags', 'q'],
  ['/api/v2/search/tags', 'q'],
  ['/api/search/tag/x/values', 'q'],
  ['/api/v2/search/tag/span.x/values', 'q'],
  ['/api/v2/alerts', 'filter'],
  ['/api/v2/alerts/groups', 'filter'],
  ['/api/v2/silences', 'filter'],
] as const;
/** Questions whose path has something in it that is chosen. */
const NAMED = [
  (name: string) => `/api/v1/label/${name}/values`,
  (name: string) => `/loki/api/v1/label/${name}/values`,
  (name: string) => `/loki/api/v1/detected_field/${name}/values?query=%7Ba%3D%22b%22%7D`,
  (name: string) => `/api/traces/${name}`,
  (name: string) => `/api/v2/traces/${name}`,
  (name: string) => `/api/search/tag/${name}/values`,
  (name: string) => `/api/v2/search/tag/${name}/values`,
  (name: string) => `/api/v2/silence/${name}`,
  (name: string) => `/sightline/api/v1/runs/compare?before=${name}&after=one&service=${name}`,
  (name: string) => `/api/v2/alerts?receiver=${name}`,
] as const;
/** Questions without any parameter. */
const PLAIN = [
  '/ready',
  '/-/ready',
  '/-/healthy',
  '/api/echo',
  '/api/status/buildinfo',
  '/api/v1/alertmanagers',
  '/api/v1/alerts',
  '/api/v1/metadata',
  '/api/v1/rules',
  '/api/v1/scrape_pools',
  '/api/v1/status/buildinfo',
  '/api/v1/status/config',
  '/api/v1/status/flags',
  '/api/v1/status/runtimeinfo',
  '/api/v1/status/tsdb',
  '/api/v1/targets',
  '/api/v2/receivers',
  '/api/v2/status',
  '/loki/api/v1/drilldown-limits',
  '/loki/api/v1/status/buildinfo',
  '/sightline/api/v1/notifications',
  '/sightline/api/v1/runs',
  '/sightline/api/v1/runs/compare',
  '/sightline/api/v1/self',
] as const;
const NAMES = [
  'x',
  'service.name',
  'fedcba9876543210fedcba9876543210',
  'one',
  '__proto__',
  'constructor',
  '0',
];
const SIGNS = Array.from('(){}[]"\'`\\|=~!<>+-*/%,.:@^ \n\0aZ09é𝄞');

const REQUESTS: readonly (readonly [path: string, type: string, body: string])[] = [
  [
    '/v1/traces',
    'application/json',
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"fedcba9876543210fedcba9876543210","spanId":"fedcba9876543210","name":"x","startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000000000000001"}]}]}]}',
  ],
  [
    '/v1/metrics',
    'application/json',
    '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"x","gauge":{"dataPoints":[{"timeUnixNano":"1790000000000000000","asDouble":1}]}}]}]}]}',
  ],
  [
    '/v1/logs',
    'application/json',
    '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1790000000000000000","body":{"stringValue":"x"}}]}]}]}',
  ],
  [
    '/loki/api/v1/push',
    'application/json',
    '{"streams":[{"stream":{"a":"b"},"values":[["1790000000000000000","x",{"y":"z"}]]}]}',
  ],
  [
    '/loki/api/v1/push',
    'application/json',
    String.raw`{"streams":[{"stream":{"a":"b","c":"json"},"values":[["1790000000000000000","{\"msg\":\"a b c d 1\",\"x\":{\"y\":[1]}}"],["1790000000000000001","{\"msg\":\"a b c d 2\"}"]]},{"stream":{"a":"b","c":"logfmt"},"values":[["1790000000000000000","a=1 b=\"x y\" ts=7"],["1790000000000000001","a=2 b= ts=8"]]}]}`,
  ],
  [
    '/v1/traces',
    'application/json',
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"x"}},{"key":"service.instance.id","value":{"stringValue":"one"}}]},"scopeSpans":[{"spans":[{"traceId":"fedcba9876543210fedcba9876543211","spanId":"fedcba9876543211","name":"y","startTimeUnixNano":"1790000000000000000","endTimeUnixNano":"1790000000000000001"}]}]}]}',
  ],
  ['/api/v2/alerts', 'application/json', '[{"labels":{"alertname":"x"},"startsAt":"2026-01-01T00:00:00Z"}]'],
  [
    '/api/v2/silences',
    'application/json',
    '{"matchers":[{"name":"a","value":"b","isRegex":true}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2036-01-01T00:00:00Z","createdBy":"x","comment":"y"}',
  ],
];
/** Of today: what is older than what is kept is refused. */
const NOW_SECONDS = String(Math.floor(Date.now() / 1000));
const BODIES = REQUESTS.map(
  ([path, type, body]) => [path, type, body.replaceAll('1790000000', NOW_SECONDS)] as const,
);
const BINARY = ['/v1/traces', '/v1/metrics', '/v1/logs', '/loki/api/v1/push', '/api/v1/write'] as const;

/** A text with some of its signs changed, taken out or put in. */
function mutated(random: Random, text: string): string {
  const signs = Array.from(text);
  for (let changes = random(6); changes > 0; changes--) {
    const at = random(signs.length + 1);
    const kind = random(4);
    if (kind === 0) signs.splice(at, 1);
    else if (kind === 1) signs.splice(at, 0, pick(random, SIGNS));
    else if (kind === 2) signs.splice(at, 0, ...signs.slice(0, random(40)));
    else signs[at] = pick(random, SIGNS);
  }
  return signs.join('');
}

function question(random: Random): readonly [path: string, init: RequestInit] {
  const kind = random(10);
  if (kind === 0) return [pick(random, PLAIN), {}];
  if (kind === 1) {
    const path = pick(random, NAMED)(encodeURIComponent(mutated(random, pick(random, NAMES)).toWellFormed()));
    return [path, random(8) === 0 ? { method: pick(random, ['DELETE', 'POST', 'PUT']) } : {}];
  }
  const [path, name] = pick(random, PATHS);
  const parameters = new URLSearchParams({ [name]: mutated(random, pick(random, QUERIES)) });
  if (random(2) === 0)
    parameters.set('start', pick(random, ['1790000000', '0', '-1', 'NaN', '1e99', '2026-01-01T00:00:00Z']));
  if (random(2) === 0) parameters.set('end', pick(random, ['1790000600', '1', '1790000000000000000', '']));
  if (random(2) === 0) parameters.set('step', pick(random, ['15', '0', '1ms', '-5', '1y', 'x']));
  if (random(4) === 0) parameters.set('limit', pick(random, ['1', '-1', '1e9', 'x']));
  if (random(8) === 0) parameters.set('line_limit', pick(random, ['5000', '-1', '1e9', 'x']));
  if (random(8) === 0) parameters.set('aggregateBy', pick(random, ['labels', 'series', 'x']));
  if (random(8) === 0) parameters.set('targetLabels', pick(random, ['a', ',', '__proto__']));
  return random(3) === 0
    ? [path, { method: 'POST', body: parameters }]
    : [`${path}?${parameters.toString()}`, {}];
}

function delivery(random: Random): readonly [path: string, init: RequestInit] {
  if (random(2) === 0) {
    const [path, type, body] = pick(random, BODIES);
    const text = mutated(random, body);
    const zipped = random(3) === 0;
    const headers = { 'content-type': type, ...(zipped && { 'content-encoding': 'gzip' }) };
    return [path, { method: 'POST', headers, body: zipped ? gzipSync(text) : text }];
  }
  const path = pick(random, BINARY);
  const bytes = Uint8Array.from({ length: random(200) }, () =>
    pick(random, [10, 18, 26, 1, 2, 9, 255, random(256)]),
  );
  const snappy = path === '/api/v1/write' || path === '/loki/api/v1/push';
  const headers = {
    'content-type': 'application/x-protobuf',
    ...(snappy && { 'content-encoding': 'snappy' }),
  };
  return [path, { method: 'POST', headers, body: snappy && random(4) > 0 ? compress(bytes) : bytes }];
}

/** Sends until the time is over, or so many requests were sent. */
export async function fuzz(
  url: string,
  { seed, requests = Infinity, endMs = Infinity }: FuzzOptions,
): Promise<Fuzzed> {
  const random = createRandom(seed);
  const statuses: Record<number, number> = {};
  const problems: string[] = [];
  let sent = 0;

  async function connection(): Promise<void> {
    while (sent < requests && performance.now() < endMs) {
      sent += 1;
      const [path, init] = random(2) === 0 ? question(random) : delivery(random);
      try {
        // oxlint-disable-next-line no-await-in-loop -- one request at a time on a connection
        const response = await fetch(url + path, { ...init, signal: AbortSignal.timeout(HUNG_MS) });
        // oxlint-disable-next-line no-await-in-loop -- see above
        await response.arrayBuffer();
        statuses[response.status] = (statuses[response.status] ?? 0) + 1;
        if (response.status === 500) problems.push(`500: ${path}`);
      } catch (error) {
        problems.push(`${(error as Error).message}: ${path}`);
      }
    }
  }

  await Promise.all(Array.from({ length: 4 }, connection));
  const ready = await fetch(`${url}/ready`).catch(() => undefined);
  if (ready?.ok !== true) problems.push('the stack does not answer any more');
  return { requests: sent, statuses, problems };
}

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { LoadReport } from '../examples/shop/src/load/tally.ts';
import { compareCounts } from '../examples/shop/src/watch/compare.ts';
import type { Sample } from '../examples/shop/src/watch/exposition.ts';
import { parseExposition } from '../examples/shop/src/watch/exposition.ts';
import { policyFigures } from '../examples/shop/src/watch/policy-figures.ts';
import { histogramQuantile } from '../examples/shop/src/watch/quantile.ts';
import { renderScreen } from '../examples/shop/src/watch/screen.ts';
import type { ReceivedSpan } from '../examples/shop/src/watch/trace-book.ts';

describe('renderScreen', () => {
  const span = (name: string, startMs: number, durationMs: number): ReceivedSpan => ({
    traceId: 'a'.repeat(32),
    spanId: name,
    parentSpanId: '',
    service: 'orders',
    name,
    kind: 2,
    startMs,
    durationMs,
    isError: durationMs > 10,
    attributes: {},
  });
  const figures = { perSecond: 123.4, errorRatio: 0.5, p50Seconds: 0.01, p99Seconds: 3 };
  const routes = Array.from({ length: 20 }, (_, number) => ({
    ...figures,
    method: 'GET',
    route: `/a/rather/long/route/with/:many/${number}`,
  }));
  const line = {
    service: 'orders',
    level: 'warn',
    message: 'x'.repeat(300),
    traceId: 'b'.repeat(32),
    isRequest: false,
  };

  it.each([
    [80, 24],
    [120, 40],
    [240, 80],
    [50, 12],
  ])('fits into %d columns and %d rows', (columns, rows) => {
    const lines = renderScreen(
      {
        passedSeconds: 12.3,
        totalSeconds: 0,
        visitors: 128,
        sent: 1_234_567,
        incident: { kind: 'slow', delayMs: 400 },
        services: [
          {
            name: 'storefront',
            figures: { ...figures, routes, active: 1000, loopDelaySeconds: 0.1, residentBytes: 2e9 },
          },
          { name: 'orders', figures: undefined },
        ],
        traces: { roots: 1_234_567, spans: 12_345_678 },
        trace: {
          id: 'a'.repeat(32),
          spans: Array.from({ length: 40 }, (_, number) => span(`SELECT ${number}`, number, number)),
        },
        traceLines: [line],
        newestLines: Array.from({ length: 100 }, () => line),
      },
      { columns, rows },
    ).map((text) => stripVTControlCharacters(text));
    expect(lines).toHaveLength(rows);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
    expect(lines.join('\n')).toContain('payments are slow: 400 ms more');
    expect(lines.join('\n')).toMatch(/storefront +123\.4\/s +50 % +10 ms +3\.00 s/);
    expect(lines.join('\n')).toContain('━');
  });
});

describe('compareCounts', () => {
  const page = (...lines: readonly (readonly [status: string, count: number])[]): readonly Sample[] =>
    parseExposition(
      lines
        .map(([status, count]) => {
          const label = status === '' ? '' : `,http_response_status_code="${status}"`;
          return `http_server_request_duration_seconds_count{http_request_method="GET",http_route="/a"${label}} ${count}`;
        })
        .join('\n'),
    );
  const sent = (
    ...tallies: readonly (readonly [status: number | 'aborted', count: number])[]
  ): LoadReport => ({
    sent: tallies.reduce((total, [, count]) => total + count, 0),
    tallies: tallies.map(([status, count]) => ({ method: 'GET', route: '/a', status, count, seconds: 0 })),
    failures: [],
  });

  it.each([
    ['all answers are counted', sent([200, 3], [404, 1]), page(['200', 3], ['404', 1]), []],
    ['a left request has no status', sent([200, 3], ['aborted', 1]), page(['200', 3], ['', 1]), []],
    ['a left request was still answered', sent([200, 3], ['aborted', 1]), page(['200', 4]), []],
    [
      'one is missing',
      sent([200, 3]),
      page(['200', 2]),
      ['GET /a 200: 1 more sent than counted', 'GET /a: 1 more sent than counted'],
    ],
    ['one is counted twice', sent([200, 3]), page(['200', 4]), ['GET /a: 1 more counted than sent']],
    ['one has the wrong status', sent([500, 1]), page(['200', 1]), ['GET /a 500: 1 more sent than counted']],
  ])('tells what differs when %s', (_case, report, samples, differences) => {
    expect(compareCounts(report, samples).differences).toEqual(differences);
  });

  it.each([
    ['left', sent(['aborted', 2]), []],
    [
      'answered',
      sent([200, 2]),
      ['GET /a 200: 1 more sent than counted', 'GET /a: 1 more sent than counted'],
    ],
  ])('takes one that no route counted for one that was to be %s', (_case, report, differences) => {
    const count = 'http_server_request_duration_seconds_count{http_request_method="GET"';
    const samples = parseExposition(
      [`${count}} 1`, `${count},http_route="/a",http_response_status_code="200"} 1`].join('\n'),
    );
    expect(compareCounts(report, samples).differences.filter((each) => each.includes('/a'))).toEqual(
      differences,
    );
  });
});

describe('histogramQuantile', () => {
  const buckets = [
    { upperBound: 0.1, count: 50 },
    { upperBound: 0.2, count: 90 },
    { upperBound: Infinity, count: 100 },
  ];
  it.each([
    [0.25, 0.05],
    [0.7, 0.15],
    [0.99, 0.2],
  ])('is, at %d, %d as Prometheus would say', (quantile, expected) => {
    expect(histogramQuantile(quantile, buckets)).toBeCloseTo(expected, 10);
  });

  it('is NaN without observations', () => {
    expect(histogramQuantile(0.5, [{ upperBound: Infinity, count: 0 }])).toBeNaN();
  });
});

describe('parseExposition', () => {
  it('reads labels with braces, quotes and escapes in them, and leaves exemplars and comments out', () => {
    const page = [
      '# HELP a_total Help {x="y"} 1',
      'a_total{path="/a/{b} \\"c\\" \\\\ d",le="+Inf"} 3 # {trace_id="t"} 0.5 1700000000',
      'up 1',
      'b +Inf',
      '# EOF',
    ].join('\n');
    expect(parseExposition(page)).toEqual([
      { name: 'a_total', labels: { path: '/a/{b} "c" \\ d', le: '+Inf' }, value: 3 },
      { name: 'up', labels: {}, value: 1 },
      { name: 'b', labels: {}, value: Infinity },
    ]);
  });
});

describe('policyFigures', () => {
  it('says what breakers, limits, caches and pools did, over all services', () => {
    const page = [
      'circuit_breaker_transitions_total{name="a",from="closed",to="open"} 2',
      'circuit_breaker_transitions_total{name="b",from="half_open",to="open"} 1',
      'circuit_breaker_transitions_total{name="b",from="open",to="half_open"} 9',
      'circuit_breaker_calls_total{name="a",outcome="rejected"} 1200',
      'cache_requests_total{cache="c",result="hit"} 2',
      'cache_requests_total{cache="c",result="stale"} 1',
      'cache_requests_total{cache="c",result="miss"} 1',
      'rate_limit_requests_total{limiter="door-minute",decision="allowed"} 5',
      'rate_limit_requests_total{limiter="door-hour",decision="allowed"} 3',
      'rate_limit_requests_total{limiter="door-minute",decision="limited"} 7',
      'rate_limit_requests_total{limiter="door-hour",decision="limited"} 2',
      'rate_limit_requests_total{limiter="door-minute",decision="fail_open"} 6',
      'rate_limit_requests_total{limiter="door-hour",decision="fail_open"} 6',
      'cache_evictions_total{cache="c",reason="age"} 2',
      'cache_evictions_total{cache="c",reason="deleted"} 3',
      'cache_overlapping_loads_total{cache="c-reads"} 4',
      'cache_shared_loads_total{cache="c"} 1',
    ].join('\n');
    expect(Object.fromEntries(policyFigures(parseExposition(page)))).toEqual({
      breakers: 'opened 3 times, 1,200 calls turned away',
      'bulkhead, timeout': '0 calls too many, 0 too slow',
      cache: '4 look-ups, 75 % answered by it',
      pool: '0 requests got no connection in time',
      'cache, let go of': '5 entries, 4 read twice at a time, 1 look-ups waited',
      door: '3 let in, 7 too many in a minute, 2 in an hour, 6 uncounted',
    });
  });
});

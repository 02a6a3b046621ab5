import { describe, expect, it } from 'vitest';
import { linesQuery, metricQueries, momentsAround, spanLinks } from './span-links.ts';
import { spanOf } from './traces.fixture.ts';

const route = { key: 'http.route', text: '/a"b', type: 'string' } as const;

describe('metricQueries', () => {
  it('asks for the route of a span that served HTTP, quoted', () => {
    const [rate, latency] = metricQueries(spanOf({ id: '1', kind: 'server', attributes: [route] }));
    expect(rate).toBe(
      String.raw`sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{job=~"(?:.+/)?shop",http_route="/a\"b"}[1m]))`,
    );
    expect(latency).toBe(
      String.raw`histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{job=~"(?:.+/)?shop",http_route="/a\"b"}[1m])))`,
    );
  });

  it('asks for the numbers over spans of everything else', () => {
    const [rate] = metricQueries(spanOf({ id: '1', kind: 'client', name: 'INSERT' }));
    expect(rate).toContain('traces_spanmetrics_calls_total{service="shop",span_name="INSERT"}');
  });
});

describe('linesQuery', () => {
  it('takes nothing but digits of an id', () => {
    expect(linesQuery('ab"} or {x="1', '12')).toBe('{service_name=~".+"} | trace_id="ab1" | span_id="12"');
  });
});

describe('spanLinks', () => {
  it('looks at the five minutes around, and escapes the service in the path', () => {
    const links = spanLinks(spanOf({ id: '1', service: 'a/b?' }), {
      traceId: 'ff',
      startMs: 1_000_000.4,
      durationMs: 10,
    });
    expect(links.map(({ path }) => path)).toEqual(['/explore', '/logs', '/traces', '/service/a%2Fb%3F']);
    expect(momentsAround(1_000_000.4, 10)).toEqual({ from: '700000', to: '1300011' });
  });
});

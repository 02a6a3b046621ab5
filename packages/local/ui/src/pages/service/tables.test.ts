import { describe, expect, it } from 'vitest';
import type { Exemplar, Series } from '../../api/prometheus.ts';
import { joinColumns, routeRows } from './tables.ts';

const of = (labels: Record<string, string>, value: number): Series => ({
  labels,
  times: [1],
  values: [value],
});

describe('joinColumns', () => {
  it('joins by labels, with what fails first, and then the busiest', () => {
    const rows = joinColumns(
      [of({ a: '1' }, 5), of({ a: '2' }, 50), of({ a: '3', b: '' }, 1)],
      [of({ a: '3' }, 0.5), of({ a: '2' }, 0.001)],
      [of({ a: '1' }, 0.1), of({ a: '2' }, NaN)],
      [],
    );
    expect(rows).toEqual([
      { labels: { a: '3', b: '' }, rate: 1, errorRatio: 0.5, p50: undefined, p99: undefined },
      { labels: { a: '2' }, rate: 50, errorRatio: 0.001, p50: undefined, p99: undefined },
      { labels: { a: '1' }, rate: 5, errorRatio: undefined, p50: 0.1, p99: undefined },
    ]);
  });
});

describe('routeRows', () => {
  it('names routes and finds the slowest request of each that has a trace', () => {
    const labels = { http_request_method: 'GET', http_route: '/a' };
    const exemplar = (value: number, trace: string): Exemplar => ({
      labels: { trace_id: trace },
      seriesLabels: { ...labels, le: '1', http_response_status_code: '200' },
      value,
      timeMs: 1,
    });
    const rows = joinColumns(
      [of(labels, 1), of({ http_request_method: 'GET' }, 1), of({ span_name: 'job' }, 1)],
      [],
      [],
      [],
    );
    const trace = 'ab'.repeat(16);
    expect(
      routeRows(rows, [
        exemplar(0.2, 'cd'.repeat(16)),
        exemplar(0.4, trace),
        exemplar(9, 'javascript:alert(1)'),
      ]).map(({ name, slowest }) => [name, slowest]),
    ).toEqual([
      ['GET /a', { traceId: trace, seconds: 0.4 }],
      ['GET (no route)', undefined],
      ['job', undefined],
    ]);
  });
});

describe('tables of what is not said', () => {
  it('takes a missing number for none, and a missing route for one without a name', () => {
    const none = { labels: {}, times: [], values: [] };
    const [row] = joinColumns([none], [none], [], []);
    expect(row).toMatchObject({ rate: 0, errorRatio: undefined });
    const exemplar = { labels: { traceID: 'ab'.repeat(16) }, seriesLabels: {}, value: 3, timeMs: 0 };
    const rows = routeRows(row === undefined ? [] : [row], [exemplar, { ...exemplar, labels: {} }]);
    expect(rows).toMatchObject([{ name: '(no route)', slowest: { traceId: 'ab'.repeat(16), seconds: 3 } }]);
  });
});

import { describe, expect, it } from 'vitest';
import { filled, grammarErrors } from '../grammar.fixture.ts';
import { observationsFromFirst, sumFromFirst } from './promql.ts';
import { versionScope } from './scope.ts';

const matchers = { job: '=shop', http_route: '=/pay' };

describe('observationsFromFirst', () => {
  it.each([
    ['$__rate_interval', '/ ($__rate_interval_ms / 1000), "part"'],
    ['$__range', '/ $__range_s, "part"'],
    ['90s', '/ 90, "part"'],
    ['1h30m', '/ 5400, "part"'],
    ['500ms', '/ 0.5, "part"'],
  ])('is by the second for the range %s', (range, divided) => {
    const query = observationsFromFirst({ matchers, range }, 'http_server_request_duration_seconds');
    expect(query).toContain(divided);
    expect(grammarErrors('promql', filled(query, { __range_s: '3600' }))).toEqual([]);
  });

  it('is the rate alone where nobody knows how long the range is', () => {
    const query = observationsFromFirst({ matchers, range: '$mine' }, 'http_server_request_duration_seconds');
    expect(query).toBe(
      'sum(rate(http_server_request_duration_seconds_count{job="shop", http_route="/pay"}[$mine]))',
    );
  });

  it('asks instances only by what they have', () => {
    const query = observationsFromFirst({ matchers, range: '5m' }, 'http_server_request_duration_seconds');
    expect(query).toContain('(sightline_build_info{job="shop"} offset 5m or');
    expect(query).toContain('process_start_time_seconds{job="shop"} > time() - 300)');
  });
});

describe('sumFromFirst', () => {
  it('leaves of both parts what the chosen versions count', () => {
    const query = sumFromFirst(versionScope, 'sightline_series_refused_total', ['metric']);
    expect(query.split('service_version=~"$version"')).toHaveLength(3);
  });
});

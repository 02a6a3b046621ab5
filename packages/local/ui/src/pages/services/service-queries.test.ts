import { describe, expect, it } from 'vitest';
import { httpQueries, resolutionOf, spanQueries } from './service-queries.ts';

describe('resolutionOf', () => {
  it.each([
    [60_000, { stepSeconds: 1, windowSeconds: 60 }],
    [3_600_000, { stepSeconds: 60, windowSeconds: 240 }],
  ])('of %d ms has a window that reaches over some scrapes', (endMs, expected) => {
    expect(resolutionOf({ startMs: 0, endMs })).toEqual(expected);
  });
});

describe.each([
  ['httpQueries', httpQueries, 'http_response_status_code=~"5.."'],
  ['spanQueries', spanQueries, 'status_code="STATUS_CODE_ERROR"'],
] as const)('%s', (_, queries, failed) => {
  it('asks of all, or of those that matchers leave', () => {
    expect(queries('60s', 'job').errorRatio).toContain(`${failed}}`);
    const { rate, errorRatio, p50 } = queries('60s', 'route', 'job="a"');
    expect(errorRatio).toContain(`${failed}, job="a"}`);
    expect(errorRatio).toBe(
      `(${errorRatio.slice(1, errorRatio.indexOf(' or '))} or ${rate} * 0) / (${rate} > 0)`,
    );
    expect(p50).toMatch(/^histogram_quantile\(0\.5, sum by \(route, le\)/);
  });
});

import { describe, expect, it } from 'vitest';
import { findUpstream } from './find-upstream.ts';

describe('findUpstream', () => {
  it.each([
    ['GET', '/api/v1/query', 'prometheus'],
    ['POST', '/api/v1/query_range', 'prometheus'],
    ['GET', '/api/v1/label/job/values', 'prometheus'],
    ['GET', '/loki/api/v1/query_range', 'loki'],
    ['GET', '/loki/api/v1/label/service_name/values', 'loki'],
    ['GET', '/api/search', 'tempo'],
    ['GET', '/api/v2/search/tag/resource.service.name/values', 'tempo'],
    ['GET', '/api/traces/0af7651916cd43dd8448eb211c80319c', 'tempo'],
    ['GET', '/api/v2/traces/0af7651916cd43dd8448eb211c80319c', 'tempo'],
    ['GET', '/api/metrics/query_range', 'tempo'],
    ['GET', '/api/v2/alerts', 'alertmanager'],
    ['POST', '/api/v2/silences', 'alertmanager'],
    ['DELETE', '/api/v2/silence/0b9b1a4e-1', 'alertmanager'],
  ])('hands %s %s to %s', (method, path, server) => {
    expect(findUpstream(method, path)).toBe(server);
  });

  it.each([
    ['POST', '/api/v2/alerts'],
    ['POST', '/api/v1/label/job/values'],
    ['DELETE', '/api/v1/series'],
    ['PUT', '/api/v1/query'],
    ['POST', '/api/search'],
  ])('does not hand on %s %s: it would write', (method, path) => {
    expect(findUpstream(method, path)).toBe('method');
  });

  it.each([
    '/api/v1/admin/tsdb/delete_series',
    '/api/v1/write',
    '/-/reload',
    '/-/quit',
    '/loki/api/v1/push',
    '/loki/api/v1/delete',
    '/api/v1/query/../../-/quit',
    '/api/traces/../-/quit',
    '/metrics',
  ])('knows nothing of %s', (path) => expect(findUpstream('POST', path)).toBeUndefined());
});

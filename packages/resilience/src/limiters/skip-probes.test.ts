import { describe, expect, it } from 'vitest';
import { skipProbes } from './skip-probes.ts';

describe('skipProbes', () => {
  const skip = skipProbes(['/internal']);

  it.each([
    '/livez',
    '/readyz?verbose',
    '/startupz',
    '/health',
    '/healthz',
    '/metrics',
    '/docs',
    '/docs/index.html',
    '/internal/jobs',
  ])('skips %s', (url) => {
    expect(skip({ method: 'GET', url })).toBe(true);
    expect(skip({ method: 'HEAD', url })).toBe(true);
  });

  it.each([
    '/',
    '/api/orders',
    '/livezz',
    '/docsify',
    '/docs/../api/orders',
    '/docs/%2e%2e/api/orders',
    '//docs',
    '/api?/docs',
  ])('does not skip %s', (url) => {
    expect(skip({ method: 'GET', url })).toBe(false);
  });

  it('does not skip what changes something', () => {
    expect(skip({ method: 'POST', url: '/health' })).toBe(false);
  });

  it('looks at the path as it came where Express has cut the mount off', () => {
    expect(skip({ method: 'GET', url: '/health', originalUrl: '/api/health' })).toBe(false);
    expect(skip({ method: 'GET', url: '/', originalUrl: '/docs' })).toBe(true);
  });
});

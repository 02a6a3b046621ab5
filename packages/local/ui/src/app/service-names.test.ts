import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeServer, fakeWindow } from '../api/fake-server.fixture.ts';
import { serviceNames } from './service-names.ts';

beforeEach(() => void fakeWindow());
afterEach(() => vi.unstubAllGlobals());

const MOMENTS = { startMs: 1000, endMs: 2000 };

describe('serviceNames', () => {
  it('has every service once, by its lines, spans or metrics', async () => {
    fakeServer(({ path }) => {
      if (path.startsWith('/loki/')) return { data: ['shop', '@acme/pay'] };
      if (path.startsWith('/api/v2/')) return { tagValues: [{ type: 'string', value: 'worker' }] };
      return { data: ['acme/shop', '@acme/pay', 'node-exporter', ''] };
    });
    expect(await serviceNames(MOMENTS, new AbortController().signal)).toEqual([
      '@acme/pay',
      'node-exporter',
      'shop',
      'worker',
    ]);
  });

  it('does without a server that is away, but not once it is given up', async () => {
    fakeServer(({ path }) =>
      path.startsWith('/api/v1/') ? { data: ['shop'] } : new Response('', { status: 502 }),
    );
    expect(await serviceNames(MOMENTS, new AbortController().signal)).toEqual(['shop']);
    await expect(serviceNames(MOMENTS, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});

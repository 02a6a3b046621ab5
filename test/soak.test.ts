import { describe, expect, it } from 'vitest';
import { countsByRoute } from './soak/counts.ts';
import { mix, sendMix } from './soak/clients.ts';
import { startSink } from './servers/ports.ts';
import { startServiceProcess } from './servers/service-process.ts';

const CONNECTIONS = 128;
const REQUESTS = 100_000;
/** Code is compiled, pools and tables have their size. */
const WARM_UP = 30_000;

interface Rest {
  readonly heapBytes: number;
  readonly listeners: number;
  readonly unhandled: number;
  readonly warnings: readonly string[];
}

describe('a service under 100,000 requests at 128 connections, with aborts and errors among them', () => {
  it('is counted exactly, and keeps neither memory nor listeners', { timeout: 120_000 }, async () => {
    const collector = await startSink();
    const service = await startServiceProcess({
      program: new URL('soak/service.ts', import.meta.url),
      env: { OTEL_SERVICE_NAME: 'soak', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    const { port } = service;
    try {
      await sendMix(port, { requests: WARM_UP, connections: CONNECTIONS });
      const before = await service.ask<Rest>({});
      const countsBefore = countsByRoute(await service.page('/metrics'));

      const sent = await sendMix(port, { requests: REQUESTS, connections: CONNECTIONS });
      const countsAfter = countsByRoute(await service.page('/metrics'));
      const after = await service.ask<Rest>({});

      for (const { path } of mix) {
        const route = path === '/nowhere/' ? '' : `${path}:id`;
        expect([path, (countsAfter.get(route) ?? 0) - (countsBefore.get(route) ?? 0)]).toEqual([
          path,
          sent.get(path),
        ]);
      }
      expect(after.heapBytes / before.heapBytes).toBeLessThan(1.05);
      expect(after).toMatchObject({ listeners: before.listeners, unhandled: 0, warnings: [] });
    } finally {
      await service.stop();
      await collector.close();
    }
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countsByRoute } from './soak/counts.ts';
import { mix, sendMix } from './soak/clients.ts';
import { freePort, startSink } from './servers/ports.ts';

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
    const [collector, admin] = await Promise.all([startSink(), freePort()]);
    const child = spawn(
      process.execPath,
      [
        '--expose-gc',
        '--import',
        '@sightline/bootstrap/register',
        fileURLToPath(new URL('soak/service.ts', import.meta.url)),
      ],
      {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: {
          PATH: process.env['PATH'],
          OTEL_SERVICE_NAME: 'soak',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_EXPORTER_PROMETHEUS_PORT: String(admin),
          OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      },
    );
    try {
      const [{ port }] = (await once(child, 'message')) as [{ port: number }];
      const ask = async (): Promise<Rest> => {
        child.send({});
        const [rest] = (await once(child, 'message')) as [Rest];
        return rest;
      };
      await sendMix(port, { requests: WARM_UP, connections: CONNECTIONS });
      const page = async (): Promise<string> => (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
      const before = await ask();
      const countsBefore = countsByRoute(await page());

      const sent = await sendMix(port, { requests: REQUESTS, connections: CONNECTIONS });
      const countsAfter = countsByRoute(await page());
      const after = await ask();

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
      child.kill('SIGKILL');
      await collector.close();
    }
  });
});

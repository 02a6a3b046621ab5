import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExposition } from '../examples/shop/src/watch/exposition.ts';
import type { Sample } from '../examples/shop/src/watch/exposition.ts';
import { sendAll, sendBroken } from './hostile/clients.ts';
import { MARK, TAKEN, createHostileRequests } from './hostile/requests.ts';
import { startSink } from './servers/ports.ts';
import { type ServiceProcess, startServiceProcess } from './servers/service-process.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const REQUESTS = isLong ? 1_000_000 : 100_000;
/** Code is compiled, and every table is full. */
const WARM_UP = 40_000;
const REQUEST_SERIES = 'http_server_request_duration_seconds_count';

interface Look {
  readonly page: string;
  readonly openMetrics: string;
  readonly status: string;
  readonly samples: readonly Sample[];
  readonly heapBytes: number;
}

describe(`a service after ${REQUESTS} requests, no two of them alike`, () => {
  let service: ServiceProcess;
  let collector: Awaited<ReturnType<typeof startSink>>;
  /** Before any of them, after so many that all tables are full, and after all of them. */
  let fresh: Look;
  let full: Look;
  let after: Look;

  async function look(): Promise<Look> {
    const page = await service.page('/metrics');
    const openMetrics = await service.page('/metrics', { accept: 'application/openmetrics-text' });
    const status = await service.page('/status');
    const { heapBytes } = await service.ask<{ heapBytes: number }>({});
    return { page, openMetrics, status, samples: parseExposition(page), heapBytes };
  }

  beforeAll(async () => {
    collector = await startSink();
    service = await startServiceProcess({
      program: new URL('hostile/service.ts', import.meta.url),
      env: { OTEL_SERVICE_NAME: 'hostile', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
    });
    const next = createHostileRequests(1);
    await sendAll(service.port, 1, () => 'GET /api/a/things/1 HTTP/1.1\r\nhost: a\r\n\r\n');
    fresh = await look();
    await sendAll(service.port, WARM_UP, next);
    full = await look();
    await sendBroken(service.port, [
      `${MARK.toUpperCase()} / HTTP/1.1\r\nhost: a\r\n\r\n`,
      `GET / HTTP/1.1\r\n${MARK}\r\n\r\n`,
      `CONNECT ${MARK}:443 HTTP/1.1\r\nhost: a\r\n\r\n`,
      `GET / HTTP/1.1\r\nhost: a\r\n${MARK}: ${MARK.repeat(20_000)}\r\n\r\n`,
      `GET /${MARK} HTTP/9.9\r\n\r\n`,
    ]);
    await sendAll(service.port, REQUESTS, next);
    after = await look();
  }, 600_000);

  afterAll(async () => {
    await service.stop();
    await collector.close();
  });

  it('has as many series as before', () => {
    console.log(fresh.samples.length, full.samples.length, after.samples.length, fresh.page.length, full.page.length, after.page.length, fresh.status.length, full.status.length, after.status.length, fresh.heapBytes, full.heapBytes, after.heapBytes);
    const by = new Map<string, number>();
    for (const { name } of after.samples) by.set(name, (by.get(name) ?? 0) + 1);
    console.log([...by].filter(([, n]) => n > 20));
    console.log(after.status.slice(0, 20_000));
    console.log(after.page.split('\n').filter((l) => l.toLowerCase().includes(MARK)).slice(0, 10));
    console.log(after.status.includes(MARK), after.status.includes(TAKEN));
    console.log(after.page.split('\n').filter((l) => l.startsWith('sightline_series') || l.startsWith('sightline_obs')).slice(0, 40));
    console.log(after.page.split('\n').filter((l) => l.startsWith(REQUEST_SERIES)).slice(0, 80));
    expect(after.samples.filter((s) => s.name === REQUEST_SERIES).reduce((s, { value }) => s + value, 0)).toBe(
      WARM_UP + REQUESTS + 1,
    );
  });
});

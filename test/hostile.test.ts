import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseExposition } from '../examples/shop/src/watch/exposition.ts';
import type { Sample } from '../examples/shop/src/watch/exposition.ts';
import { sendAll, sendBroken } from './hostile/clients.ts';
import { MARK, TAKEN, createHostileRequests } from './hostile/requests.ts';
import { startSink } from './servers/ports.ts';
import { type ServiceProcess, startServiceProcess } from './servers/service-process.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const REQUESTS = isLong ? 1_000_000 : 80_000;
/** Code is compiled, and every table is full. */
const WARM_UP = 34_000;
const REQUEST_COUNT = 'http_server_request_duration_seconds_count';

interface Status {
  readonly telemetry: {
    readonly report: { readonly findings: readonly { readonly code: string; readonly problem: string }[] };
  };
}

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

  /** Label sets of a metric, by the sample of which there is one for each. */
  function sets({ samples }: Look, name: string): readonly Sample[] {
    return samples.filter((sample) => sample.name === name);
  }

  it('has counted every one of them', () => {
    const counted = sets(after, REQUEST_COUNT).reduce((sum, { value }) => sum + value, 0);
    expect(counted).toBe(WARM_UP + REQUESTS + 1);
  });

  it('has a page of metrics as small as before', () => {
    expect(after.samples.length).toBeLessThanOrEqual(full.samples.length + 20);
    expect(after.page.length / full.page.length).toBeLessThan(1.01);
    expect(after.openMetrics.length / full.openMetrics.length).toBeLessThan(1.05);
    // What the service counts by itself, with labels out of requests, is most of it.
    const own = /^(?:buys|waits|sales|stock|sale_duration)_/;
    const rest = after.samples.filter(({ name }) => !own.test(name));
    const series = rest.filter(({ name }) => !name.endsWith('_bucket'));
    expect(series.length).toBeLessThan(fresh.samples.length + 250);
  });

  it.each([
    // Ten methods for each of five routes and for none; 50 error types and the one for all others, with two statuses.
    ['http_server_request_duration_seconds_count', 6 * 10 + 2 * 51],
    ['http_server_request_body_size_bytes_count', 6 * 10],
    ['http_server_response_body_size_bytes_count', 6 * 10],
    ['http_server_active_requests', 10],
    ['sales_total', 1001],
    ['stock_items', 1001],
    ['sale_duration_seconds_count', 1001],
    ['waits_seconds_count', 2001],
    ['buys_total', 65],
  ])('has in %s not more than %d series', (name, bound) => {
    expect(sets(after, name).length).toBeGreaterThan(0);
    expect(sets(after, name).length).toBeLessThanOrEqual(bound);
  });

  it('has nothing of what was sent in any label or on /status, but for what the service put into its own', () => {
    expect(after.page.toLowerCase()).not.toContain(MARK);
    expect(after.openMetrics.toLowerCase()).not.toContain(MARK);
    expect(after.status.toLowerCase()).not.toContain(MARK);
    expect(after.status).not.toContain(TAKEN);
    const labels = new Set(
      after.samples
        .filter(({ labels: all }) => Object.values(all).some((value) => value.includes(TAKEN)))
        .flatMap(({ labels: all }) => Object.keys(all).filter((name) => all[name]?.includes(TAKEN)))
        .map((name) => (name.startsWith('key_') ? 'key_' : name)),
    );
    expect([...labels].toSorted()).toEqual(['error_type', 'item', 'key_', 'shop']);
    expect(new Set(sets(after, REQUEST_COUNT).map(({ labels: all }) => all['http_route'] ?? ''))).toEqual(
      new Set(['', '/api/:tenant/things/:id', '/throw/:name', '/code/:name', '/count/:item']),
    );
  });

  it('names metric and label of each bound that was hit, once', () => {
    const { telemetry } = JSON.parse(after.status) as Status;
    const bounds = telemetry.report.findings.filter(({ code }) => code === 'SIGHTLINE_SERIES_BOUND');
    const room = 'got a value that the catalogue has no room for';
    expect(bounds.map(({ problem }) => problem).toSorted()).toEqual([
      'buys_total has 64 labels and was given an attribute that would be one more',
      `label error_type of http_server_request_duration_seconds ${room}`,
      'sale_duration_seconds has 1000 label sets: label item has 1000 values',
      'sales_total has 1000 label sets: label item has 1000 values',
      'stock_items has 1000 label sets: label item has 1000 values',
      'waits_seconds has 2000 label sets: label item has 2000 values',
    ]);
    for (const metric of [
      'sales_total',
      'stock_items',
      'sale_duration_seconds',
      'waits_seconds',
      'buys_total',
    ]) {
      const refused = sets(after, 'sightline_series_refused_total').find(
        ({ labels }) => labels['metric'] === metric,
      );
      expect([metric, (refused?.value ?? 0) > 0]).toEqual([metric, true]);
    }
  });

  it('has a /status as small as before, on which all counts can be read', () => {
    expect(after.status.length - full.status.length).toBeLessThan(500);
    expect(after.status.length).toBeLessThan(20_000);
    expect(after.status).not.toContain('[REDACTED]');
  });

  it('has a heap as small as before, and answers', async () => {
    expect(after.heapBytes / full.heapBytes).toBeLessThan(1.05);
    expect((await fetch(`http://127.0.0.1:${service.port}/api/a/things/1`)).status).toBe(200);
  });
});

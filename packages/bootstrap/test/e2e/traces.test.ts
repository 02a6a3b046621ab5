import { describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import type { OtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { placeService } from './place.ts';
import { startService } from './service.ts';
import { startUpstream } from './upstream.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

const SERVER = 2;
const CLIENT = 3;
/** From when on a request of `sampled.mjs` is slow. */
const SLOW_NS = 50_000_000n;

async function withCollector(
  use: (collector: OtlpReceiver, env: NodeJS.ProcessEnv) => Promise<void>,
): Promise<void> {
  const collector = await startOtlpReceiver();
  try {
    await use(collector, { OTEL_TRACES_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  } finally {
    await collector.close();
  }
}

describe('sampling', () => {
  it('keeps traces of errors and of slow requests although the head said no, and no others', async () => {
    await withCollector(async (collector, env) => {
      const service = await startService({
        app: 'sampled.mjs',
        flags: [],
        env: { ...env, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
      });
      for (const path of ['/orders/7', '/fail', '/slow', '/orders/8']) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await service.request(path);
      }
      await service.end('SIGTERM');
      const servers = collector.spans().filter(({ kind }) => kind === SERVER);
      // On a busy machine an order may be slow as well.
      const isSlowOrder = ({ name, startTimeUnixNano, endTimeUnixNano }: (typeof servers)[number]): boolean =>
        name.startsWith('GET /orders') && endTimeUnixNano - startTimeUnixNano >= SLOW_NS;
      const others = servers.filter((server) => !isSlowOrder(server));
      expect(others.map(({ name }) => name)).toEqual(['GET /fail', 'GET /slow']);
    });
  });
});

describe('OTEL_PROPAGATORS', () => {
  it('b3 takes the trace from B3 headers and passes it on in them', async () => {
    await withCollector(async (collector, env) => {
      const upstream = await startUpstream();
      const placed = await placeService('matrix', {
        express: 'express',
        '@opentelemetry/propagator-b3': '@opentelemetry/propagator-b3',
      });
      const service = await startService({
        app: placed.path('express.mjs'),
        env: { ...env, OTEL_PROPAGATORS: 'b3', UPSTREAM: upstream.url },
      });
      const traceId = '80f198ee56343ba864fe8b2a57d3eff7';
      await service.request('/api/7/orders/12', { headers: { b3: `${traceId}-e457b5a2e4d86bd1-1` } });
      expect(await service.end('SIGTERM')).toMatchObject({ signal: 'SIGTERM', stderr: '' });
      upstream.close();
      await placed.remove();

      const server = collector.spans().find(({ kind }) => kind === SERVER);
      expect(server).toMatchObject({ traceId, parentSpanId: 'e457b5a2e4d86bd1' });
      const clients = collector.spans().filter(({ kind }) => kind === CLIENT);
      const sent = [...upstream.headersOf('/stock/7'), ...upstream.headersOf('/price/7')];
      expect(sent.map(({ b3, traceparent }) => ({ b3, traceparent }))).toEqual(
        clients.map(({ spanId }) => ({ b3: `${traceId}-${spanId}-1`, traceparent: undefined })),
      );
    });
  });
});

describe('what Sightline says of itself', () => {
  it('names the collector that cannot be reached and what to do, and belongs to no request', async () => {
    const service = await startService({
      app: 'shop.mjs',
      env: {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
        OTEL_BSP_SCHEDULE_DELAY: '10',
      },
    });
    await service.request('/orders/7');
    const told = await service.line(({ code }) => code === 'SIGHTLINE_EXPORT_UNREACHABLE');
    expect(told['msg']).toContain('http://127.0.0.1:1');
    expect(told['msg']).toMatch(/OTEL_EXPORTER_OTLP_ENDPOINT.*OTEL_TRACES_EXPORTER=none/);
    const own = service.lines.filter(({ module }) => module === 'sightline');
    expect(own).toHaveLength(2);
    for (const line of own) expect(line).not.toMatchObject({ trace_id: expect.anything() as unknown });
    for (const line of own) expect(Object.keys(line)).not.toContain('request_id');
    await service.end('SIGKILL');
  });
});

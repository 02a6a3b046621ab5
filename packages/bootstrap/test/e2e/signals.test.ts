import { describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import type { OtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { isRequest, startService } from './service.ts';
import type { Service } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, maxConcurrency: 2 });

const SERVER = 2;
const ERROR = 2;

async function withCollector<T>(
  use: (collector: OtlpReceiver, service: Service) => Promise<T>,
  env = {},
): Promise<T> {
  const collector = await startOtlpReceiver();
  try {
    const service = await startService({
      app: 'shop.mjs',
      env: {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_METRICS_EXPORTER: 'otlp',
        OTEL_LOGS_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ...env,
      },
    });
    return await use(collector, service);
  } finally {
    await collector.close();
  }
}

describe.concurrent('what waits at the end', () => {
  it.for(['SIGTERM', 'SIGINT'] as const)('arrives, all of it, when %s ends the process', async (signal) => {
    await withCollector(async (collector, service) => {
      await service.request('/orders/7');
      expect(await service.end(signal)).toMatchObject({ code: null, signal, stderr: '' });

      const server = collector.spans().find(({ kind }) => kind === SERVER);
      expect(server).toMatchObject({ name: 'GET /orders/:id' });
      const requests = collector.metrics().find(({ name }) => name === 'http.server.request.duration');
      expect(requests?.points).toMatchObject([{ attributes: { 'http.route': '/orders/:id' }, count: 1 }]);
      const bodies = collector.logs().map(({ body, traceId }) => ({ body, traceId }));
      expect(bodies).toContainEqual({ body: 'order read', traceId: server?.traceId });
      expect(service.lines.find(isRequest)).toMatchObject({ trace_id: server?.traceId });
    });
  });

  it('holds the process for the deadline at most when no backend answers', async () => {
    await withCollector(async (collector, service) => {
      collector.answerWith({ misbehave: 'silent' });
      await service.request('/orders/7');
      const { signal, lines } = await service.end('SIGTERM');
      expect(signal).toBe('SIGTERM');
      expect(lines.filter(isRequest)).toHaveLength(1);
    });
  });

  it('leaves the end to a service that handles the signal, with what it says until then', async () => {
    await withCollector(
      async (collector, service) => {
        await service.request('/orders/7');
        expect(await service.end('SIGTERM')).toMatchObject({ code: 7, signal: null, stderr: '' });
        // One that was on its way when the process ended is sent again: rather twice than never.
        const servers = collector.spans().filter(({ kind }) => kind === SERVER);
        expect(new Set(servers.map(({ spanId }) => spanId)).size).toBe(1);
        expect(collector.logs().map(({ body }) => body)).toEqual(
          expect.arrayContaining(['order read', 'the service ends by itself']),
        );
      },
      { HANDLES_SIGTERM: 'true' },
    );
  });
});

describe.concurrent('a crash in a request', () => {
  it.for([
    { path: '/throw', error: 'TypeError: thrown later', origin: 'uncaughtException' },
    { path: '/reject', error: 'RangeError: rejected later', origin: 'unhandledRejection' },
  ])(
    'ends as without Sightline, the last line, the last numbers and the span of $path out',
    async ({ path, error, origin }) => {
      await withCollector(async (collector, service) => {
        await service.request('/orders/7');
        service.request(path).catch(() => {});
        const { code, stderr, lines } = await service.end();
        expect(code).toBe(1);
        expect(stderr).toContain(error);
        const server = collector.spans().find(({ kind, status }) => kind === SERVER && status.code === ERROR);
        expect(server).toBeDefined();
        const requests = collector.metrics().find(({ name }) => name === 'http.server.request.duration');
        expect(requests?.points).toMatchObject([{ attributes: { 'http.route': '/orders/:id' }, count: 1 }]);
        expect(lines.filter(({ level }) => level === 'fatal')).toMatchObject([
          { trace_id: server?.traceId, origin },
        ]);
        expect(collector.logs().map(({ traceId }) => traceId)).toContain(server?.traceId);
      });
    },
  );
});

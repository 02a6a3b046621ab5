import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from './config/config.ts';
import { createDisabledInstance } from './disabled.ts';

afterEach(() => vi.restoreAllMocks());

const config = loadConfig({ logs: { exporters: [] }, redact: { keys: ['badgeNumber'] } }, { env: {} });
const listeners = (): number =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

describe('createDisabledInstance', () => {
  it('listens for nothing, and its parts do nothing', async () => {
    const before = listeners();
    const off = createDisabledInstance(config);
    expect(off.enabled).toBe(false);
    expect(off.tracerProvider.getTracer('t').startSpan('s').isRecording()).toBe(false);
    expect(await off.status()).toEqual({ enabled: false });
    await off.flush();
    await off.shutdown();
    expect(listeners()).toBe(before);
  });

  it('has one logger, one redactor and one registry, made when they are used', () => {
    const off = createDisabledInstance(config);
    expect(off.logger).toBe(off.logger);
    expect(off.redactor).toBe(off.logger.redactor);
    expect(off.metrics).toBe(off.metrics);
    expect(off.redactor.value({ badgeNumber: 7 })).toEqual({ badgeNumber: '[REDACTED]' });
  });

  it('answers 404 where its handler is mounted alone, and passes on what has a next', async () => {
    const { handler } = createDisabledInstance(config).admin;
    const next = vi.fn<() => void>();
    const server = createServer((request, response) => {
      if (request.url === '/next') handler(request, response, () => response.end(String(next())));
      else handler(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answers = await Promise.all(['/', '/next'].map((path) => fetch(`http://127.0.0.1:${port}${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([404, 200]);
    expect(next).toHaveBeenCalledOnce();
    server.close();
    server.closeAllConnections();
  });

  it('says what is wrong with the configuration, as no report does', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    loadConfig(
      {},
      {
        env: { OTEL_BSP_MAX_QUEUE_SIZE: 'x' },
        onProblem: (error) => createDisabledInstance(config, [error]),
      },
    );
    expect(warned).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('OTEL_BSP_MAX_QUEUE_SIZE'),
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });

  it('takes checks and runs none, and watches nothing', async () => {
    const off = createDisabledInstance(config);
    const check = vi.fn<() => boolean>(() => true);
    expect(off.health).toBe(off.health);
    off.health.add('db', { check, critical: true });
    await off.health.run();
    expect(check).not.toHaveBeenCalled();
    const watch = off.watch({}, { name: 'x' });
    expect([watch.dispose(), watch[Symbol.dispose]()]).toEqual([undefined, undefined]);
  });

  it('writes lines where the configuration says so', async () => {
    const off = createDisabledInstance(loadConfig({ logs: { exporters: ['stdout'] } }, { env: {} }));
    expect(off.logger.stats().destination).toBeDefined();
    await off.shutdown();
    const silent = createDisabledInstance(config);
    expect(silent.logger.stats().destination).toBeUndefined();
    await silent.shutdown();
  });
});

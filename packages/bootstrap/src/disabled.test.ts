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

  it('answers the probes where its handler is mounted, passes on what has a next, and answers 404 to the rest', async () => {
    const off = createDisabledInstance(
      loadConfig({ health: { aliases: { '/ready': 'readyz' } } }, { env: {} }),
    );
    const { handler } = off.admin;
    const check = vi.fn<() => boolean>(() => false);
    off.health.add('db', { check, critical: true });
    const next = vi.fn<() => void>();
    const server = createServer((request, response) => {
      if (request.headers['x-alone'] !== undefined) handler(request, response);
      else handler(request, response, () => response.writeHead(418).end(String(next())));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const ask = async (path: string, init?: RequestInit): Promise<string> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
      return `${answer.status} ${(await answer.text()).split('\n')[0]}`;
    };
    expect(
      await Promise.all(['/livez', '/readyz?verbose', '/ready', '/metrics', '/'].map((path) => ask(path))),
    ).toEqual([
      expect.stringMatching(/^200 /),
      expect.stringMatching(/^503 /),
      expect.stringMatching(/^503 /),
      '418 undefined',
      '418 undefined',
    ]);
    expect(await ask('/metrics', { headers: { 'x-alone': '' } })).toMatch(/^404 /);
    expect([check, next].map(({ mock }) => mock.calls.length)).toEqual([1, 2]);
    server.close();
    server.closeAllConnections();
    await off.shutdown();
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

  it('is as ready as its checks say until its shutdown, and watches nothing', async () => {
    const off = createDisabledInstance(config);
    expect(off.health).toBe(off.health);
    off.health.add('db', { check: () => true, critical: true });
    const ready = async (): Promise<number> =>
      (await off.health.answer({ method: 'GET', path: '/readyz', trusted: true })).status;
    expect(await ready()).toBe(200);
    await off.shutdown();
    expect(await ready()).toBe(503);
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

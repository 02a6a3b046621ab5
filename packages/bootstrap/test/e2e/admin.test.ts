import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { samplesOf } from './series.ts';
import { isStart, startService } from './service.ts';
import type { Service } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, hookTimeout: 2 * MAX_LIFE_MS });

const TOKEN = 'planted-token-0123456789';

describe('the admin server', () => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({
      app: 'shop.mjs',
      env: {
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20planted-header',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://planted-user:planted-password@127.0.0.1:1',
        SIGHTLINE_ADMIN_TOKEN: TOKEN,
        OTEL_RESOURCE_ATTRIBUTES: 'team=checkout,api_token=planted-attribute',
        OTEL_BSP_MAX_QUEUE_SIZE: 'planted-value',
        OTEL_METRIC_EXPORT_INTERVAL: '-1',
      },
    });
    await service.request('/orders/7');
  });

  afterAll(async () => {
    await service.end('SIGTERM');
  });

  it('picks a free port for 0 and says which', async () => {
    const { msg } = await service.line(isStart);
    expect(msg).toMatch(/metrics and health on 127\.0\.0\.1:[1-9]\d+/);
    expect(await service.admin('/livez')).toEqual({ status: 200, text: 'ok' });
  });

  it('shows no secret on /status, in the report or on the page', async () => {
    const [status, page] = await Promise.all([service.admin('/status'), service.admin('/metrics')]);
    expect(status).toMatchObject({ status: 200, text: expect.stringContaining('checkout') as unknown });
    expect(status.text + page.text + JSON.stringify(service.lines)).not.toMatch(/planted/);
  });

  it('says what is wrong with the configuration, in the report, on /status and as a gauge', async () => {
    const { level, msg } = await service.line(isStart);
    expect(level).toBe('warn');
    const [status, page] = await Promise.all([service.admin('/status'), service.admin('/metrics')]);
    for (const name of ['OTEL_BSP_MAX_QUEUE_SIZE', 'OTEL_METRIC_EXPORT_INTERVAL']) {
      expect(msg).toContain(name);
      expect(status.text).toContain(name);
    }
    expect(samplesOf(page.text, 'sightline_option_problems')).toEqual([{ labels: {}, value: 2 }]);
  });

  it('changes the level for a while', async () => {
    await service.request('/debug');
    expect(service.lines.some(({ msg }) => msg === 'in detail')).toBe(false);
    const put = await service.admin('/loglevel', { method: 'PUT', body: '{"level":"debug","ttl":1}' });
    expect(put.status).toBe(200);
    await service.request('/debug');
    await service.line(({ msg }) => msg === 'in detail');
    await vi.waitFor(async () => expect((await service.admin('/loglevel')).text).not.toContain('debug"}'), {
      timeout: 20_000,
      interval: 100,
    });
  });

  it('is mounted on the server of the service, guarded by the token alone', async () => {
    const [open, closed, shown] = await Promise.all([
      service.request('/internal/metrics'),
      service.request('/internal/status'),
      service.request('/internal/status', { headers: { authorization: `Bearer ${TOKEN}` } }),
    ]);
    expect([open.status, closed.status, shown.status]).toEqual([200, 401, 200]);
    expect(open.text).toContain('http_server_request_duration_seconds');
    expect(JSON.parse(shown.text)).toMatchObject({ service: { 'service.name': 'shop' } });
  });
});

describe('an admin port that is taken', () => {
  it('is told, and the service runs', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const service = await startService({
        app: 'shop.mjs',
        env: { OTEL_EXPORTER_PROMETHEUS_PORT: String(port) },
      });
      expect(await service.request('/orders/7')).toMatchObject({ status: 200 });
      const { level, msg } = await service.line(isStart);
      expect(level).toBe('warn');
      expect(msg).toMatch(/no admin port/);
      expect(msg).toContain(String(port));
      expect(await service.end('SIGTERM')).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    } finally {
      other.close();
    }
  });
});

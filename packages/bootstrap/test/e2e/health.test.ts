import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startOtlpReceiver } from '../otlp-receiver.ts';
import type { OtlpReceiver } from '../otlp-receiver.ts';
import { MAX_LIFE_MS } from '../signals/run-child.ts';
import { samplesOf } from './series.ts';
import { type Line, type Service, startService } from './service.ts';

vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS, hookTimeout: 2 * MAX_LIFE_MS });

/** The tests tell one story, in their order. */
describe('the health of a service', () => {
  let service: Service;
  let collector: OtlpReceiver;
  let port: number;

  const tell = async (message: object): Promise<{ port: number; adminPort: number }> =>
    (await service.ask(message)) as { port: number; adminPort: number };
  const isAbout =
    (text: string) =>
    ({ msg }: Line): boolean =>
      String(msg).includes(text);
  /** Waits for the first one. */
  async function linesAbout(text: string): Promise<readonly Line[]> {
    await service.line(isAbout(text));
    return service.lines.filter(isAbout(text));
  }
  const probe = async (path: string): Promise<readonly [number, string]> => {
    const { status, text } = await service.admin(path);
    return [status, text];
  };

  beforeAll(async () => {
    collector = await startOtlpReceiver();
    service = await startService({
      app: 'health.mjs',
      flags: [],
      env: {
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    });
  });

  afterAll(async () => {
    await service.end('SIGKILL');
    await collector.close();
  });

  it('is not ready before the service listens and its tasks are done, and lives all the time', async () => {
    expect(await probe('/livez')).toEqual([200, 'ok']);
    const [status, text] = await probe('/startupz');
    expect(status).toBe(503);
    expect(text).toMatch(/^\[-\]task\/sightline:server .*\n\[-\]task\/migrations /m);
    expect((await probe('/readyz'))[0]).toBe(503);

    ({ port } = await tell({ action: 'listen' }));
    expect((await probe('/startupz'))[1]).not.toContain('[-]task/sightline:server');
    await tell({ action: 'migrated' });
    expect(await probe('/readyz')).toEqual([200, 'ok']);
    expect(await probe('/startupz')).toEqual([200, 'ok']);
    // What everybody expects is not worth a line.
    expect(service.lines.filter(isAbout('passes'))).toEqual([]);
  });

  it('answers for groups, for single checks, by further paths and with everything', async () => {
    for (const path of ['/readyz/storage', '/readyz/messages', '/readyz/database', '/status/readiness'])
      // oxlint-disable-next-line no-await-in-loop -- a page each
      expect([path, ...(await probe(path))]).toEqual([path, 200, 'ok']);
    expect((await probe('/readyz/nothing'))[0]).toBe(404);
    expect((await probe('/readyz?verbose'))[1]).toContain('[+]database ok');
    const health = JSON.parse((await probe('/health'))[1]) as { status: string; checks: object };
    expect(health).toMatchObject({ status: 'pass', serviceId: 'shop' });
    expect(Object.keys(health.checks)).toEqual(['broker:responseTime', 'database:responseTime']);
    expect((await probe('/'))[1]).toMatch(/GET, HEAD \/readyz\/\* +open/);
  });

  it('is degraded and stays ready while an optional check of a plug-in is down, which is one line', async () => {
    await tell({ action: 'set', name: 'broker', cause: 'no route; password=hunter2' });
    expect(await probe('/readyz')).toEqual([200, 'ok']);
    expect((await probe('/readyz/messages'))[0]).toBe(200);
    expect((await probe('/readyz/broker'))[0]).toBe(503);
    expect(JSON.parse((await probe('/health'))[1])).toMatchObject({ status: 'warn' });
    expect(await linesAbout('the check broker is down')).toMatchObject([
      { level: 'warn', check: 'broker', critical: false, from: 'up', to: 'down' },
    ]);
    expect(JSON.stringify(service.lines)).not.toContain('hunter2');
  });

  it('is not ready while a critical one is down: one line with the cause, an event on the trace, the metrics', async () => {
    await tell({ action: 'set', name: 'database', cause: 'connection refused' });
    // The service itself asks, in a request.
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    const [status, text] = await probe('/readyz');
    expect([status, text]).toEqual([
      503,
      expect.stringMatching(/^\[-\]database failed: .*connection refused$/m),
    ]);
    // What a proxy has passed on may come from anywhere.
    const passedOn = await service.admin('/readyz', { headers: { 'x-forwarded-for': '192.0.2.7' } });
    expect(passedOn).toMatchObject({ status: 503 });
    expect(passedOn.text).toMatch(/^\[-\]database failed: reason withheld$/m);
    expect((await probe('/readyz/storage'))[0]).toBe(503);
    expect((await probe('/livez'))[0]).toBe(200);

    const [line, ...more] = await linesAbout('the critical check database is down');
    expect(more).toEqual([]);
    expect(line).toMatchObject({ level: 'warn' });
    expect(line?.['msg']).toMatch(/it was up: .*connection refused/);
    expect(await linesAbout('readyz fails')).toMatchObject([
      { level: 'warn', msg: expect.stringContaining('database: ') as string },
    ]);

    const page = (await service.admin('/metrics')).text;
    expect(samplesOf(page, 'health_check_status')).toContainEqual(
      expect.objectContaining({ labels: { check: 'database' }, value: 0 }),
    );
    expect(samplesOf(page, 'health_probe_status')).toContainEqual(
      expect.objectContaining({ labels: { probe: 'readyz' }, value: 0 }),
    );
    const { health } = JSON.parse((await service.admin('/status')).text) as { health: { status: string } };
    expect(health.status).toBe('down');

    await collector.waitFor(() => collector.spans().some(({ events }) => events.length > 0));
    const span = collector.spans().find(({ events }) => events.length > 0);
    expect(span?.events).toMatchObject([
      {
        name: 'health.check.status_changed',
        attributes: { check: 'database', from: 'up', to: 'down', cause: line?.['cause'] },
      },
    ]);
  });

  it('is ready again with the check, and says so', async () => {
    await tell({ action: 'set', name: 'database' });
    expect(await probe('/readyz')).toEqual([200, 'ok']);
    expect(await linesAbout('the critical check database is up')).toMatchObject([{ level: 'info' }]);
    expect(await linesAbout('readyz passes')).toMatchObject([{ level: 'info' }]);
  });

  it('leaves a plug-in out whose check cannot be', async () => {
    const { telemetry } = JSON.parse((await service.admin('/status')).text) as {
      telemetry: { plugins: { leftOut: string[] } };
    };
    expect(telemetry.plugins.leftOut).toEqual(['bad']);
  });
});

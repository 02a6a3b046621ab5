import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { lokiAnswer, startFakeLoki } from '../loki/fake-loki.ts';
import { loki } from './loki.ts';
import { lokiStats } from './loki-stats.ts';

describe('loki', () => {
  it('names a wrong option at once, not later in the thread', () => {
    expect(() => loki({ host: 'not a url', exitDeadlineMs: -1 })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        problem: expect.stringMatching(/exitDeadlineMs.*host/s),
      }),
    );
  });

  it('ships lines from its thread and counts them when Loki took them', async () => {
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      request.resume().on('end', () => response.writeHead(204).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const destination = loki({ host: `http://127.0.0.1:${port}`, signals: false });
    destination.write(`{"level":30,"time":${Date.now()},"msg":"a"}\n`);
    destination.write(`{"level":30,"time":${Date.now()},"msg":"b"}\n`);
    await destination.close();
    expect(paths).toEqual(['/loki/api/v1/push']);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 2, dropped: 0 });
    server.close();
  });

  it('leaves nothing in the folder of its spool when Loki took all, and sends nothing twice', async () => {
    const server = await startFakeLoki();
    const directory = mkdtempSync(join(tmpdir(), 'sightline-loki-'));
    const destination = loki({ host: server.url, signals: false, spool: { directory } });
    destination.write(`{"level":30,"time":${Date.now()},"msg":"only once"}\n`);
    await destination.close();
    expect(server.lines()).toHaveLength(1);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 1, dropped: 0 });
    expect(readdirSync(directory)).toEqual([]);
    rmdirSync(directory);
    await server.stop();
  });
});

describe('lokiStats', () => {
  const line = `{"level":30,"time":${Date.now()},"msg":"a"}\n`;

  beforeEach(() => {
    Reflect.deleteProperty(globalThis, Symbol.for('sightline.logger.loki.1'));
  });

  it('is of every Loki destination of the process: how full their spools are, until they are closed', async () => {
    expect(lokiStats()).toBeUndefined();
    const server = await startFakeLoki();
    server.behave({ kind: 'answer', status: 503 });
    const directory = mkdtempSync(join(tmpdir(), 'sightline-loki-'));
    const spool = { directory, maxBytes: 100_000 };
    const destinations = [{ spool }, { spool }, {}].map((options) =>
      loki({ host: server.url, signals: false, silenceErrors: true, ...options }),
    );
    for (const destination of destinations) destination.write(line);
    await vi.waitUntil(() => (lokiStats()?.spoolBytes ?? 0) > 100, { timeout: 20_000 });
    await vi.waitUntil(() => lokiStats()?.spoolLimitBytes === 200_000, { timeout: 20_000 });
    await Promise.all(destinations.map((destination) => destination.close(0)));
    expect(lokiStats()).toMatchObject({ queued: 0, sent: 0, spoolBytes: 0, spoolLimitBytes: 0 });
    await server.stop();
    rmSync(directory, { recursive: true });
  });

  it('counts what Loki refused for good', async () => {
    const server = await startFakeLoki();
    server.behave(lokiAnswer(400, 'has timestamp too old: 2020-01-01T00:00:00Z'));
    const destination = loki({ host: server.url, signals: false, silenceErrors: true });
    destination.write(line);
    await destination.close();
    expect(destination.stats()).toMatchObject({ sent: 0, dropped: 1, rejected: 1 });
    expect(lokiStats()).toMatchObject({ dropped: 1, rejected: 1, spoolLimitBytes: 0 });
    await server.stop();
  });
});

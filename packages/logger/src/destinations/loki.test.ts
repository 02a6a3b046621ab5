import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startFakeLoki } from '../loki/fake-loki.ts';
import { loki } from './loki.ts';

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

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocal } from '@sightline/local';
import { afterEach, describe, expect, it } from 'vitest';

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function start(dataDir: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), {
    execArgv: ['--conditions=@sightline/source', '--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir },
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  return { child, url };
}

/** Pushes one line a request, over several connections, until the server is gone. @returns the lines that were acknowledged */
async function pushUntilGone(
  url: string,
  onAcknowledged: (count: number) => void,
): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  async function connection(name: string): Promise<void> {
    for (let at = 0; ; at++) {
      const line = `${name} ${at}`;
      const values = [[`${Date.now()}${String(at).padStart(6, '0')}`, line]];
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const response = await fetch(`${url}/loki/api/v1/push`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ streams: [{ stream: { connection: name }, values }] }),
        });
        if (response.status === 204) onAcknowledged(acknowledged.push(line));
      } catch {
        return;
      }
    }
  }
  await Promise.all(['a', 'b', 'c', 'd'].map(connection));
  return acknowledged;
}

describe('startLocal with a folder', () => {
  it.each([1, 50, 400])(
    'has after SIGKILL at acknowledgement %i every line that it had acknowledged',
    async (moment) => {
      const folder = await mkdtemp(join(tmpdir(), 'sightline-crash-'));
      folders.push(folder);
      const { child, url } = await start(folder);
      const died = once(child, 'exit');
      const acknowledged = await pushUntilGone(url, (count) => {
        if (count === moment) child.kill('SIGKILL');
      });
      await died;
      expect(acknowledged.length).toBeGreaterThanOrEqual(moment);
      const stack = await startLocal({ port: 0, dataDir: folder });
      try {
        const found = new Set(
          (await stack.logs('{connection=~".+"}', { limit: 5000 })).map(({ line }) => line),
        );
        expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);
      } finally {
        await stack.close();
      }
    },
    60_000,
  );
});

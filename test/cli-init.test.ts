/** `sightline init` in a fresh project, which then runs as its own start script says. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Io, run } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from './servers/ports.ts';

const STARTED_MS = 120_000;
const SERVER = `const express = require('express');
const app = express();
app.get('/hello/:name', (request, response) => response.send('hello ' + request.params.name));
const server = app.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
`;
const require = createRequire(import.meta.url);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-fresh-'));
  const manifest = {
    name: 'fresh',
    scripts: { start: 'node server.js' },
    dependencies: { express: '^5.3.0' },
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(join(folder, 'server.js'), SERVER);
  // As an install would put them there.
  await mkdir(join(folder, 'node_modules/@sightline'), { recursive: true });
  const bootstrap = fileURLToPath(new URL('../packages/bootstrap', import.meta.url));
  await symlink(bootstrap, join(folder, 'node_modules/@sightline/bootstrap'));
  await symlink(dirname(require.resolve('express')), join(folder, 'node_modules/express'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function init(...argv: readonly string[]): Promise<number> {
  const io: Io = {
    stdin: (async function* nothing() {})(),
    stdout: { write: () => {} },
    stderr: { write: () => {} },
    env: {},
    cwd: folder,
    isTerminal: { stdout: false, stderr: false },
    fetch,
    now: Date.now,
    signal: AbortSignal.timeout(STARTED_MS),
  };
  return run(['init', ...argv], io);
}

describe('a fresh Express service after sightline init --yes', () => {
  it(
    'answers on /metrics with its own requests, started by its start script, and is as before after --undo',
    async () => {
      const before = await readFile(join(folder, 'package.json'), 'utf8');
      expect(await init('--yes')).toBe(0);
      const { scripts } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
        scripts: { start: string };
      };
      const adminPort = await freePort();
      const child = spawn('sh', ['-c', `exec ${scripts.start}`], {
        cwd: folder,
        env: {
          PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
          OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort),
          OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
          OTEL_TRACES_EXPORTER: 'none',
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      try {
        await vi.waitFor(() => expect(output).toMatch(/port \d+/), { timeout: STARTED_MS, interval: 50 });
        const port = /port (\d+)/.exec(output)?.[1];
        expect(await (await fetch(`http://127.0.0.1:${port}/hello/you`)).text()).toBe('hello you');
        await vi.waitFor(
          async () => {
            const page = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
            expect(page).toMatch(
              /http_server_request_duration_seconds_count\{.*http_route="\/hello\/:name".*\} 1/,
            );
          },
          { timeout: STARTED_MS, interval: 50 },
        );
        // The name comes from .env, which Node.js has read before everything else.
        const status = await (await fetch(`http://127.0.0.1:${adminPort}/status`)).json();
        expect(status).toMatchObject({ service: { 'service.name': 'fresh' } });
      } finally {
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
      }
      expect(await init('--undo')).toBe(0);
      expect(await readFile(join(folder, 'package.json'), 'utf8')).toBe(before);
      await expect(readFile(join(folder, '.env'))).rejects.toMatchObject({ code: 'ENOENT' });
    },
    STARTED_MS * 2,
  );
});

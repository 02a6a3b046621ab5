import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the program sightline', () => {
  it('ends what it has started, where nobody reads its notes any more: up --native 2>&1 | tee log, and Ctrl-C', async () => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-main-'));
    const tidied = join(folder, 'tidied');
    const loki = join(folder, 'loki');
    writeFileSync(
      loki,
      `#!/bin/sh\ntrap "sleep 0.5; echo >'${tidied}'; exit 0" TERM\necho serves\nwhile :; do sleep 0.02; done\n`,
    );
    chmodSync(loki, 0o755);
    const main = join(import.meta.dirname, 'main.ts');
    const child = spawn(process.execPath, ['--conditions=@sightline/source', main, 'up', '--native'], {
      cwd: folder,
      // Nobody listens there.
      env: { PATH: `${folder}:/usr/bin:/bin`, LOKI_PORT: '1', LOKI_GRPC_PORT: '2' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    try {
      const exited = once(child, 'exit');
      let notes = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (notes += text));
      await vi.waitFor(() => expect(notes).toMatch(/loki +serves/), { timeout: 30_000, interval: 20 });
      child.stdout.destroy();
      child.stderr.destroy();
      child.kill('SIGINT');
      expect(await exited).toEqual([expect.any(Number), null]);
      expect(existsSync(tidied)).toBe(true);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

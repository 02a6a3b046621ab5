import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { codeBlocks } from './markdown.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(`${root}/docs/quick-start.md`, 'utf8');
const [first = ''] = text.split('## 2.');
const servers = codeBlocks(first).filter(({ language }) => language === 'ts');

describe('the servers of the quick start', () => {
  mkdirSync(`${root}/test/dist/docs`, { recursive: true });
  const folder = mkdtempSync(`${root}/test/dist/docs/servers-`);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are there', () => expect(servers).toHaveLength(2));

  it.each(servers)(
    'answer where they stand in an empty project, as they are: line $line',
    async ({ code, line }) => {
      // What `npm init -y` writes: only `.mjs` is an ES module there.
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', type: 'commonjs' }));
      writeFileSync(join(folder, 'server.mjs'), code);
      const child = spawn(process.execPath, ['server.mjs'], {
        cwd: folder,
        // Express writes no stack of an error to stderr then.
        env: { PATH: process.env['PATH'], NO_COLOR: '1', NODE_ENV: 'test' },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      try {
        const [said] = (await once(child.stdout, 'data')) as [Buffer];
        const port = /port: (\d+)/.exec(String(said))?.[1];
        const answer = await fetch(`http://localhost:${port}/orders/7`);
        expect([line, answer.status, await answer.text()]).toEqual([line, 200, expect.stringContaining('7')]);
        const broken = await fetch(`http://localhost:${port}/broken`);
        expect([line, broken.status]).toEqual([line, 500]);
        await broken.text();
        // Nobody has ended it.
        expect(child.exitCode).toBeNull();
      } finally {
        child.kill('SIGKILL');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }
    },
    60_000,
  );
});

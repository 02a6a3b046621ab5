import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { MAX_LIFE_MS, lineNumbers, runtimes, upTo } from './run-child.ts';

// A child that hangs is killed first, so that the test can tell what it left.
vi.setConfig({ testTimeout: 2 * MAX_LIFE_MS });

/** Linux's disk that is always full. */
const FULL = '/dev/full';

const ends = [
  { end: 'it comes to its natural end', scenario: 'natural', code: 0, signal: null },
  { end: 'process.exit is called', scenario: 'exit', code: 3, signal: null },
  { end: 'nothing but a flush is waited for', scenario: 'flush', code: 4, signal: null },
  { end: 'an exception is not caught', scenario: 'uncaught-exception', code: 1, signal: null },
  { end: 'SIGTERM comes', scenario: 'sigterm', code: null, signal: 'SIGTERM' },
] as const;

async function run(
  runtime: string,
  program: string,
  settings: object = {},
  stdout: 'pipe' | number = 'pipe',
) {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(runtime, [script, JSON.stringify(settings)], {
    stdio: ['ignore', stdout, 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: '', SIGHTLINE_STRICT: 'true' },
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [printed, stderr, end] = await Promise.all([
    child.stdout === null ? '' : textOf(child.stdout),
    child.stderr === null ? '' : textOf(child.stderr),
    ended,
  ]);
  return { printed, stderr, ...end };
}

async function logsIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).toSorted();
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}

describe.concurrent.each(runtimes)('a logger at the end of a process on $node', ({ path: runtime }) => {
  it.for(ends)('leaves every line on standard output when $end', async ({ scenario, code, signal }) => {
    const child = await run(runtime, 'logger-child.mjs', { scenario });
    expect(child).toMatchObject({ code, signal });
    expect(lineNumbers(child.printed)).toEqual(upTo(100));
    expect(child.printed).not.toContain('hunter2');
  });

  it.for(ends)(
    'leaves every line in both of two destinations when $end',
    async ({ scenario, code, signal }) => {
      const folder = await mkdtemp(join(tmpdir(), 'sightline-logger-'));
      try {
        const child = await run(runtime, 'logger-child.mjs', { scenario, path: join(folder, 'app.log') });
        expect(child).toMatchObject({ code, signal });
        expect(lineNumbers(child.printed)).toEqual(upTo(100));
        expect(lineNumbers(await logsIn(folder))).toEqual(upTo(100));
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  it.runIf(runtime === process.execPath && existsSync(FULL))(
    'says on standard error what a full disk did not take',
    async () => {
      const full = openSync(FULL, 'w');
      try {
        const child = await run(runtime, 'logger-child.mjs', { scenario: 'natural' }, full);
        expect(child).toMatchObject({ code: 0 });
        expect(child.stderr).toContain('SIGHTLINE_STDOUT_DROPPED: 100 log lines could not be written');
      } finally {
        closeSync(full);
      }
    },
  );

  it('is there for a CommonJS program by require()', async () => {
    const child = await run(runtime, 'required.cjs');
    expect(child).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(child.printed)).toMatchObject({
      service: 'commonjs',
      password: '[REDACTED]',
      msg: 'required',
    });
  });
});

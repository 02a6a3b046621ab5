import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findProgram, followProgram, isExecutable, namedProgram, runProgram, startOf } from './programs.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'sightline-programs-'));
  writeFileSync(join(cwd, 'mine'), '#!/bin/sh\n');
  chmodSync(join(cwd, 'mine'), 0o755);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const io = (env: Readonly<Record<string, string>> = {}, signal = new AbortController().signal) => ({
  env,
  cwd,
  signal,
});
const sh = (script: string): readonly [string, readonly string[]] => ['/bin/sh', ['-c', script]];

describe('findProgram', () => {
  it('has the first of a name on the PATH; an empty entry is the current folder', async () => {
    expect(await findProgram(io({ PATH: '/nowhere:' }), 'mine')).toBe(join(cwd, 'mine'));
    expect(await findProgram(io(), 'sh')).toBeUndefined();
  });

  it('takes no folder for a program, as one of the name of a server may be in the current folder', async () => {
    mkdirSync(join(cwd, 'loki'));
    expect(await findProgram(io({ PATH: '/nowhere:' }), 'loki')).toBeUndefined();
    expect(await isExecutable(join(cwd, 'loki'))).toBe(false);
  });

  it('is beaten by what an option names, which has to be there', async () => {
    expect(await namedProgram(io(), 'promtool', './mine')).toBe(join(cwd, 'mine'));
    await expect(namedProgram(io(), 'promtool', 'away')).rejects.toMatchObject({
      code: 'SIGHTLINE_CLI_PROGRAM',
      problem: '--promtool names no program that can be run',
    });
  });
});

describe('on Windows', () => {
  it('a program is what has one of the endings: beside npm.cmd stands a script for another shell', async () => {
    for (const name of ['npm', 'npm.cmd', 'docker.exe', 'mine-1.2.cmd']) {
      writeFileSync(join(cwd, name), '');
      chmodSync(join(cwd, name), 0o755);
    }
    const path = (more: object): Record<string, string> => ({ Path: cwd, ...more });
    expect(await findProgram(io(path({})), 'npm', 'win32')).toBe(join(cwd, 'npm.cmd'));
    expect(await findProgram(io(path({ PATHEXT: '.EXE;.CMD;' })), 'docker', 'win32')).toBe(
      join(cwd, 'docker.exe'),
    );
    expect(await findProgram(io(path({})), 'docker.exe', 'win32')).toBe(join(cwd, 'docker.exe'));
    expect(await findProgram(io(path({})), 'mine-1.2', 'win32')).toBe(join(cwd, 'mine-1.2.cmd'));
    expect(await findProgram(io(path({})), 'mine', 'win32')).toBeUndefined();
  });

  it('a batch file is started by the shell, with its words in quotes where they need them', () => {
    expect(
      startOf('C:\\Program Files\\nodejs\\npm.cmd', ['run', 'a b', 'say "x"', 'C:\\a b\\', '--a=b'], 'win32'),
    ).toEqual({
      file: '"C:\\Program Files\\nodejs\\npm.cmd" run "a b" "say ""x""" "C:\\a b\\\\" --a=b',
      args: [],
      shell: true,
    });
    const plain = { file: 'C:\\docker.exe', args: ['compose', 'a b'], shell: false };
    expect(startOf(plain.file, plain.args, 'win32')).toEqual(plain);
    expect(startOf('/opt/x.cmd', ['a b'], 'linux')).toEqual({
      file: '/opt/x.cmd',
      args: ['a b'],
      shell: false,
    });
  });
});

describe.each([
  ['runProgram', (script: string) => runProgram(io(), ...sh(script))],
  ['followProgram', (script: string) => followProgram(io(), ...sh(script), () => undefined)],
] as const)('%s', (_name, run) => {
  it.each([
    ['echo out; echo err >&2', { ok: true, output: 'out\nerr' }],
    ['echo no; exit 3', { ok: false, output: 'no' }],
    ['exit 3', { ok: false, output: 'ended by 3' }],
    ['kill -9 $$', { ok: false, output: 'ended by SIGKILL' }],
  ])('tells what a program said, and how it ended: %s', async (script, outcome) => {
    const { ok, output } = await run(script);
    expect({ ok, output: output.split('\n').toSorted().toReversed().join('\n') }).toEqual(outcome);
  });
});

describe('a program that cannot be started', () => {
  it('is named with the reason, in both ways', async () => {
    const expected = { code: 'SIGHTLINE_CLI_PROGRAM', problem: '/nowhere/x could not be run: ENOENT' };
    await expect(runProgram(io(), '/nowhere/x', [])).rejects.toMatchObject(expected);
    await expect(followProgram(io(), '/nowhere/x', [], () => undefined)).rejects.toMatchObject(expected);
  });
});

describe('a program that the user has had enough of', () => {
  it('is killed by runProgram, and asked to tidy up by followProgram', async () => {
    const abort = new AbortController();
    const run = runProgram(io({}, abort.signal), ...sh('while :; do sleep 0.02; done'));
    abort.abort();
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    const second = new AbortController();
    const script = 'trap "echo tidy; exit 1" INT; echo up; while :; do sleep 0.02; done';
    const { output } = await followProgram(io({}, second.signal), ...sh(script), () => second.abort());
    expect(output).toBe('up\ntidy');
  });

  it('ends also when that was before it started', async () => {
    const abort = new AbortController();
    abort.abort();
    const ran = await followProgram(
      io({}, abort.signal),
      ...sh('while :; do sleep 0.02; done'),
      () => undefined,
    );
    expect(ran).toEqual({ ok: false, output: 'ended by SIGINT' });
  });

  it('keeps the last lines of much', async () => {
    const { output } = await followProgram(
      io({ PATH: '/usr/bin:/bin' }),
      ...sh('seq 1 300'),
      () => undefined,
    );
    expect(output.split('\n')).toHaveLength(200);
    expect(output.endsWith('\n300')).toBe(true);
  });
});

import fs, { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type StdoutOptions, stdout } from './stdout.ts';

/** What is written fails from now on, until the test makes room. */
function fullDisk(): { code: string; hasRoom: boolean } {
  const state = { code: 'ENOSPC', hasRoom: false };
  const write = fs.writeSync as (...args: unknown[]) => number;
  const writeOrFail = (...args: unknown[]): number => {
    if (state.hasRoom) return write(...args);
    throw Object.assign(new Error(state.code), { code: state.code });
  };
  vi.spyOn(fs, 'writeSync').mockImplementation(writeOrFail);
  syncBuiltinESMExports();
  return state;
}

describe('stdout', () => {
  let folder = '';
  let fd = 0;
  const output = (): string => readFileSync(join(folder, 'out'), 'utf8');
  const open = (options?: StdoutOptions) => stdout({ fd, signals: false, ...options });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-stdout-'));
    fd = openSync(join(folder, 'out'), 'w');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });

  it('writes the lines of a turn when it ends, and counts them', async () => {
    const destination = open();
    const log = pino({}, destination);
    log.info('größer');
    log.info('b');
    expect(output()).toBe('');
    expect(destination.stats()).toMatchObject({ queued: 2, sent: 0 });
    await new Promise(setImmediate);
    expect(output().split('\n')).toHaveLength(3);
    expect(destination.stats()).toEqual({
      queued: 0,
      sent: 2,
      dropped: 0,
      bytes: Buffer.byteLength(output()),
      retried: 0,
    });
    await destination.close();
  });

  it('writes at once in flushSync, and before pino calls the callback of flush', async () => {
    const destination = open();
    destination.write('a\n');
    destination.flushSync();
    expect(output()).toBe('a\n');
    destination.write('b\n');
    await new Promise((resolve) => {
      pino({}, destination).flush(resolve);
    });
    expect(output()).toBe('a\nb\n');
    await destination.close();
  });

  it('writes what is left at close, leaves the descriptor open, and counts later lines as dropped', async () => {
    const destination = open();
    destination.write('a\n');
    await destination.close();
    await destination.close();
    destination.write('b\n');
    expect(output()).toBe('a\n');
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 1, dropped: 1 });
  });

  it('is readable and without colours when that is asked for and it is no terminal', async () => {
    const destination = open({ pretty: true });
    destination.write('{"level":30,"time":0,"msg":"hello"}\n{"level":30,"time":0,"msg":"again"}\n');
    await destination.close();
    expect(output()).toMatch(/INFO: hello\n.*INFO: again\n$/);
    expect(output()).not.toContain('\u001B');
    expect(destination.stats().sent).toBe(2);
  });

  it('stays JSON on `auto` when it is no terminal', async () => {
    const destination = open();
    destination.write('{"level":30,"msg":"hello"}\n');
    await destination.close();
    expect(output()).toBe('{"level":30,"msg":"hello"}\n');
  });

  it.each([
    { pretty: false, told: /^\{"level":"warn","time":\d+,"code":"SIGHTLINE_STDOUT_DROPPED"/ },
    { pretty: true, told: /^\[.*WARN/ },
  ])(
    'says in the log itself how many lines had no room, once there is some: pretty $pretty',
    async ({ pretty, told }) => {
      const destination = open({ pretty, maxBufferBytes: 65_536 });
      const disk = fullDisk();
      destination.write(`${'x'.repeat(70_000)}\n`);
      await new Promise(setImmediate);
      expect(destination.stats()).toMatchObject({ dropped: 1 });
      disk.hasRoom = true;
      destination.flushSync();
      expect(output()).toMatch(told);
      expect(output()).toContain('1');
      await destination.close();
    },
  );

  it('tells once when nobody reads any more, and drops what comes', async () => {
    const problems: string[] = [];
    const destination = stdout(
      { fd, signals: false },
      { onProblem: ({ message }) => problems.push(message) },
    );
    fullDisk().code = 'EPIPE';
    destination.write('a\n');
    destination.flushSync();
    destination.write('b\n');
    destination.flushSync();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`Nobody reads descriptor ${fd} any more (EPIPE)`);
    expect(destination.stats()).toMatchObject({ dropped: 2, queued: 0 });
    await destination.close();
  });

  it('writes what is said at the exit at once', async () => {
    const before = process.listeners('exit');
    const destination = open();
    destination.write('a\n');
    process.listeners('exit').find((each) => !before.includes(each))?.(0);
    expect(output()).toBe('a\n');
    destination.write('b\n');
    expect(output()).toBe('a\nb\n');
    await destination.close();
  });

  it('names a wrong option', () => {
    expect(() => open({ maxBufferBytes: 1 })).toThrow(expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }));
  });
});

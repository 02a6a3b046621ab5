/* oxlint-disable no-await-in-loop -- one turn of the event loop after the other */
import type * as nodeFs from 'node:fs';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '@sightline/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { file } from './file.ts';
import { type FileOptions, fileOptionsSchema } from './file-options.ts';
import { createFileSink } from './file-sink.ts';
import type { SinkProblem } from './sink.ts';

const KIB = 1024;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-file-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** The log files by their number. */
function files(): string[] {
  const number = (name: string): number => Number(/\.(\d+)\.log$/.exec(name)?.[1]);
  return readdirSync(folder)
    .filter((name) => number(name) > 0)
    .toSorted((one, other) => number(one) - number(other));
}

function lines(): string[] {
  const text = files().map((name) => readFileSync(join(folder, name), 'utf8'));
  return text.join('').split('\n').slice(0, -1);
}

describe('file', () => {
  it('loses no line when it rotates under load', async () => {
    const destination = file({
      path: join(folder, 'app.log'),
      maxBytes: 100 * KIB,
      keep: 1000,
      signals: false,
    });
    const expected: string[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      for (let each = 0; each < 100; each += 1) {
        const line = `{"n":${expected.length},"pad":"${'x'.repeat(80)}"}`;
        expected.push(line);
        destination.write(`${line}\n`);
      }
      await new Promise(setImmediate);
    }
    await destination.close();
    expect(lines()).toEqual(expected);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: expected.length, dropped: 0 });
    expect(files().length).toBeGreaterThan(15);
    // A turn of 10 KB may go over the size, and nothing more.
    for (const name of files()) expect(statSync(join(folder, name)).size).toBeLessThan(112 * KIB);
  });

  it('refuses a folder that is not there when it may not make it', () => {
    expect(() => file({ path: join(folder, 'no', 'app.log'), mkdir: false })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_DESTINATION' }),
    );
  });

  it('says what to look at when the folder cannot be made', () => {
    writeFileSync(join(folder, 'taken'), '');
    expect(() => file({ path: join(folder, 'taken', 'app.log'), mkdir: true })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_DESTINATION',
        fix: 'check its rights, or choose another path',
      }),
    );
  });

  it.each([{ path: 'a|b.log' }, { path: 'app.log', keep: 0 }, { path: 'app.log', size: '10m' }])(
    'names the wrong option in %j',
    (options) => {
      expect(() => file(options)).toThrow(expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }));
    },
  );
});

describe('createFileSink', () => {
  const problems: SinkProblem[] = [];
  const open = (options: Partial<FileOptions> = {}) => {
    problems.length = 0;
    const given = parseOptions('file', fileOptionsSchema, { path: join(folder, 'app.log'), ...options });
    return createFileSink(given, (problem) => problems.push(problem));
  };
  // SonicBoom calls the functions of the CommonJS module, so those are what can be made to fail.
  const fs: typeof nodeFs = createRequire(import.meta.url)('node:fs');
  const noSpace = (): never => {
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };

  it('keeps the newest files only, those of an earlier start counted', async () => {
    for (const number of [1, 2, 3]) writeFileSync(join(folder, `app.${number}.log`), 'old\n');
    const sink = await open({ maxBytes: 5, keep: 2 });
    for (const line of ['a\n', 'bbbb\n', 'cccc\n', 'dddd\n']) {
      sink.write(line);
      await new Promise(setImmediate);
    }
    await sink.close(1000);
    await vi.waitFor(() => expect(files()).toHaveLength(2), 20_000);
    expect(files().at(-1)).toBe('app.7.log');
  });

  it('keeps what it writes beside files of another frequency', async () => {
    for (const day of [18, 19, 20]) writeFileSync(join(folder, `app.2026-11-${day}.1.log`), 'old\n');
    const sink = await open({ keep: 3 });
    sink.write('new\n');
    await sink.flush();
    await sink.close(1000);
    expect(
      readdirSync(folder).filter((name) => readFileSync(join(folder, name), 'utf8') === 'new\n'),
    ).toHaveLength(1);
    expect(files()).toHaveLength(3);
  });

  it('keeps no more files than asked for when the program ends right after a rotation, closed or not', async () => {
    for (const end of ['close', 'flush', 'close'] as const) {
      const destination = file({ path: join(folder, 'app.log'), maxBytes: 100, keep: 3, signals: false });
      for (let written = 0; written < 20; written += 1) {
        destination.write(`${'x'.repeat(99)}\n`);
        await new Promise(setImmediate);
      }
      if (end === 'flush') destination.flushSync(5000);
      await destination.close(5000);
      expect(files().length).toBeLessThanOrEqual(3);
    }
  });

  it('counts no thread as lost when it closes', async () => {
    const told: SinkProblem[] = [];
    const destination = file(
      { path: join(folder, 'app.log') },
      { onProblem: (problem) => told.push(problem) },
    );
    destination.write('a\n');
    await destination.close(2999.5);
    expect(told).toEqual([]);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 1, dropped: 0 });
  });

  it('goes on with the last file after a restart', async () => {
    for (const line of ['a\n', 'b\n']) {
      const sink = await open();
      sink.write(line);
      await sink.close(1000);
    }
    expect(files()).toEqual(['app.1.log']);
    expect(lines()).toEqual(['a', 'b']);
  });

  it('begins a file of the day with the date in its name', async () => {
    const sink = await open({ frequency: 'daily' });
    sink.write('a\n');
    await sink.close(1000);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^app\.\d{4}-\d\d-\d\d\.1\.log$/)]);
  });

  it('keeps lines while the disk is full, tells it once, and writes each once when there is room', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sink = await open();
    sink.write('before\n');
    const { writeSync } = fs;
    const spy = vi.spyOn(fs, 'writeSync');
    // The first write ends in the middle of the line, as on a real disk.
    spy.mockImplementationOnce((fd, text) => writeSync(fd, Buffer.from(text), 0, 2));
    spy.mockImplementation(noSpace);
    sink.write('torn\n');
    sink.write('waiting\n');
    vi.advanceTimersByTime(10_000);
    expect(sink.stats()).toMatchObject({ queued: 2, sent: 1, dropped: 0 });
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_DESTINATION']);
    spy.mockRestore();
    const flushed = sink.flush();
    vi.advanceTimersByTime(5000);
    await flushed;
    sink.write('after\n');
    expect(lines()).toEqual(['before', 'torn', 'waiting', 'after']);
    expect(sink.stats()).toMatchObject({ queued: 0, sent: 4, dropped: 0 });
    vi.useRealTimers();
    await sink.close(1000);
  });

  it('drops and counts what goes past maxBufferBytes, and what is left at close', async () => {
    const sink = await open({ maxBufferBytes: 64 * KIB });
    const spy = vi.spyOn(fs, 'writeSync').mockImplementation(noSpace);
    const line = `${'x'.repeat(KIB - 1)}\n`;
    for (let written = 0; written < 100; written += 1) sink.write(line);
    expect(sink.stats()).toMatchObject({ queued: 65, dropped: 35 });
    await sink.close(0);
    expect(sink.stats()).toMatchObject({ queued: 0, sent: 0, dropped: 100 });
    spy.mockRestore();
  });

  it('goes on with the old file when the next cannot be opened', async () => {
    const sink = await open({ maxBytes: 5 });
    const spy = vi.spyOn(fs, 'openSync').mockImplementation(noSpace);
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n']) {
      sink.write(line);
      await new Promise(setImmediate);
    }
    expect(sink.stats()).toMatchObject({ queued: 0, sent: 3 });
    expect(problems).toHaveLength(1);
    spy.mockRestore();
    expect(lines()).toEqual(['aaaa', 'bbbb', 'cccc']);
    await sink.close(1000);
  });

  it('closes each descriptor once when the next file cannot be opened for a while', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const sink = await open({ maxBytes: 5 });
    const closes = vi.spyOn(fs, 'close');
    const spy = vi.spyOn(fs, 'openSync').mockImplementation(noSpace);
    sink.write('aaaa\n');
    await new Promise(setImmediate);
    let nowMs = performance.now();
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      nowMs += 5000;
      sink.write('b\n');
      vi.advanceTimersByTime(5000);
    }
    spy.mockRestore();
    nowMs += 5000;
    vi.advanceTimersByTime(5000);
    await new Promise(setImmediate);
    clock.mockRestore();
    // All files but the one that is written.
    expect(closes).toHaveBeenCalledTimes(files().length - 1);
    expect(lines().filter((line) => line === 'b')).toHaveLength(20);
    vi.useRealTimers();
    await sink.close(1000);
  });

  it('leaves the files of other programs alone that are named much alike', async () => {
    const others = ['app-0.log', 'app-1.log', 'app_3.log'];
    for (const name of others) writeFileSync(join(folder, name), 'theirs\n');
    const sink = await open({ maxBytes: 5, keep: 1 });
    for (const line of ['aaaa\n', 'bbbb\n', 'cccc\n']) {
      sink.write(line);
      await new Promise(setImmediate);
    }
    await sink.close(1000);
    expect(readdirSync(folder).filter((name) => !others.includes(name))).toEqual(files());
    expect(files()).toHaveLength(1);
    for (const name of others) expect(readFileSync(join(folder, name), 'utf8')).toBe('theirs\n');
  });

  describe('whose file is moved or removed from outside', () => {
    let nowMs = 0;
    beforeEach(() => {
      nowMs = 0;
      vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
    });

    it.each([
      { title: 'moved', away: () => renameSync(join(folder, 'app.1.log'), join(folder, 'app.old')) },
      { title: 'removed with its folder', away: () => rmSync(folder, { recursive: true }) },
    ])('is begun again within a second: $title', async ({ away }) => {
      const sink = await open();
      sink.write('before\n');
      away();
      nowMs = 999;
      sink.write('gone with it\n');
      nowMs = 1000;
      sink.write('after\n');
      expect(lines()).toEqual(['after']);
      nowMs = 2000;
      sink.write('still there\n');
      await sink.close(1000);
      expect(lines()).toEqual(['after', 'still there']);
      expect(problems).toEqual([]);
    });

    it('keeps the lines and says so once where there is no folder to begin it in', async () => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const sink = await open({ mkdir: false });
      rmSync(folder, { recursive: true });
      nowMs = 1000;
      for (const line of ['a\n', 'b\n']) sink.write(line);
      vi.advanceTimersByTime(5000);
      expect(sink.stats()).toMatchObject({ queued: 2, sent: 0 });
      expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_DESTINATION']);
      mkdirSync(folder);
      vi.advanceTimersByTime(10_000);
      expect(lines()).toEqual(['a', 'b']);
      vi.useRealTimers();
      await sink.close(1000);
    });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEarlySpool } from './early-spool.ts';
import type { LokiEntry } from './entry.ts';
import { createFakeClock } from './fake-clock.ts';
import { lokiOptionsSchema } from './options.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { readCursor } from './spool-cursor.ts';
import { createHome } from './spool-home.ts';
import { openSpool } from './spool.ts';
import { adoptSegment } from './spool-orphans.ts';
import { createOwner, isOwned, type SignsOfLife } from './spool-owner.ts';
import { encodeRecords, readRecords } from './spool-record.ts';

const entry = (text: string): LokiEntry => {
  const valueJson = JSON.stringify(['1', text]);
  return { labelsJson: '{"a":"b"}', valueJson, bytes: Buffer.byteLength(valueJson) };
};

type Failing = 'writeSync' | 'ftruncateSync' | 'mkdirSync' | 'openSync' | 'rmSync' | 'fdatasyncSync';

/** From now on a function of the file system throws, after so many calls or so many bytes that it still takes. */
function failing(
  method: Failing,
  { code, afterCalls = 0, afterBytes = 0 }: { code?: string; afterCalls?: number; afterBytes?: number },
): void {
  const original = fs[method] as (...args: unknown[]) => unknown;
  let calls = 0;
  const fail = (...args: unknown[]): unknown => {
    calls += 1;
    if (calls <= afterCalls) return original(...args);
    if (calls === 1 && afterBytes > 0) return original(...args.with(3, afterBytes));
    throw Object.assign(new Error(code ?? 'broken'), code === undefined ? {} : { code });
  };
  vi.spyOn(fs, method).mockImplementation(fail);
  syncBuiltinESMExports();
}

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sightline-spool-files-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(directory, { recursive: true, force: true });
});

describe('isOwned', () => {
  const nowMs = 1_763_672_400_000;
  let signs: SignsOfLife = new Map();
  beforeEach(() => {
    signs = new Map();
  });
  const place = (content: string, silentMs = 0): boolean => {
    const path = join(directory, 'x.owner');
    writeFileSync(path, content);
    utimesSync(path, (nowMs - silentMs) / 1000, (nowMs - silentMs) / 1000);
    return isOwned(directory, 'x', nowMs, signs);
  };
  const ownFile = (): Record<string, unknown> => {
    const { id, release } = createOwner(directory, nowMs);
    const content = JSON.parse(readFileSync(join(directory, `${id}.owner`), 'utf8')) as Record<
      string,
      unknown
    >;
    release();
    return content;
  };

  it.each([
    { title: 'one that is not there', given: undefined, silentMs: 0, expected: false },
    { title: 'no JSON, while there are signs of life', given: 'garbage', silentMs: 0, expected: true },
    { title: 'no JSON, after ten minutes of silence', given: 'garbage', silentMs: 600_000, expected: false },
    {
      title: 'one of another host, while there are signs of life',
      given: JSON.stringify({ host: `not ${hostname()}`, pidNamespace: '', pid: 1, startedAt: '1' }),
      silentMs: 599_000,
      expected: true,
    },
  ])('of $title is $expected', ({ given, silentMs, expected }) => {
    expect(given === undefined ? isOwned(directory, 'x', nowMs, signs) : place(given, silentMs)).toBe(
      expected,
    );
  });

  it.each([
    { aheadMs: 0, beats: true, ended: undefined },
    { aheadMs: -300_000, beats: true, ended: undefined },
    { aheadMs: 300_000, beats: true, ended: undefined },
    { aheadMs: 0, beats: false, ended: 120_000 },
    { aheadMs: -300_000, beats: false, ended: 60_000 },
    { aheadMs: 300_000, beats: false, ended: 120_000 },
  ])(
    'of another host with a clock $aheadMs ms ahead, which lives: $beats, ends after $ended ms',
    ({ aheadMs, beats, ended }) => {
      const path = join(directory, 'x.owner');
      writeFileSync(path, JSON.stringify({ host: 'another', pidNamespace: '', pid: 1, startedAt: '1' }));
      let endedAfterMs: number | undefined;
      for (let atMs = 0; atMs <= 240_000 && endedAfterMs === undefined; atMs += 20_000) {
        const signAtMs = nowMs + aheadMs + (beats ? atMs : 0);
        utimesSync(path, signAtMs / 1000, signAtMs / 1000);
        if (!isOwned(directory, 'x', nowMs + atMs, signs)) endedAfterMs = atMs;
      }
      expect(endedAfterMs).toBe(ended);
    },
  );

  it('is true of this process, and false of an earlier one with its number, however lively', () => {
    const own = ownFile();
    expect(place(JSON.stringify(own), 500_000)).toBe(true);
    expect(place(JSON.stringify({ ...own, startedAt: '1' }))).toBe(false);
  });

  it('is true of another thread of this process only while there are signs of its life', () => {
    const other = JSON.stringify({ ...ownFile(), thread: 7_777 });
    expect([place(other, 119_000), place(other, 120_000)]).toEqual([true, false]);
    const earlier = JSON.stringify({ ...ownFile(), thread: undefined });
    expect(place(earlier, 500_000)).toBe(true);
  });

  it('is false of a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    expect(place(JSON.stringify({ ...ownFile(), pid: child.pid }))).toBe(false);
  });
});

describe('createSegmentWriter', () => {
  it('refuses to write where no segment is open', () => {
    const writer = createSegmentWriter();
    expect(() => writer.write(Buffer.from('a'), 0)).toThrow('no segment is open');
    expect(() => writer.sealSync()).not.toThrow();
  });

  it('cuts off what a full disk took a part of, and then no file is open', () => {
    const writer = createSegmentWriter();
    const path = join(directory, '1.seg');
    writer.start(path);
    writer.write(Buffer.from('whole'), 0);
    failing('writeSync', { code: 'ENOSPC', afterBytes: 2 });
    expect(() => writer.write(Buffer.from('torn'), 5)).toThrow('ENOSPC');
    expect(readFileSync(path, 'utf8')).toBe('whole');
    expect(writer.isOpen).toBe(false);
  });

  it('throws what the disk says also where nothing can be cut off', () => {
    const writer = createSegmentWriter();
    writer.start(join(directory, '1.seg'));
    failing('writeSync', { code: 'EIO' });
    failing('ftruncateSync', { code: 'EROFS' });
    expect(() => writer.write(Buffer.from('a'), 0)).toThrow('EIO');
  });
});

describe('readRecords', () => {
  it('ends at the last whole record of a file that became shorter while it was read', () => {
    const path = join(directory, '1.seg');
    const one = encodeRecords([entry('one')]);
    const both = encodeRecords([entry('one'), entry('two')]);
    writeFileSync(path, both);
    truncateSync(path, both.length - 3);
    expect([...readRecords(path, 0, both.length)].map(({ end }) => end)).toEqual([one.length]);
    truncateSync(path, 3);
    expect([...readRecords(path, 0, both.length)]).toEqual([]);
  });
});

describe('readRecords of a long file', () => {
  it('goes on behind a piece that ends right after the head of a record', () => {
    const path = join(directory, '1.seg');
    const headBytes = 8;
    const one = encodeRecords([entry('')]).length;
    // The first piece that is read is a mebibyte.
    const first = encodeRecords([entry('x'.repeat(1024 * 1024 - headBytes - one))]);
    expect(first.length).toBe(1024 * 1024 - headBytes);
    writeFileSync(path, Buffer.concat([first, encodeRecords([entry('second'), entry('third')])]));
    expect([...readRecords(path, 0, statSync(path).size)]).toHaveLength(3);
  });
});

describe('adoptSegment', () => {
  it('is undefined when another process was faster', () => {
    expect(adoptSegment({ path: join(directory, 'gone.seg'), start: 0 }, directory, 1)).toBeUndefined();
  });
});

describe('createHome', () => {
  it('leaves no sign of an owner behind when the folder cannot be made', () => {
    const spool = join(directory, 'spool');
    mkdirSync(spool);
    failing('mkdirSync', { code: 'ENOSPC', afterCalls: 0 });
    expect(() => createHome(spool, 0)).toThrow('ENOSPC');
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    expect(readdirSync(spool)).toEqual([]);
  });

  it('has settled nothing at first', () => {
    const { folder, leave } = createHome(directory, 0);
    expect([readCursor(folder), readCursor(join(directory, 'nowhere'))]).toEqual([undefined, undefined]);
    leave();
  });
});

describe('openSpool', () => {
  function open(maxBytes = 100_000) {
    const told: string[] = [];
    const clock = createFakeClock();
    const count = (what: string) => (lines: number) => void told.push(`${what} ${lines}`);
    const spool = openSpool({ directory, maxBytes }, clock, {
      onDropped: count('dropped'),
      onLost: count('lost'),
      onAdopted: count('adopted'),
      onProblem: (message) => told.push(message),
    });
    return { spool, told, clock };
  }

  it('refuses what is larger than all its room, and everything once it is closed', () => {
    const { spool, told } = open(1000);
    expect(spool.append([entry('x'.repeat(2000))])).toBe(false);
    spool.acknowledge({ segment: 1, end: 1 });
    spool.close();
    spool.close();
    expect(spool.append([entry('x')])).toBe(false);
    expect(told).toEqual([]);
  });

  it('leaves a failed disk alone for ten seconds, and says once what it was', () => {
    const { spool, told, clock } = open();
    failing('openSync', { code: 'EACCES' });
    expect([spool.append([entry('a')]), spool.append([entry('b')])]).toEqual([false, false]);
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    clock.advance(9_999);
    expect(spool.append([entry('c')])).toBe(false);
    clock.advance(1);
    expect(spool.append([entry('d')])).toBe(true);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('cannot be written (EACCES)');
    spool.close();
  });

  it.each([
    {
      title: 'the place up to which all was sent cannot be noted',
      method: 'writeSync' as const,
      says: 'cannot note what was sent (EIO)',
    },
    { title: 'a segment cannot be removed', method: 'rmSync' as const, says: 'cannot be cleaned up (EIO)' },
  ])('goes on and says so when $title', ({ method, says }) => {
    const { spool, told } = open(8000);
    for (let at = 0; at < 20; at += 1) spool.append([entry(String(at).repeat(50))]);
    const taken = spool.take(100_000, 100);
    failing(method, { code: 'EIO' });
    spool.acknowledge(taken.at(-1)?.place ?? { segment: 0, end: 0 });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(says);
    spool.close();
  });

  it('names an error that has no code by its words', () => {
    const { spool, told } = open();
    failing('openSync', {});
    spool.append([entry('a')]);
    expect(told[0]).toContain('cannot be written (broken)');
    spool.close();
  });

  it('says that it cannot be kept when its sign of life is gone, and ships the lines all the same', () => {
    const { spool, told, clock } = open();
    spool.append([entry('a')]);
    for (const name of readdirSync(directory)) if (name.endsWith('.owner')) rmSync(join(directory, name));
    clock.advance(20_000);
    expect(told[0]).toContain('cannot be kept (ENOENT)');
    expect(spool.take(1000, 10)).toHaveLength(1);
    spool.close();
  });

  it.each([
    { title: 'with lines, which are lost', lines: 2, lost: ['lost 2'] },
    { title: 'without any', lines: 0, lost: [] },
  ])('says that its folder was removed from outside: $title', ({ lines, lost }) => {
    const { spool, told, clock } = open();
    expect(spool.added).toBe(0);
    spool.append([entry('a'), entry('b')]);
    expect([spool.added, spool.lines]).toEqual([2, 2]);
    if (lines === 0) spool.take(1000, 10);
    for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true });
    clock.advance(20_000);
    expect(told[0]).toContain(`The spool in ${directory} was removed from outside`);
    expect(told.slice(1)).toEqual(lost);
    expect(spool.lines).toBe(0);
    spool.close();
  });

  it('says that it cannot be closed when the last lines cannot be synced', () => {
    const { spool, told } = open();
    spool.append([entry('a')]);
    failing('fdatasyncSync', { code: 'EIO' });
    spool.close();
    expect(told[0]).toContain('cannot be closed (EIO)');
  });
});

describe('openEarlySpool', () => {
  const open = (maxBytes: number) =>
    openEarlySpool({
      ...lokiOptionsSchema.parse({ host: 'http://localhost' }),
      spool: { directory, maxBytes },
    });
  const sizes = (): number[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.seg'))
      .map((name) => readFileSync(join(directory, name)).length);

  it('keeps what there is room for, in one segment, and nothing any more once it is released', () => {
    const early = open(400);
    early.keep('{"msg":"a"}\n');
    const [first = 0] = sizes();
    early.keep(`{"msg":"${'x'.repeat(1000)}"}\n`);
    expect(sizes()).toEqual([first]);
    early.keep('{"msg":"b"}\n');
    expect(sizes()).toEqual([2 * first]);
    early.release();
    early.keep('{"msg":"c"}\n');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('makes no folder when it is released before the first line', () => {
    const early = open(400);
    early.release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it('keeps nothing more when the disk fails', () => {
    const early = open(10_000);
    failing('writeSync', { code: 'ENOSPC', afterCalls: 1 });
    early.keep('{"msg":"a"}\n');
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    early.keep('{"msg":"b"}\n');
    expect(sizes().filter((size) => size > 0)).toEqual([]);
    early.release();
  });
});

import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LokiEntry } from './entry.ts';
import { createFakeClock } from './fake-clock.ts';
import { openSpool } from './spool.ts';
import { createHome } from './spool-home.ts';
import { findOrphans, segmentPath } from './spool-orphans.ts';
import { HEARTBEAT_MS } from './spool-owner.ts';
import { encodeRecords } from './spool-record.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sightline-spool-adoption-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(directory, { recursive: true, force: true });
});

function entryOf(text: string): LokiEntry {
  const valueJson = JSON.stringify(['1', text]);
  return { labelsJson: '{}', valueJson, bytes: Buffer.byteLength(valueJson) };
}

function open(maxBytes = 8_000) {
  const told: string[] = [];
  const clock = createFakeClock(Date.now());
  const count = (what: string) => (lines: number) => void told.push(`${what} ${lines}`);
  const spool = openSpool({ directory, maxBytes }, clock, {
    onDropped: count('dropped'),
    onLost: count('lost'),
    onAdopted: count('adopted'),
    onProblem: (message) => told.push(message),
  });
  const texts = (): string[] =>
    spool.take(1e9, 1e9).map(({ valueJson }) => (JSON.parse(valueJson) as string[])[1] ?? '');
  return { spool, told, clock, texts };
}

/** A process that ended with so many segments of one line each: each is longer than an eighth of the room. */
function leave(...names: readonly string[]): string[] {
  const { spool } = open();
  const texts = names.map((name) => name + 'x'.repeat(1_000));
  for (const text of texts) spool.append([entryOf(text)]);
  spool.close();
  return texts;
}

function folders(): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((item) => item.isDirectory())
    .map(({ name }) => name);
}

describe('openSpool', () => {
  it('takes over all segments of a process that ended, in their order, and leaves nothing of it', () => {
    const texts = leave('a', 'b', 'c');
    const [before] = folders();
    const { spool, told, texts: taken } = open();
    expect(told).toEqual(['adopted 1', 'adopted 1', 'adopted 1']);
    expect(taken()).toEqual(texts);
    expect(folders()).not.toContain(before);
    expect(readdirSync(directory).filter((name) => name.startsWith(before ?? ''))).toEqual([]);
    spool.close();
  });

  it('appends behind what it took over', () => {
    const texts = leave('a', 'b');
    const { spool, texts: taken } = open();
    spool.append([entryOf('own')]);
    expect(taken()).toEqual([...texts, 'own']);
    spool.close();
  });

  it('leaves the folder where another process was faster with a segment, and looks at it again', () => {
    const texts = leave('a', 'b');
    const { renameSync } = fs;
    let calls = 0;
    vi.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      calls += 1;
      if (calls === 1) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      renameSync(from, to);
    });
    syncBuiltinESMExports();
    const { spool, told, clock, texts: taken } = open();
    expect(told).toEqual(['adopted 1']);
    expect(taken()).toEqual([texts[1]]);
    expect(folders()).toHaveLength(2);
    clock.advance(HEARTBEAT_MS);
    expect(told).toEqual(['adopted 1', 'adopted 1']);
    expect(taken()).toEqual([texts[0]]);
    expect(folders()).toHaveLength(1);
    spool.close();
  });

  it('makes no folder before the first line when there is nothing to take over', () => {
    const { spool, clock } = open();
    clock.advance(HEARTBEAT_MS);
    expect(readdirSync(directory)).toEqual([]);
    spool.close();
  });

  it('goes on in its segment after a sign of life that finds nothing to take over', () => {
    const { spool, clock } = open();
    spool.append([entryOf('a')]);
    clock.advance(HEARTBEAT_MS);
    spool.append([entryOf('b')]);
    const [own = ''] = folders();
    expect(readdirSync(join(directory, own)).filter((name) => name.endsWith('.seg'))).toHaveLength(1);
    spool.close();
  });

  it('leaves no empty segment behind where a full disk takes none of the lines', () => {
    const { spool, clock } = open();
    spool.append([entryOf('a')]);
    vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    syncBuiltinESMExports();
    for (let times = 0; times < 5; times += 1) {
      expect(spool.append([entryOf('b')])).toBe(false);
      clock.advance(10_000);
    }
    const [own = ''] = folders();
    expect(readdirSync(join(directory, own)).filter((name) => name.endsWith('.seg'))).toHaveLength(1);
    spool.close();
  });

  it('takes nothing from those who live when the clock was set forward, nor when the machine slept', () => {
    const { spool, told, clock } = open();
    const other = createHome(directory, clock.now());
    const path = join(directory, `${other.id}.owner`);
    writeFileSync(path, JSON.stringify({ host: 'another', pidNamespace: '', pid: 1, startedAt: '1' }));
    other.beat(clock.now());
    writeFileSync(segmentPath(other.folder, 1, 0), encodeRecords([entryOf('b')]));
    clock.set(clock.now() + 3_600_000);
    clock.advance(HEARTBEAT_MS);
    expect(told).toEqual([]);
    other.beat(clock.now());
    clock.advance(6 * HEARTBEAT_MS - 1);
    expect(told).toEqual([]);
    clock.advance(HEARTBEAT_MS);
    expect(told).toEqual(['adopted 1']);
    spool.close();
  });

  it('says again what is wrong with the disk when lines could be written in between', () => {
    const { spool, told, clock } = open();
    const fail = (): void => {
      vi.spyOn(fs, 'writeSync').mockImplementation(() => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      });
      syncBuiltinESMExports();
    };
    const heal = (): void => {
      vi.restoreAllMocks();
      syncBuiltinESMExports();
      clock.advance(10_000);
    };
    spool.append([entryOf('a')]);
    for (let times = 0; times < 2; times += 1) {
      fail();
      expect(spool.append([entryOf('b')])).toBe(false);
      heal();
      expect(spool.append([entryOf('c')])).toBe(true);
    }
    expect(told).toHaveLength(2);
    spool.close();
  });

  it('tells of no loss when the oldest segment goes whose lines are all on their way', () => {
    const { spool, told } = open();
    spool.append([entryOf('x'.repeat(1_000))]);
    expect(spool.take(1e9, 1e9)).toHaveLength(1);
    for (let segment = 0; segment < 7; segment += 1) spool.append([entryOf('y'.repeat(1_000))]);
    expect(spool.lines).toBe(7);
    expect(told).toEqual([]);
    spool.append([entryOf('z'.repeat(1_000))]);
    expect(told).toEqual(['dropped 1']);
    spool.close();
  });

  it('begins another segment at 8 MiB, not before', () => {
    const { spool } = open(256 * 1024 * 1024);
    // What a record has besides its text: its head of 8 bytes, `{}`, a newline and `["1",""]`.
    const oneBytes = 8 + 2 + 1 + 8;
    spool.append([entryOf('x'.repeat(8 * 1024 * 1024 - 1 - oneBytes))]);
    spool.append([entryOf('y')]);
    spool.append([entryOf('z')]);
    const [own = ''] = folders();
    const sizes = readdirSync(join(directory, own))
      .filter((name) => name.endsWith('.seg'))
      .toSorted()
      .map((name) => statSync(join(directory, own, name)).size);
    expect(sizes).toEqual([8 * 1024 * 1024 - 1 + oneBytes + 1, oneBytes + 1]);
    spool.append([entryOf('x'.repeat(8 * 1024 * 1024 - 2 * oneBytes - 1))]);
    spool.append([entryOf('last')]);
    expect(readdirSync(join(directory, own)).filter((name) => name.endsWith('.seg'))).toHaveLength(3);
    spool.close();
  });
});

describe('findOrphans', () => {
  it.each(['1-000000000000x', 'x1-000000000000', '1-00000000000g', 'notes'])(
    'leaves a folder %s, which is no process of ours, alone',
    (name) => {
      mkdirSync(join(directory, name));
      expect(findOrphans(directory, undefined, Date.now(), new Map())).toEqual([]);
      expect(readdirSync(directory)).toEqual([name]);
    },
  );

  it('removes the empty folder of a process that ended', () => {
    mkdirSync(join(directory, '1-000000000000'));
    expect(findOrphans(directory, undefined, Date.now(), new Map())).toEqual([]);
    expect(readdirSync(directory)).toEqual([]);
  });
});

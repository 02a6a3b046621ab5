import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { JOURNAL_FILE, type Journal, openJournal } from './journal.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sightline-journal-'));
  folders.push(made);
  return made;
}

function open(at: string, maxBytes = 1000): Journal {
  return openJournal({ folder: at, maxBytes, retentionMs: 10_000 });
}

/** Bytes that cannot be packed. */
const noise = new Uint8Array(randomBytes(100));

const entry = (timeMs: number) => ({ kind: 'push', timeMs, note: 'n', body: noise });

describe('openJournal', () => {
  it('gives back in order what an earlier process wrote, though it was never closed', () => {
    const at = newFolder();
    const first = open(at);
    first.append(entry(1));
    first.append({ ...entry(2), kind: 'scrape', note: '{"job":"a"}' });
    // What a process leaves that ends without a word.
    const left = newFolder();
    cpSync(at, left, { recursive: true });
    const second = open(left);
    expect([...second.entries()]).toEqual([entry(1), { ...entry(2), kind: 'scrape', note: '{"job":"a"}' }]);
    expect(second.stats()).toEqual(first.stats());
    expect(second.stats().entries).toBe(2);
    first.close();
    second.close();
  });

  it('is open once at a time, and is not kept from others by one that could not be opened', () => {
    const at = newFolder();
    const first = open(at);
    first.append(entry(1));
    expect(() => open(at)).toThrow(expect.objectContaining({ errcode: 5 }) as Error);
    first.append(entry(2));
    first.close();
    const other = new DatabaseSync(join(at, JOURNAL_FILE));
    other.exec('ALTER TABLE entries RENAME COLUMN body TO content');
    other.close();
    expect(() => open(at)).toThrow('body');
    const again = new DatabaseSync(join(at, JOURNAL_FILE));
    again.exec('ALTER TABLE entries RENAME COLUMN content TO body');
    again.close();
    const last = open(at);
    expect(last.stats().entries).toBe(2);
    last.close();
  });

  const mebibyte = new Uint8Array(randomBytes(1_048_576));

  it.each([
    ['of its own', () => undefined],
    [
      'of an earlier version',
      (path: string) => {
        const database = new DatabaseSync(path);
        database.exec('PRAGMA auto_vacuum = NONE; VACUUM;');
        database.close();
      },
    ],
  ])(
    'gives the room of what is too old back to the disk, in a file %s',
    (_, make) => {
      const at = newFolder();
      const size = (): number => statSync(join(at, JOURNAL_FILE)).size;
      const first = open(at, 1e9);
      first.append({ ...entry(90_000), note: 'last' });
      for (let count = 0; count < 14; count++) first.append({ ...entry(0), body: mebibyte });
      first.close();
      make(join(at, JOURNAL_FILE));
      expect(size()).toBeGreaterThan(14 * 1_048_576);
      const second = open(at, 1e9);
      for (let times = 0; times < 50; times++) second.expire(99_000);
      expect([...second.entries()].map(({ note }) => note)).toEqual(['last']);
      second.close();
      expect(size()).toBeLessThan(9 * 1_048_576);
      const third = open(at, 1e9);
      expect([...third.entries()].map(({ note }) => note)).toEqual(['last']);
      third.close();
    },
    60_000,
  );

  it('counts what notes take, in bytes, now as after a restart', () => {
    const at = newFolder();
    const first = open(at);
    first.append({ ...entry(1), note: '☕'.repeat(100) });
    const { bytes } = first.stats();
    expect(bytes).toBeGreaterThan(400);
    first.close();
    const second = open(at);
    expect(second.stats().bytes).toBe(bytes);
    second.close();
  });

  it('gives the other entries where the body of one is broken', () => {
    const at = newFolder();
    const first = open(at);
    first.append(entry(1));
    first.append(entry(2));
    first.close();
    const database = new DatabaseSync(join(at, JOURNAL_FILE));
    database.exec("UPDATE entries SET body = x'ff00' WHERE time_ms = 1");
    database.close();
    const second = open(at);
    const [broken, whole] = [...second.entries()];
    expect(() => broken?.body).toThrow('invalid');
    expect(whole).toEqual(entry(2));
    second.close();
  });

  it('drops the oldest when it is full, and never holds more', () => {
    const journal = open(newFolder());
    for (let at = 0; at < 50; at++) {
      journal.append(entry(at));
      expect(journal.stats().bytes).toBeLessThanOrEqual(1000);
    }
    const kept = [...journal.entries()];
    expect(kept.at(-1)?.timeMs).toBe(49);
    expect(journal.stats().entries).toBe(kept.length);
    expect(kept.length).toBeGreaterThan(5);
    journal.close();
  });

  it('keeps texts by their ids until they change or are removed, however old they are', () => {
    const at = newFolder();
    const first = open(at);
    first.put('silence', { a: 'one', b: 'two' });
    first.put('silence', { a: 'three' });
    first.put('other', { a: 'four' });
    first.expire(Infinity);
    first.close();
    const second = open(at);
    expect(second.texts('silence')).toEqual(['three', 'two']);
    second.remove('silence', ['b', 'x']);
    expect([second.texts('silence'), second.texts('other')]).toEqual([['three'], ['four']]);
    second.close();
  });

  it('drops what is too old', () => {
    const journal = open(newFolder());
    journal.append(entry(1000));
    journal.append(entry(9000));
    journal.expire(12_000);
    expect([...journal.entries()].map(({ timeMs }) => timeMs)).toEqual([9000]);
    journal.close();
  });

  it('finds what is too old without reading everything, also in what an earlier version wrote', () => {
    const at = newFolder();
    open(at).close();
    const earlier = new DatabaseSync(join(at, 'journal.sqlite'));
    earlier.exec('DROP INDEX entries_by_time');
    earlier.close();
    open(at).close();
    const database = new DatabaseSync(join(at, 'journal.sqlite'));
    const [plan] = database.prepare('EXPLAIN QUERY PLAN SELECT body FROM entries WHERE time_ms < 1').all();
    expect(plan?.['detail']).toContain('USING INDEX entries_by_time');
    database.close();
  });
});

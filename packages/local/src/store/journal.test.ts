import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { type Journal, openJournal } from './journal.ts';

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
    const second = open(at);
    expect([...second.entries()]).toEqual([entry(1), { ...entry(2), kind: 'scrape', note: '{"job":"a"}' }]);
    expect(second.stats()).toEqual(first.stats());
    expect(second.stats().entries).toBe(2);
    first.close();
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

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { makeFolder } from '@sightline/errors';

/** What came in, as it came: enough to take it in once more. */
export interface JournalEntry {
  /** Which way in: `otlp traces`, `scrape`. */
  readonly kind: string;
  /** When it came, since 1970 [ms]. */
  readonly timeMs: number;
  /** How it is to be read: a content type, the labels of a target. */
  readonly note: string;
  readonly body: Uint8Array;
}

export interface Journal {
  /** Writes it; when this returns, it survives the death of the process. @throws {Error} when the disk takes no more */
  append(entry: JournalEntry): void;
  /** Everything that is kept, the oldest first. */
  entries(): Iterable<JournalEntry>;
  /**
   * Keeps texts by their ids, all of them or none: what holds until it is changed, however old it is, and is too little
   * to count. @throws {Error} when the disk takes no more
   */
  put(kind: string, texts: Readonly<Record<string, string>>): void;
  /** @throws {Error} when the disk takes no more */
  remove(kind: string, ids: readonly string[]): void;
  /** In the order in which they first came. */
  texts(kind: string): readonly string[];
  /** Drops what is older than allowed, and the oldest while there is too much. */
  expire(nowMs: number): void;
  stats(): { readonly entries: number; readonly bytes: number };
  close(): void;
}

export interface JournalOptions {
  /** Made when it is not there. */
  readonly folder: string;
  readonly maxBytes: number;
  readonly retentionMs: number;
}

const FILE = 'journal.sqlite';
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, time_ms INTEGER NOT NULL, note TEXT NOT NULL, body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entries_by_time ON entries (time_ms);
  CREATE TABLE IF NOT EXISTS texts (
    kind TEXT NOT NULL, id TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) STRICT;
`;

/**
 * Keeps what came in on disk. SQLite's write-ahead log with `synchronous = NORMAL` survives the death of the process at
 * any moment; that of the machine may cost what came last, and never the file.
 *
 * Source: https://www.sqlite.org/pragma.html#pragma_synchronous
 *
 * @throws {Error} when the folder cannot be made or written, or holds another database
 */
export function openJournal({ folder, maxBytes, retentionMs }: JournalOptions): Journal {
  makeFolder(folder, 0o700);
  const database = new DatabaseSync(join(folder, FILE));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(SCHEMA);
  const insert = database.prepare('INSERT INTO entries (kind, time_ms, note, body) VALUES (?, ?, ?, ?)');
  // One statement, for it is one transaction.
  const putTexts = database.prepare(
    `INSERT INTO texts (kind, id, text) SELECT ?, key, value FROM json_each(?) WHERE true
     ON CONFLICT (kind, id) DO UPDATE SET text = excluded.text`,
  );
  const removeTexts = database.prepare(
    'DELETE FROM texts WHERE kind = ? AND id IN (SELECT value FROM json_each(?))',
  );
  const readTexts = database.prepare('SELECT text FROM texts WHERE kind = ? ORDER BY rowid');
  const sizes = database.prepare(
    'SELECT COUNT(*) AS entries, COALESCE(SUM(LENGTH(body)), 0) AS bytes FROM entries',
  );
  const stats = sizes.get() as { entries: number; bytes: number };
  const counted = { entries: stats.entries, bytes: stats.bytes };

  function drop(where: string, value: number): void {
    const gone = database
      .prepare(
        `SELECT COUNT(*) AS entries, COALESCE(SUM(LENGTH(body)), 0) AS bytes FROM entries WHERE ${where}`,
      )
      .get(value) as { entries: number; bytes: number };
    if (gone.entries === 0) return;
    database.prepare(`DELETE FROM entries WHERE ${where}`).run(value);
    counted.entries -= gone.entries;
    counted.bytes -= gone.bytes;
  }

  /** The id up to which entries have to go so that an eighth of the bound is free again. */
  function lastToDrop(): number | undefined {
    const rows = database
      .prepare('SELECT id, LENGTH(body) AS bytes FROM entries ORDER BY id')
      .iterate() as Iterable<{ id: number; bytes: number }>;
    let left = counted.bytes;
    for (const { id, bytes } of rows) {
      left -= bytes;
      if (left <= maxBytes * 0.875) return id;
    }
    return undefined;
  }

  function makeRoom(): void {
    if (counted.bytes <= maxBytes) return;
    const id = lastToDrop();
    if (id !== undefined) drop('id <= ?', id);
  }

  return {
    append({ kind, timeMs, note, body }) {
      const packed = deflateRawSync(body, { level: 1 });
      insert.run(kind, timeMs, note, packed);
      counted.entries += 1;
      counted.bytes += packed.length;
      try {
        makeRoom();
      } catch {
        // To delete takes room too; this entry is kept, and the next one tries again.
      }
    },
    *entries() {
      const rows = database
        .prepare('SELECT kind, time_ms, note, body FROM entries ORDER BY id')
        .iterate() as Iterable<{
        kind: string;
        time_ms: number;
        note: string;
        body: Uint8Array;
      }>;
      for (const { kind, time_ms: timeMs, note, body } of rows) {
        yield { kind, timeMs, note, body: new Uint8Array(inflateRawSync(body)) };
      }
    },
    put: (kind, texts) => void putTexts.run(kind, JSON.stringify(texts)),
    remove: (kind, ids) => void removeTexts.run(kind, JSON.stringify(ids)),
    texts: (kind) => (readTexts.all(kind) as { text: string }[]).map(({ text }) => text),
    expire: (nowMs) => drop('time_ms < ?', nowMs - retentionMs),
    stats: () => ({ ...counted }),
    close: () => database.close(),
  };
}

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
  /** Everything that is kept, the oldest first; where a body cannot be read, its entry throws when that is asked for. */
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
  /** Drops what is older than allowed, and gives room that nothing needs any more back to the disk, a part of it each time. */
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

/** In the folder; beside it stands its write-ahead log while it is open. */
export const JOURNAL_FILE = 'journal.sqlite';
/** What an entry takes besides its body and its note, about [bytes]. */
const ENTRY_BYTES = 32;
/** Share of the bound that is made free at once: what is deleted is read once more, and holds everything up meanwhile. */
const FREED_RATIO = 1 / 64;
/** Free pages that stay in the file for what comes next: a quarter of those in use, and these at least. */
const SPARE_RATIO = 0.25;
const SPARE_PAGES = 2048;
/** Pages that are given back in one transaction, and the time after which the rest waits for the next time [ms]. */
const PAGES_TOGETHER = 512;
const SLICE_MS = 20;
/** Length of the write-ahead log past which it is cut off once it is written into the file [bytes]. */
const MAX_LOG_BYTES = 16_777_216;
/** `PRAGMA auto_vacuum` of a file whose free pages can be given back. */
const INCREMENTAL = 2;
/** What a row counts for. */
const ROW_BYTES = `OCTET_LENGTH(body) + OCTET_LENGTH(note) + ${ENTRY_BYTES}`;
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
 * Keeps what came in on disk, for one process at a time: the system holds the lock, and lets go of it when that process
 * ends, however it does. SQLite's write-ahead log with `synchronous = NORMAL` survives the death of the process at
 * any moment; that of the machine may cost what came last, and never the file.
 *
 * Source: https://www.sqlite.org/pragma.html#pragma_synchronous
 *
 * @throws {Error} when the folder cannot be made or written, holds another database, or is in use; with the `errcode` of
 *   SQLite where it has one
 */
export function openJournal(options: JournalOptions): Journal {
  makeFolder(options.folder, 0o700);
  const database = new DatabaseSync(join(options.folder, JOURNAL_FILE));
  try {
    return journalOf(database, options);
  } catch (error) {
    // Else it would hold the lock for as long as nobody collects it.
    database.close();
    throw error;
  }
}

function journalOf(database: DatabaseSync, { maxBytes, retentionMs }: JournalOptions): Journal {
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL;');
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = ${MAX_LOG_BYTES};`,
  );
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
    `SELECT COUNT(*) AS entries, COALESCE(SUM(${ROW_BYTES}), 0) AS bytes FROM entries`,
  );
  const pages = database.prepare('PRAGMA page_count');
  const freePages = database.prepare('PRAGMA freelist_count');
  let isLookedAt = false;
  const stats = sizes.get() as { entries: number; bytes: number };
  const counted = { entries: stats.entries, bytes: stats.bytes };

  function drop(where: string, value: number): void {
    const gone = database
      .prepare(
        `SELECT COUNT(*) AS entries, COALESCE(SUM(${ROW_BYTES}), 0) AS bytes FROM entries WHERE ${where}`,
      )
      .get(value) as { entries: number; bytes: number };
    if (gone.entries === 0) return;
    database.prepare(`DELETE FROM entries WHERE ${where}`).run(value);
    counted.entries -= gone.entries;
    counted.bytes -= gone.bytes;
  }

  /** The id up to which entries have to go so that a part of the bound is free again. */
  function lastToDrop(): number | undefined {
    const rows = database
      .prepare(`SELECT id, ${ROW_BYTES} AS bytes FROM entries ORDER BY id`)
      .iterate() as Iterable<{ id: number; bytes: number }>;
    let left = counted.bytes;
    for (const { id, bytes } of rows) {
      left -= bytes;
      if (left <= maxBytes * (1 - FREED_RATIO)) return id;
    }
    return undefined;
  }

  function makeRoom(): void {
    if (counted.bytes <= maxBytes) return;
    const id = lastToDrop();
    if (id !== undefined) drop('id <= ?', id);
  }

  /** Free pages that are more than what comes next may need. */
  function surplusPages(): number {
    const free = Number(freePages.get()!['freelist_count']);
    const used = Number(pages.get()!['page_count']) - free;
    return free - Math.max(SPARE_PAGES, Math.ceil(used * SPARE_RATIO));
  }

  function giveBack(): void {
    if (!isLookedAt) {
      isLookedAt = true;
      makeIncremental();
    }
    if (!isIncremental()) return;
    const startMs = performance.now();
    while (performance.now() - startMs < SLICE_MS) {
      const surplus = surplusPages();
      if (surplus <= 0) return;
      database.exec(`PRAGMA incremental_vacuum(${Math.min(surplus, PAGES_TOGETHER)})`);
    }
  }

  function isIncremental(): boolean {
    return database.prepare('PRAGMA auto_vacuum').get()!['auto_vacuum'] === INCREMENTAL;
  }

  /** A file of an earlier version keeps its pages for ever; written anew, once, it does not. */
  function makeIncremental(): void {
    if (isIncremental() || surplusPages() <= 0) return;
    try {
      database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM;');
    } catch {
      // That takes room for both: the file stays as it is, and is as good as before.
    }
  }

  return {
    append({ kind, timeMs, note, body }) {
      const packed = deflateRawSync(body, { level: 1 });
      insert.run(kind, timeMs, note, packed);
      counted.entries += 1;
      counted.bytes += packed.length + Buffer.byteLength(note) + ENTRY_BYTES;
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
        yield {
          kind,
          timeMs,
          note,
          // Read by who wants it: one that is broken does not keep the others from being read.
          get body() {
            return new Uint8Array(inflateRawSync(body));
          },
        };
      }
    },
    put: (kind, texts) => void putTexts.run(kind, JSON.stringify(texts)),
    remove: (kind, ids) => void removeTexts.run(kind, JSON.stringify(ids)),
    texts: (kind) => (readTexts.all(kind) as { text: string }[]).map(({ text }) => text),
    expire(nowMs) {
      drop('time_ms < ?', nowMs - retentionMs);
      giveBack();
    },
    stats: () => ({ ...counted }),
    close: () => database.close(),
  };
}

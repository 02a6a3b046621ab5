import { thrownText } from '@sightline/errors';
import type { Journal, JournalEntry } from '../store/journal.ts';

/** @param why as the disk says it */
export function diskProblem(why: unknown): string {
  return `the disk of dataDir takes nothing: ${thrownText(why)}`;
}

/** The journal, for those who go on when the disk takes no more. */
export interface Keeper {
  /** @throws {Error} when the disk takes no more: it is not kept, and may be tried again */
  keep(entry: JournalEntry): void;
  /** The same of what nobody would send again: it stays in memory alone, and is counted. */
  offer(entry: JournalEntry): void;
  /** Keeps texts by their ids, until they change or are removed. @throws {Error} when the disk takes no more */
  put(kind: string, texts: Readonly<Record<string, string>>): void;
  remove(kind: string, ids: readonly string[]): void;
  texts(kind: string): readonly string[];
  /** Drops what is older than allowed. */
  expire(nowMs: number): void;
  stats(): KeeperStats;
  close(): void;
}

export interface KeeperStats {
  readonly entries: number;
  readonly bytes: number;
  /** Scrapes and results of rules that are in memory alone. */
  readonly unkept: number;
  /** Why the disk took nothing the last time; undefined when it did. */
  readonly problem: string | undefined;
}

/** @param onProblem told when the disk begins to take nothing, once until it does again */
export function createKeeper(journal: Journal, onProblem: (message: string) => void): Keeper {
  let problem: string | undefined;
  let unkept = 0;

  function failed(error: unknown): void {
    if (problem === undefined) onProblem(`${diskProblem(error)}; free some of it, or name another folder`);
    problem = thrownText(error);
  }

  function write(how: () => void): void {
    try {
      how();
      problem = undefined;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** Deletes; what stays for now goes the next time. */
  function clean(how: () => void): void {
    try {
      how();
    } catch (error) {
      failed(error);
    }
  }

  return {
    keep: (entry) => write(() => journal.append(entry)),
    offer(entry) {
      try {
        write(() => journal.append(entry));
      } catch {
        unkept += 1;
      }
    },
    put: (kind, texts) => write(() => journal.put(kind, texts)),
    remove: (kind, ids) => clean(() => journal.remove(kind, ids)),
    texts: (kind) => journal.texts(kind),
    expire: (nowMs) => clean(() => journal.expire(nowMs)),
    stats: () => ({ ...journal.stats(), unkept, problem }),
    close: () => journal.close(),
  };
}

import { describe, expect, it } from 'vitest';
import type { Journal, JournalEntry } from '../store/journal.ts';
import { createKeeper } from './keeper.ts';

const entry: JournalEntry = { kind: 'scrape', timeMs: 1, note: '', body: new Uint8Array(1) };

function open() {
  let isFull = false;
  let entries = 0;
  const write = (): void => {
    if (isFull) throw new Error('database or disk is full');
    entries += 1;
  };
  const journal: Journal = {
    append: write,
    expire: write,
    put: write,
    remove: write,
    texts: () => [],
    entries: () => [],
    stats: () => ({ entries, bytes: entries }),
    close: () => {},
  };
  const problems: string[] = [];
  const keeper = createKeeper(journal, (problem) => problems.push(problem));
  return { keeper, problems, setFull: (full: boolean) => (isFull = full) };
}

describe('createKeeper', () => {
  it('throws for what can be sent again, and counts what cannot, while the disk takes nothing', () => {
    const { keeper, setFull } = open();
    setFull(true);
    expect(() => keeper.keep(entry)).toThrow('full');
    expect(() => keeper.put('silence', { a: 'x' })).toThrow('full');
    keeper.offer(entry);
    keeper.offer(entry);
    expect(keeper.stats()).toEqual({ entries: 0, bytes: 0, unkept: 2, problem: 'database or disk is full' });
    setFull(false);
    keeper.offer(entry);
    expect(keeper.stats()).toEqual({ entries: 1, bytes: 1, unkept: 2, problem: undefined });
  });

  it('tells of it once until the disk has taken something, and never fails when it cleans up', () => {
    const { keeper, problems, setFull } = open();
    for (const full of [true, false, true]) {
      setFull(full);
      keeper.offer(entry);
      keeper.expire(1);
      keeper.remove('silence', ['a']);
      keeper.offer(entry);
    }
    expect(problems).toEqual([
      'the disk of dataDir takes nothing: database or disk is full; free some of it, or name another folder',
      'the disk of dataDir takes nothing: database or disk is full; free some of it, or name another folder',
    ]);
  });
});

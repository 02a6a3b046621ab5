import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pruneFiles } from './prune-files.ts';

describe('pruneFiles', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-prune-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const left = (names: readonly string[], keep: number): readonly string[] => {
    for (const name of names) writeFileSync(join(folder, name), '');
    pruneFiles(join(folder, 'app.log'), keep);
    return readdirSync(folder).toSorted();
  };

  it.each([
    {
      title: 'of numbered files the highest numbers, as numbers',
      names: ['app.9.log', 'app.10.log', 'app.11.log'],
      expected: ['app.10.log', 'app.11.log'],
    },
    {
      title: 'of dated files the latest days, and of one day the highest numbers',
      names: [
        'app.2026-11-20.2.log',
        'app.2026-11-21.1.log',
        'app.2026-11-20.10.log',
        'app.2026-11-19.30.log',
      ],
      expected: ['app.2026-11-20.10.log', 'app.2026-11-21.1.log'],
    },
    {
      title: 'those with a date before those without one, which were begun earlier',
      names: ['app.7.log', 'app.2026-11-20.1.log', 'app.2026-11-20.2.log'],
      expected: ['app.2026-11-20.1.log', 'app.2026-11-20.2.log'],
    },
    { title: 'all, when there are no more', names: ['app.1.log'], expected: ['app.1.log'] },
  ])('keeps $title', ({ names, expected }) => {
    expect(left(names, 2)).toEqual(expected);
  });

  it('leaves alone what is not of this log', () => {
    const others = [
      'app.log',
      'app.old.log',
      'app.1.log.gz',
      'apple.1.log',
      'web.1.log',
      'app-0.log',
      'app_3.log',
    ];
    expect(left([...others, 'app.1.log', 'app.2.log'], 1)).toEqual([...others, 'app.2.log'].toSorted());
  });

  it('leaves what it may not remove for the next rotation, and removes the others', () => {
    mkdirSync(join(folder, 'app.1.log'));
    expect(left(['app.2.log', 'app.3.log'], 1)).toEqual(['app.1.log', 'app.3.log']);
  });

  it.each([
    {
      title: 'after files of another frequency',
      names: ['app.2026-11-20.1.log', 'app.2026-11-21.1.log', 'app.1.log', 'app.2.log'],
      current: 'app.2.log',
      expected: ['app.1.log', 'app.2.log'],
    },
    {
      title: 'after files of days that are still to come',
      names: ['app.2027-01-01.1.log', 'app.2027-01-02.1.log', 'app.2026-11-20.1.log', 'app.2026-11-21.1.log'],
      current: 'app.2026-11-21.1.log',
      expected: ['app.2026-11-20.1.log', 'app.2026-11-21.1.log'],
    },
    {
      title: 'where others have higher numbers',
      names: ['app.1.log', 'app.2.log', 'app.3.log'],
      current: 'app.1.log',
      expected: ['app.1.log', 'app.3.log'],
    },
  ])('keeps the current file $title', ({ names, current, expected }) => {
    for (const name of names) writeFileSync(join(folder, name), '');
    pruneFiles(join(folder, 'app.log'), 2, join(folder, current));
    expect(readdirSync(folder).toSorted()).toEqual(expected);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasLiving } from './process-group.ts';

let proc = '';
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'sightline-proc-'));
});
afterEach(() => rmSync(proc, { recursive: true, force: true }));

/** Processes as Linux tells of them. */
function processes(...stats: readonly string[]): void {
  for (const stat of stats) {
    const folder = join(proc, stat.split(' ')[0]!);
    mkdirSync(folder);
    writeFileSync(join(folder, 'stat'), `${stat} 0 -1 4194560 0 0\n`);
  }
}

describe('hasLiving', () => {
  it('is true while one of the group runs, whatever that is called', () => {
    processes('5 (sh) Z 1 5 5', '7 (a) Z 1 9 (b) S 1 5 5', '8 (node) S 1 8 8');
    expect(hasLiving(5, proc)).toBe(true);
  });

  it('is false where all of it has ended and nobody asks for that, and others run', () => {
    processes('5 (npm start) Z 1 5 5', '7 (node) X 1 5 5', '8 (node) S 5 8 8');
    mkdirSync(join(proc, '9'));
    mkdirSync(join(proc, 'sys'));
    expect(hasLiving(5, proc)).toBe(false);
  });

  it('is true where nothing tells of processes', () => {
    expect(hasLiving(5, proc)).toBe(true);
    expect(hasLiving(5, join(proc, 'none'))).toBe(true);
  });
});

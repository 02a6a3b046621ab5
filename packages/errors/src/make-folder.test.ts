import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-folder-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes a folder with those above it, and leaves one alone that is there', () => {
    const folder = join(home, 'a/b/c');
    makeFolder(folder, 0o700);
    makeFolder(folder, 0o700);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('says of a file that it is no folder', () => {
    writeFileSync(join(home, 'file'), '');
    expect(() => makeFolder(join(home, 'file/below'))).toThrow(/file(?:\/below)?.*no folder|ENOTDIR/);
    expect(() => makeFolder(join(home, 'file'))).toThrow('no folder');
  });

  it.skipIf(!existsSync('/proc/self'))('gives up where nothing can be made', () => {
    expect(() => makeFolder('/proc/sightline/data')).toThrow(/ENOENT|EACCES|EPERM/);
  });
});

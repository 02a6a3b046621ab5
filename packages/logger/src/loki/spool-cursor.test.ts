import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCursor, readCursor } from './spool-cursor.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-spool-cursor-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('createCursor', () => {
  it('is read where it was moved to last, however far', () => {
    const cursor = createCursor(folder);
    expect(readCursor(folder)).toBeUndefined();
    for (const place of [
      { segment: 1, end: 1 },
      { segment: 1, end: 70_000 },
      { segment: 258, end: 0 },
      { segment: 2 ** 32 - 1, end: 2 ** 48 - 1 },
      { segment: 3, end: 5 },
    ]) {
      cursor.move(place);
      expect(readCursor(folder)).toEqual(place);
    }
    cursor.close();
  });

  it('is none when any of its bytes is another, or it is cut', () => {
    const cursor = createCursor(folder);
    cursor.move({ segment: 7, end: 4711 });
    cursor.close();
    const path = join(folder, 'cursor');
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
      writeFileSync(path, damaged);
      expect(readCursor(folder)).toBeUndefined();
    }
    writeFileSync(path, bytes.subarray(0, -1));
    expect(readCursor(folder)).toBeUndefined();
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(1)]));
    expect(readCursor(folder)).toBeUndefined();
  });
});

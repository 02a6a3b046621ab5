import { resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { makeFolder } from './make-folder.ts';

const asked = vi.hoisted(() => ({ made: [] as string[] }));

/** A drive that is not there, as Windows has them. */
vi.mock('node:fs', () => ({
  statSync: () => undefined,
  mkdirSync(path: string) {
    asked.made.push(path);
    throw Object.assign(new Error(`ENOENT: no such file or directory, mkdir '${path}'`), { code: 'ENOENT' });
  },
}));

describe('makeFolder', () => {
  it('gives up where not even what is above all is there', () => {
    expect(() => makeFolder('/logs/app')).toThrow('ENOENT');
    expect(asked.made).toEqual([resolve('/')]);
  });
});

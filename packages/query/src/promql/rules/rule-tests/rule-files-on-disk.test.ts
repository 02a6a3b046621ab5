import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulesOnDisk } from './rule-files-on-disk.ts';

describe('rulesOnDisk', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sightline-rules-on-disk-'));
    await mkdir(join(folder, 'one'));
    await mkdir(join(folder, 'two'));
    for (const name of ['one/a.yml', 'one/b.yml', 'two/a.yml', 'a+b.yml', 'tests.yml'])
      // oxlint-disable-next-line no-await-in-loop -- a handful
      await writeFile(join(folder, name), name);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['one/a.yml', ['one/a.yml']],
    ['one/none.yml', []],
    ['one/*.yml', ['one/a.yml', 'one/b.yml']],
    ['*/a.yml', ['one/a.yml', 'two/a.yml']],
    ['one/?.yml', ['one/a.yml', 'one/b.yml']],
    ['one/[^a].yml', ['one/b.yml']],
    ['one/[a-b].yml', ['one/a.yml', 'one/b.yml']],
    [String.raw`one/\a.y*`, ['one/a.yml']],
    ['a+b.*', ['a+b.yml']],
    ['nowhere/*.yml', []],
    ['tests.yml/*', []],
  ])('finds for %s %j', async (pattern, expected) => {
    const read = rulesOnDisk(join(folder, 'tests.yml'));
    expect((await read(pattern)).map(({ content }) => content)).toEqual(expected);
    // The same from anywhere when the path is whole.
    const fromElsewhere = await rulesOnDisk('tests.yml')(join(folder, pattern));
    expect(fromElsewhere.map(({ content }) => content)).toEqual(expected);
  });
});

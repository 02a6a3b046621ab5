import { describe, expect, it } from 'vitest';
import { diskSpaceCheck, type FileSystemNumbers } from './disk-space.ts';
import { runCheck } from './run-check.fixture.ts';

/** 1000 blocks of 1 MiB, of which 50 are kept for root. */
function numbers(freeBlocks: number, freeFiles = 1000, files = 1000): FileSystemNumbers {
  return {
    bsize: 1024 * 1024,
    blocks: 1050,
    bfree: freeBlocks + 50,
    bavail: freeBlocks,
    files,
    ffree: freeFiles,
  };
}

function check(read: FileSystemNumbers, options = {}) {
  return runCheck(diskSpaceCheck({ path: '/data', ...options }, { readFileSystem: async () => read }));
}

describe('diskSpaceCheck', () => {
  it('is up with room, and says how much', async () => {
    expect(await check(numbers(500, 900))).toEqual({
      status: 'up',
      details: { path: '/data', freeBytes: 500 * 1024 * 1024, usedRatio: 0.5, usedInodesRatio: 0.1 },
    });
  });

  it.each([
    [numbers(151), {}, 'up', undefined],
    [
      numbers(150),
      {},
      'degraded',
      '/data: 85 % of the space is used, 150 MiB are free; see with du what fills it',
    ],
    [
      numbers(50),
      {},
      'down',
      '/data: 95 % of the space is used, 50.0 MiB are free; see with du what fills it',
    ],
    [
      numbers(0),
      {},
      'down',
      '/data: 100 % of the space is used, 0 B of the 10.0 MiB needed are free; see with du what fills it',
    ],
    [
      numbers(500),
      { minFreeBytes: 600 * 1024 * 1024 },
      'down',
      '/data: 50 % of the space is used, 500 MiB of the 600 MiB needed are free; see with du what fills it',
    ],
    [
      numbers(500, 100),
      {},
      'degraded',
      '/data: 90 % of the inodes are used: there are too many files; see with du what fills it',
    ],
    [
      numbers(100, 10),
      {},
      'down',
      '/data: 90 % of the space is used, 100 MiB are free; 99 % of the inodes are used: there are too many files; see with du what fills it',
    ],
  ] as const)('judges %j with %j as %s', async (read, options, status, reason) => {
    const result = await check(read, options);
    expect(result.status).toBe(status);
    expect(result.reason).toBe(reason);
  });

  it('says nothing of inodes where there are none, and is down where nothing can be stored', async () => {
    expect((await check(numbers(500, 0, 0))).details).toMatchObject({ usedInodesRatio: undefined });
    const empty = { bsize: 4096, blocks: 0, bfree: 0, bavail: 0, files: 0, ffree: 0 };
    expect((await check(empty)).reason).toBe('/data is on no file system that stores anything');
  });

  it('reads the real file system, and knows a path that does not exist', async () => {
    const real = await runCheck(
      diskSpaceCheck({ path: '.', degradedRatio: 1, downRatio: 1, minFreeBytes: 0 }),
    );
    expect(real.details?.['freeBytes']).toBeGreaterThan(0);
    expect((await runCheck(diskSpaceCheck({ path: '/no/where' }))).reason).toBe(
      '/no/where: there is no file /no/where (ENOENT)',
    );
  });

  it('asks a file system that hangs once, however often it runs', async () => {
    let asked = 0;
    const hanging = Promise.withResolvers<FileSystemNumbers>();
    const definition = diskSpaceCheck(
      { path: '/nfs', timeoutMs: 5 },
      {
        readFileSystem: () => {
          asked += 1;
          return hanging.promise;
        },
      },
    );
    for (let run = 0; run < 5; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      const { reason } = await runCheck(definition);
      expect(reason).toMatch(/^\/nfs: the file system has no answer after \d+ ms; is it on a network\?$/);
    }
    expect(asked).toBe(1);
    hanging.resolve(numbers(500));
    expect((await runCheck(definition)).status).toBe('up');
  });

  it('names every wrong option', () => {
    expect(() => diskSpaceCheck({ path: '', degradedRatio: 2, minFreeBytes: -1 })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringMatching(/path is an empty string.*degradedRatio is 2.*minFreeBytes is -1/),
      }),
    );
  });
});

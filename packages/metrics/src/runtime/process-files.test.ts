import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { processFiles } from './process-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-proc-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('processFiles', () => {
  it('reads the soft limit and the virtual memory in bytes', async () => {
    writeFileSync(
      join(folder, 'limits'),
      'Limit                     Soft Limit           Hard Limit           Units\n' +
        'Max processes             10                   20                   processes\n' +
        'Max open files            1024                 524288               files\n',
    );
    writeFileSync(join(folder, 'status'), 'Name:\tnode\nVmPeak:\t  999 kB\nVmSize:\t  123 kB\n');

    expect(await processFiles(folder).maxFds()).toBe(1024);
    expect(await processFiles(folder).virtualMemoryBytes()).toBe(123 * 1024);
  });

  it('tells no limit where there is none', async () => {
    const unlimited = join(folder, 'unlimited');
    mkdirSync(unlimited);
    writeFileSync(
      join(unlimited, 'limits'),
      'Max open files            unlimited            unlimited            files\n',
    );

    expect(await processFiles(unlimited).maxFds()).toBeUndefined();
  });

  it('tells no number of open files where the list has no size and cannot be read', async () => {
    const unread = join(folder, 'unread');
    mkdirSync(unread);
    writeFileSync(join(unread, 'fd'), '');

    expect(await processFiles(unread).openFds()).toBeUndefined();
  });

  it('tells nothing where there are no such files', async () => {
    const { maxFds, openFds, virtualMemoryBytes } = processFiles(join(folder, 'none'));

    expect(await Promise.all([maxFds(), openFds(), virtualMemoryBytes()])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

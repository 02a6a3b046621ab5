import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runWith } from '../fake-io.fixture.ts';
import { open } from './open.ts';

// What is started and waited for takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder = '';
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(folder, { recursive: true, force: true });
});

/** A PATH with programs that keep what they were started with, and end so. */
function programs(codes: Readonly<Record<string, number>>): string {
  folder = mkdtempSync(join(tmpdir(), 'sightline-open-'));
  for (const [name, code] of Object.entries(codes)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "${name} $*" >>${folder}/ran\nexit ${code}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}
const ran = (): string => readFileSync(join(folder, 'ran'), 'utf8');

describe('open, on a terminal', () => {
  it.each<readonly [string, NodeJS.Platform, Readonly<Record<string, number>>, string]>([
    ['the usual one', 'linux', { 'xdg-open': 0 }, 'xdg-open http://localhost:3000/\n'],
    [
      'the next that works',
      'linux',
      { 'xdg-open': 3, gio: 0 },
      'xdg-open http://localhost:3000/\ngio open http://localhost:3000/\n',
    ],
    ['that of macOS', 'darwin', { open: 0, 'xdg-open': 0 }, 'open http://localhost:3000/\n'],
    ['that of Windows', 'win32', { 'explorer.exe': 0 }, 'explorer.exe http://localhost:3000/\n'],
  ])('opens the browser by %s', async (_name, platform, codes, expected) => {
    const env = { PATH: programs(codes) };
    vi.stubGlobal('process', { ...process, platform });
    const opened = await runWith('open --json', { terminal: true, env });
    expect(opened.json().result).toEqual({ url: 'http://localhost:3000/', opened: true });
    expect(ran()).toBe(expected);
  });

  it('does not wait for a program that turns into the browser', async () => {
    const env = { PATH: programs({ 'xdg-open': 0 }) };
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho $$ >${folder}/ran\nexec /bin/sleep 50\n`);
    const opened = await runWith('open --json', { terminal: true, env });
    expect(opened.json().result).toMatchObject({ opened: true });
    process.kill(Number(ran()));
  });

  it('says that there is no program for it, and prints the URL all the same', async () => {
    const opened = await runWith('open loki', { terminal: true, env: { PATH: programs({}) } });
    expect(opened).toMatchObject({ exitCode: 0, stdout: 'http://localhost:3100/\n' });
    expect(opened.stderr).toContain('open it yourself');
  });

  it('says what there is where nothing is alike', async () => {
    const opened = await runWith('open completely-different');
    expect(opened.exitCode).toBe(2);
    expect(opened.stderr).toMatch(/one of prometheus, .*service.*take one of these/s);
  });

  it('offers servers and dashboards to a shell', async () => {
    const { completes } = open.argument!;
    const words = typeof completes === 'function' ? await completes() : [];
    expect(words).toEqual(expect.arrayContaining(['grafana', 'service', 'slo']));
  });
});

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A server program that a test runs against, or why there is none. */
export type Found =
  | {
      readonly path: string;
      /** Where it is unpacked; undefined when it is installed. */
      readonly folder?: string;
      /** What it must be started with to find its libraries. */
      readonly env: Readonly<Record<string, string>>;
    }
  | { readonly missing: string };

export interface DebianServer {
  /** Its file name: `redis-server`. */
  readonly program: string;
  /** The package that it is in. */
  readonly package: string;
  /** Where it stands inside the package, `usr/bin`; each `*` is any one folder, the last of them first. */
  readonly inside: string;
  /** Where it may be installed besides the PATH, looked at first; as in `inside`. */
  readonly also?: string;
}

const run = promisify(execFile);
/** The home of root cannot be looked into by the users that its servers run as. */
const ownCache = process.getuid?.() === 0 ? '/var/cache' : join(homedir(), '.cache');
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? ownCache, 'sightline-servers');
/** Longest wait for the mirror [ms]. */
const DOWNLOAD_MS = 120_000;

/**
 * Finds a server on the PATH, then in the cache, then gets its package, with what this machine lacks to run it, from
 * the Debian mirror that this machine uses and unpacks it into the cache; nothing is installed.
 */
export async function debianServer({ program, package: name, inside, also }: DebianServer): Promise<Found> {
  const folders = [...(also === undefined ? [] : foldersAt(also)), ...(process.env['PATH'] ?? '').split(':')];
  const installed = folders.map((each) => join(each, program)).find((path) => existsSync(path));
  if (installed !== undefined) return { path: installed, env: {} };
  const folder = join(cacheFolder, `${name}-with-libraries`);
  try {
    if (!existsSync(folder)) {
      if (!existsSync('/usr/bin/apt-get')) throw new Error('neither on the PATH nor is this a Debian');
      await unpack(name, folder);
    }
    const path = foldersAt(join(folder, inside))
      .map((each) => join(each, program))
      .find((each) => existsSync(each));
    if (path === undefined) throw new Error(`not in the package ${name}`);
    return { path, folder, env: { LD_LIBRARY_PATH: libraryFolders(folder).join(':') } };
  } catch (error) {
    const lines = (error instanceof Error ? error.message : String(error)).split('\n');
    // What apt-get complains of.
    const reason = lines.find((line) => line.startsWith('E: ')) ?? lines[0];
    return { missing: `${program}: ${reason}` };
  }
}

function foldersAt(pattern: string): string[] {
  const [before = '', ...after] = pattern.split('/*/');
  if (after.length === 0) return [before];
  if (!existsSync(before)) return [];
  return readdirSync(before)
    .toSorted()
    .toReversed()
    .flatMap((name) => foldersAt([join(before, name), after.join('/*/')].join('/')));
}

/** Unpacks beside the target and renames: two tests may do so at the same time. */
async function unpack(name: string, folder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, 'unpack-'));
  try {
    // Lists and archives of its own, so that the machine's stay as they are and need no rights.
    const options = [
      `Dir::State::lists=${join(work, 'lists')}`,
      `Dir::Cache=${work}`,
      'APT::Sandbox::User=root',
      'Debug::NoLocking=1',
    ].flatMap((setting) => ['-o', setting]);
    const archives = join(work, 'archives');
    await mkdir(join(work, 'lists', 'partial'), { recursive: true });
    await mkdir(join(archives, 'partial'), { recursive: true });
    await run('apt-get', [...options, 'update', '-qq'], { cwd: work, timeout: DOWNLOAD_MS });
    // Only what is not installed is downloaded.
    const install = ['install', '-qq', '--yes', '--download-only', '--no-install-recommends', name];
    await run('apt-get', [...options, ...install], { cwd: work, timeout: DOWNLOAD_MS });
    for (const file of readdirSync(archives).filter((each) => each.endsWith('.deb'))) {
      // oxlint-disable-next-line no-await-in-loop -- into one folder
      await run('dpkg', ['-x', join(archives, file), join(work, 'unpacked')]);
    }
    await rename(join(work, 'unpacked'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function libraryFolders(folder: string): string[] {
  return ['usr/lib', 'lib'].flatMap((each) => {
    const parent = join(folder, each);
    if (!existsSync(parent)) return [];
    return readdirSync(parent)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(parent, name));
  });
}

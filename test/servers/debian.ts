import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A program that a test runs against, or why there is none. */
export type Found = { readonly path: string } | { readonly missing: string };

/** Where a program comes from: the package of this machine's Debian release, or of the newest one. */
export interface DebianProgram {
  readonly program: string;
  readonly package: string;
  readonly release: 'own' | 'sid';
}

const run = promisify(execFile);
const cacheFolder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sightline-servers');
/** Longest wait for the mirror [ms]. */
const DOWNLOAD_MS = 120_000;

/**
 * Finds a program on the PATH (its own release only), then in the cache, then gets its package from the Debian mirror
 * that this machine uses and unpacks it into the cache; nothing is installed.
 */
export async function debianProgram({ program, package: name, release }: DebianProgram): Promise<Found> {
  const onPath = release === 'own' ? findOnPath(program) : undefined;
  if (onPath !== undefined) return { path: onPath };
  const folder = join(cacheFolder, `${name}-${release}`);
  const path = join(folder, 'usr/bin', program);
  if (existsSync(path)) return { path };
  if (!existsSync('/usr/bin/apt-get'))
    return { missing: `${program}: neither on the PATH nor is this a Debian` };
  try {
    await unpack(name, release, folder);
    return existsSync(path) ? { path } : { missing: `${program}: not in the package ${name}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { missing: `${program}: the package ${name} cannot be got: ${reason}` };
  }
}

function findOnPath(program: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path));
}

/** Unpacks beside the target and renames: two tests may do so at the same time. */
async function unpack(name: string, release: DebianProgram['release'], folder: string): Promise<void> {
  await mkdir(cacheFolder, { recursive: true });
  const work = await mkdtemp(join(cacheFolder, 'unpack-'));
  try {
    const options = await aptOptions(release, work);
    await apt(['update', '-qq'], options, work);
    await apt(['download', '-qq', name], options, work);
    const file = readdirSync(work).find((each) => each.endsWith('.deb'));
    if (file === undefined) throw new Error('apt-get downloaded nothing');
    await run('dpkg', ['-x', join(work, file), join(work, 'unpacked')]);
    await rename(join(work, 'unpacked'), folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function apt(command: readonly string[], options: readonly string[], cwd: string): Promise<void> {
  await run('apt-get', [...options, ...command], { cwd, timeout: DOWNLOAD_MS });
}

/** Lists and archives of its own, so that the machine's stay as they are and need no rights. */
async function aptOptions(release: DebianProgram['release'], work: string): Promise<readonly string[]> {
  const lists = join(work, 'lists');
  const archives = join(work, 'archives');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(archives, 'archives', 'partial'), { recursive: true });
  const settings = [`Dir::State::lists=${lists}`, `Dir::Cache=${archives}`, 'APT::Sandbox::User=root'];
  if (release === 'sid') {
    const list = join(work, 'sid.list');
    await writeFile(
      list,
      `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await mirror()} sid main\n`,
    );
    settings.push(`Dir::Etc::sourcelist=${list}`, 'Dir::Etc::sourceparts=-');
  }
  return settings.flatMap((setting) => ['-o', setting]);
}

/** The mirror that this machine gets Debian itself from. */
async function mirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Origin: Debian']);
  const site = stdout.split('\n').find((line) => line.endsWith('/debian'));
  if (site === undefined) throw new Error('no Debian mirror among the sources of apt');
  return site;
}

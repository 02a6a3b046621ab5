import { readFile, readdir, readlink } from 'node:fs/promises';
import { type EnvironmentDefinition, environment } from '@sightline/conventions';
import type { ProcessFacts } from '../facts.ts';

/** Variables that are kept, besides the catalogued ones. */
const alsoKept: ReadonlySet<string> = new Set([
  'NODE_OPTIONS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
]);

/** Of variables, those that are worth knowing and hold no secret. */
export function keptEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const known: Readonly<Record<string, EnvironmentDefinition>> = environment;
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        (alsoKept.has(entry[0]) || (Object.hasOwn(known, entry[0]) && known[entry[0]]?.secret === undefined)),
    ),
  );
}

/** The process of this machine that listens on a port; nothing on systems without `/proc`, or without the rights. */
export async function processOnPort(port: number): Promise<ProcessFacts | undefined> {
  const inodes = await listeningInodes();
  const wanted = new Set([...inodes].filter(([, each]) => each === port).map(([inode]) => inode));
  if (wanted.size === 0) return undefined;
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const holders = await Promise.all(
    pids.map(async (pid) => ((await socketsOf(pid)).some((inode) => wanted.has(inode)) ? Number(pid) : 0)),
  );
  const pid = holders.find((each) => each !== 0);
  return pid === undefined ? undefined : processFacts(pid);
}

/** What a process of this machine is and listens on. */
async function processFacts(pid: number): Promise<ProcessFacts | undefined> {
  const [command, env, sockets, inodes] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
    socketsOf(String(pid)),
    listeningInodes(),
  ]);
  if (command === '') return undefined;
  const variables = env.split('\0').map((each) => {
    const at = each.indexOf('=');
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  return {
    pid,
    command: command.split('\0').filter((word) => word !== ''),
    env: keptEnvironment(Object.fromEntries(variables)),
    ports: [...new Set(sockets.flatMap((inode) => inodes.get(inode) ?? []))],
  };
}

/** Ports by the inode of the socket that listens on them. */
async function listeningInodes(): Promise<ReadonlyMap<string, number>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = new Map<string, number>();
  for (const line of tables.join('\n').split('\n')) {
    const fields = line.trim().split(/\s+/);
    // The state 0A is LISTEN; the address is hexadecimal: 00000000:0BB8.
    if (fields[3] === '0A') inodes.set(fields[9] ?? '', Number.parseInt(fields[1]?.split(':')[1] ?? '', 16));
  }
  return inodes;
}

async function socketsOf(pid: string): Promise<readonly string[]> {
  const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
}

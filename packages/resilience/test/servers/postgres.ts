import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { debianServer, type Found } from './debian.ts';
import { type RunningServer, runServer } from './server-process.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';

export function findPostgres(): Promise<Found> {
  const installed = existsSync(VERSIONS) ? readdirSync(VERSIONS).toSorted().toReversed() : [];
  return debianServer({
    program: 'initdb',
    package: 'postgresql-15',
    inside: 'usr/lib/postgresql/15/bin',
    also: installed.map((version) => join(VERSIONS, version, 'bin')),
  });
}

/** A PostgreSQL with the user `tester`, who needs no password, and at most 20 connections. */
export async function startPostgres({
  path,
  env,
}: Exclude<Found, { missing: string }>): Promise<RunningServer> {
  return runServer({
    path: join(dirname(path), 'postgres'),
    env,
    args: ({ port, folder }) => [
      '-D',
      join(folder, 'data'),
      '-p',
      String(port),
      '-h',
      '127.0.0.1',
      '-k',
      folder,
      '-c',
      'fsync=off',
      '-c',
      'max_connections=20',
      '-c',
      'shared_buffers=8MB',
    ],
    ready: /database system is ready to accept connections/,
    // A fast shutdown: connections are ended, not waited for.
    stopSignal: 'SIGINT',
    async prepare(folder, user) {
      const options = { ...user, cwd: folder, env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...env } };
      const data = join(folder, 'data');
      await run(path, ['-D', data, '-U', 'tester', '-A', 'trust', '--no-sync', '--locale=C'], options);
    },
  });
}

import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { debianServer, type Found } from './debian-server.ts';
import { type RunningServer, runServer } from './database-server.ts';

const run = promisify(execFile);

export function findPostgres(): Promise<Found> {
  return debianServer({
    program: 'initdb',
    package: 'postgresql',
    inside: 'usr/lib/postgresql/*/bin',
    also: '/usr/lib/postgresql/*/bin',
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
      `--port=${port}`,
      '--listen-addresses=127.0.0.1',
      `--unix-socket-directories=${folder}`,
      '--fsync=off',
      '--max-connections=20',
      '--shared-buffers=8MB',
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

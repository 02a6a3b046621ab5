import { debianServer, type Found } from './debian-server.ts';
import { type RunningServer, runServer } from './database-server.ts';

export function findMariadb(): Promise<Found> {
  return debianServer({
    program: 'mariadbd',
    package: 'mariadb-server-core',
    inside: 'usr/sbin',
    also: '/usr/sbin',
  });
}

/** A MariaDB that asks for no password. */
export function startMariadb({
  path,
  folder: unpacked,
  env,
}: Exclude<Found, { missing: string }>): Promise<RunningServer> {
  return runServer({
    path,
    env,
    args: ({ port, folder }) => [
      '--no-defaults',
      `--datadir=${folder}`,
      `--port=${port}`,
      `--socket=${folder}/socket`,
      '--bind-address=127.0.0.1',
      '--skip-grant-tables',
      // That switch turns the network off.
      '--skip-networking=0',
      '--innodb-buffer-pool-size=8M',
      '--innodb-flush-log-at-trx-commit=0',
      ...(unpacked === undefined
        ? []
        : [`--basedir=${unpacked}/usr`, `--lc-messages-dir=${unpacked}/usr/share/mysql`]),
    ],
    ready: /ready for connections/,
    stopSignal: 'SIGTERM',
  });
}

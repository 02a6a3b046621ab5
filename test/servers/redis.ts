import { debianServer, type Found } from './debian-server.ts';
import { type RunningServer, runServer } from './database-server.ts';

export function findRedis(): Promise<Found> {
  return debianServer({ program: 'redis-server', package: 'redis-server', inside: 'usr/bin' });
}

/**
 * A Redis that keeps its data only while it runs.
 *
 * @param args further ones: `['--requirepass', 'x']`
 */
export function startRedis(
  { path, env }: Exclude<Found, { missing: string }>,
  args: readonly string[] = [],
): Promise<RunningServer> {
  return runServer({
    path,
    env,
    args: ({ port, folder }) => [
      `--port ${port}`,
      '--bind 127.0.0.1',
      `--dir ${folder}`,
      '--save ""',
      '--appendonly no',
      ...args,
    ],
    ready: /Ready to accept connections/,
    stopSignal: 'SIGTERM',
  });
}

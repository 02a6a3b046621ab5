import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { freePort } from './ports.ts';

/** One alert of a notification. */
interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
}

/** One notification, as a webhook gets it. */
export interface Notification {
  /** When it came, by the clock of this process that only goes forward [ms]. */
  readonly atMs: number;
  readonly status: 'firing' | 'resolved';
  readonly groupKey: string;
  readonly alerts: readonly NotifiedAlert[];
}

/** A server that keeps every notification. */
export interface NotificationSink {
  readonly url: string;
  readonly notifications: readonly Notification[];
  /** How each of them was sent, in the same order. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  close(): Promise<void>;
}

export async function startNotificationSink(): Promise<NotificationSink> {
  const notifications: Notification[] = [];
  const requests: NotificationSink['requests'][number][] = [];
  const server = createServer((request, response) => {
    const atMs = performance.now();
    json(request).then(
      (body) => {
        notifications.push({ ...(body as Omit<Notification, 'atMs'>), atMs });
        requests.push({ path: request.url ?? '', headers: request.headers });
        return response.end();
      },
      () => response.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    notifications,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export interface Alertmanager {
  /** `host:port`. */
  readonly address: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** How often it is asked whether it is ready, and for how long [ms]. */
const ASK_EVERY_MS = 100;
const READY_MS = 20_000;

/**
 * The program with the files of its package where it looks for them: Debian's Alertmanager reads its default templates
 * from /usr/share, and a package that is only unpacked has them elsewhere. They are laid over that folder for this
 * process alone.
 */
export function commandFor(path: string): readonly [command: string, args: readonly string[]] {
  const share = join(path, '../../share');
  if (share === '/usr/share') return [path, []];
  const mount = 'mount -t overlay overlay -o "lowerdir=$1:/usr/share" /usr/share && shift && exec "$@"';
  return ['unshare', ['--map-root-user', '--mount', 'sh', '-c', mount, 'sh', share, path]];
}

/**
 * Starts an Alertmanager on a free port and waits until it is ready.
 *
 * @param options.path the program
 * @param options.config its configuration; JSON is YAML
 * @param options.templates the folder of templates, which is put beside the configuration
 */
export async function startAlertmanager(options: {
  readonly path: string;
  readonly config: object;
  readonly templates: string;
}): Promise<Alertmanager> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-alertmanager-'));
  await cp(options.templates, join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'alertmanager.yml'), JSON.stringify(options.config));
  const address = `127.0.0.1:${await freePort()}`;
  const [command, before] = commandFor(options.path);
  const child = spawn(
    command,
    [
      ...before,
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log = `${log}${chunk}`.slice(-4000)));
  const url = `http://${address}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(READY_MS);
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await isReady(url))) {
    if (deadline.aborted || child.exitCode !== null) {
      // oxlint-disable-next-line no-await-in-loop -- the end
      await stop();
      throw new Error(`Alertmanager did not start:\n${log}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  return { address, url, stop };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(1000) }).catch(
    () => undefined,
  );
  await response?.text();
  return response?.ok === true;
}

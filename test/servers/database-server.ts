import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** A server that a test stops and starts; it keeps its port and its data. */
export interface RunningServer {
  /** On 127.0.0.1. */
  readonly port: number;
  readonly folder: string;
  /** Starts it again and waits until it answers. */
  start(): Promise<void>;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
  /** Stops it for good and removes its data. */
  dispose(): Promise<void>;
  /** The process of the server, while it runs. */
  readonly pid: () => number | undefined;
  /** Stops it where it stands, with its connections open, and resolves when it does nothing any more. */
  hang(): Promise<void>;
  /** Lets it go on after that. */
  goOn(): void;
}

export interface ServerSetup {
  readonly path: string;
  readonly args: (at: { readonly port: number; readonly folder: string }) => readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it takes connections. */
  readonly ready: RegExp;
  readonly stopSignal: NodeJS.Signals;
  /** Fills the folder for its data before the first start. */
  readonly prepare?: (folder: string, user: User) => Promise<void>;
}

/** Who the server runs as; empty when that is who runs the tests. */
interface User {
  readonly uid?: number;
  readonly gid?: number;
}

/** Databases refuse to run as root: `nobody` takes its place. */
const user: User = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const START_MS = 30_000;

export async function runServer(setup: ServerSetup): Promise<RunningServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-server-'));
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  let port = 0;
  let child: ChildProcess | undefined;
  const killAtExit = (): void => void child?.kill('SIGKILL');
  process.on('exit', killAtExit);

  async function start(): Promise<void> {
    const started = spawn(setup.path, setup.args({ port, folder }), {
      ...user,
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', ...setup.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    await untilReady(started, setup.ready);
  }

  /** Between the look for a port and its use, another one may have taken it. */
  async function startOnFreePort(attempts = 3): Promise<void> {
    port = await freePort();
    try {
      await start();
    } catch (error) {
      if (attempts <= 1) throw error;
      await startOnFreePort(attempts - 1);
    }
  }

  async function stop(): Promise<void> {
    const stopped = child;
    child = undefined;
    if (stopped === undefined || stopped.exitCode !== null || stopped.signalCode !== null) return;
    const exit = once(stopped, 'exit');
    stopped.kill('SIGCONT');
    stopped.kill(setup.stopSignal);
    await exit;
  }

  async function dispose(): Promise<void> {
    await stop();
    process.off('exit', killAtExit);
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await setup.prepare?.(folder, user);
    await startOnFreePort();
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    port,
    folder,
    start,
    stop,
    dispose,
    pid: () => child?.pid,
    async hang() {
      const pid = child?.pid;
      if (pid === undefined) return;
      process.kill(pid, 'SIGSTOP');
      // oxlint-disable-next-line no-await-in-loop -- until it is so
      while (!standsStill(pid)) await delay(5);
    },
    goOn: () => void child?.kill('SIGCONT'),
  };
}

/** Its threads stop one after the other, and on a busy machine some of them go on for a while; other systems do not tell. */
function standsStill(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return true;
  return readdirSync(threads).every((thread) =>
    /\) [Tt] /.test(readFileSync(`${threads}/${thread}/stat`, 'utf8')),
  );
}

async function untilReady(child: ChildProcess, ready: RegExp): Promise<void> {
  const printed: string[] = [];
  const done = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    // Read to the end, so that a server which prints much is not held up.
    createInterface({ input: stream }).on('line', (line) => {
      if (printed.length < 200) printed.push(line);
      if (ready.test(line)) done.resolve();
    });
  }
  const fail = (what: string): void => done.reject(new Error(`${what}:\n${printed.join('\n')}`));
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`the server ended with ${code ?? signal}`));
  const timer = setTimeout(() => fail(`the server was not ready after ${START_MS} ms`), START_MS);
  try {
    await done.promise;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A free port below those that outgoing connections are given: while the server is stopped, none of them takes it.
 */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000);
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}

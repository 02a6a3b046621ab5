import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute } from 'node:path';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { MAX_LIFE_MS } from '../signals/run-child.ts';

export type Line = Readonly<Record<string, unknown>>;

/** The preload of the built package, as users have it; here the condition for sources would be in the way. */
export const register = new URL(
  manifest.exports['./register'].default,
  new URL('../../package.json', import.meta.url),
).href;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  /** What it wrote on standard output, JSON lines parsed. */
  readonly lines: readonly Line[];
}

/** A service in a process of its own. */
export interface Service {
  /** What it sent first by `process.send`; `port` is where it listens. */
  readonly port: number;
  readonly pid: number;
  readonly lines: readonly Line[];
  request(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly text: string }>;
  /** Resolves with the first such line, whether it was written already or comes; rejects when the service ends first. */
  line(predicate: (line: Line) => boolean): Promise<Line>;
  /** Resolves when what it has written is as asked for; rejects when the service ends first. */
  until(predicate: (lines: readonly Line[]) => boolean): Promise<void>;
  /** Where the admin server listens, as the line of the start says it. */
  adminUrl(): Promise<string>;
  /** A page of the admin server. */
  admin(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly text: string }>;
  /** Sends a message by IPC, and gives the next one that comes back. */
  ask(message: unknown): Promise<unknown>;
  /** Sends the signal, if any, and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface ServiceSetup {
  /** Below `apps/services/`, or the whole path. */
  readonly app: string;
  readonly runtime?: string;
  /** Default: `--import` of the preload. */
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** What is the same for all services of these tests, unless one says otherwise. */
const ENV: NodeJS.ProcessEnv = {
  NODE_OPTIONS: '',
  // Express and its like print errors of handlers elsewhere.
  NODE_ENV: 'test',
  LOG_LEVEL: 'info',
  OTEL_SERVICE_NAME: 'shop',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
};

/** Starts a service and waits until it says where it listens. One that does not end by itself is killed. */
export async function startService({
  app,
  runtime = process.execPath,
  flags = ['--import', register],
  env,
}: ServiceSetup): Promise<Service> {
  const program = isAbsolute(app) ? app : fileURLToPath(new URL(`apps/services/${app}`, import.meta.url));
  const child = spawn(runtime, [...flags, program], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...ENV, ...env },
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new TypeError('no pipes');
  const lines: Line[] = [];
  const watchers = new Set<() => void>();
  createInterface({ input: stdout }).on('line', (line) => {
    lines.push(line.startsWith('{') ? (JSON.parse(line) as Line) : { text: line });
    for (const check of watchers) check();
  });
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const ended = Promise.all([closed, textOf(stderr)]).then(([[code, signal], errors]) => ({
    code,
    signal,
    stderr: errors,
    lines,
  }));
  const failed = ended.then((end): never => {
    throw new Error(`the service ended: ${JSON.stringify(end)}`);
  });
  failed.catch(() => {});

  const message = once(child, 'message').then(([first]) => first as { readonly port: number });
  const { port } = await Promise.race([message, failed]);

  const until = (predicate: (written: readonly Line[]) => boolean): Promise<void> => {
    const met = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!predicate(lines)) return;
        watchers.delete(check);
        resolve();
      };
      watchers.add(check);
      check();
    });
    return Promise.race([met, failed]);
  };
  const line = async (predicate: (one: Line) => boolean): Promise<Line> => {
    await until((written) => written.some(predicate));
    return lines.find(predicate) ?? {};
  };
  const adminUrl = async (): Promise<string> => {
    const address = /metrics and health on (\S+:\d+)/;
    // Threads and workers have a line, and no port.
    const { msg } = await line((one) => isStart(one) && address.test(String(one['msg'])));
    return `http://${address.exec(String(msg))?.[1] ?? ''}`;
  };
  return {
    port,
    pid: child.pid ?? 0,
    lines,
    request: (path, init) => fetchText(`http://127.0.0.1:${port}${path}`, init),
    line,
    until,
    adminUrl,
    admin: async (path, init) => fetchText(`${await adminUrl()}${path}`, init),
    async ask(question) {
      const answer = once(child, 'message').then(([first]) => first as unknown);
      child.send(question as object);
      return Promise.race([answer, failed]);
    },
    end(signal) {
      if (signal) child.kill(signal);
      return ended;
    },
  };
}

async function fetchText(url: string, init?: RequestInit): Promise<{ status: number; text: string }> {
  const answer = await fetch(url, init);
  return { status: answer.status, text: await answer.text() };
}

export const isStart = ({ msg }: Line): boolean => String(msg).startsWith('sightline ');
export const isRequest = (line: Line): boolean => line['http_response_status_code'] !== undefined;

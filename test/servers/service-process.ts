import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A service that runs in a process of its own, with nothing but `--import @sightline/bootstrap/register`. */
export interface ServiceProcess {
  readonly port: number;
  /** Reads a page of its admin server. */
  page(path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Sends a message and resolves to the next one that comes back. */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ServiceProcessOptions {
  /** The program; it sends `{ port, adminPort }` once it listens. */
  readonly program: URL;
  readonly env: Readonly<Record<string, string>>;
  /** Takes what it writes to standard output. Default: it goes nowhere. */
  readonly onOutput?: (text: string) => void;
  /** Takes what it writes to standard error. Default: it goes to that of this process. */
  readonly onError?: (text: string) => void;
}

/** Longest wait for a message and for a page [ms]. */
const ANSWER_MS = 60_000;

const cwd = fileURLToPath(new URL('..', import.meta.url));

/** Its garbage can be collected on demand; it ends with this process. */
export async function startServiceProcess({
  program,
  env,
  onOutput,
  onError,
}: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--import', '@sightline/bootstrap/register', fileURLToPath(program)],
    {
      cwd,
      env: {
        PATH: process.env['PATH'],
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        ...env,
      },
      stdio: ['ignore', onOutput ? 'pipe' : 'ignore', onError ? 'pipe' : 'inherit', 'ipc'],
    },
  );
  child.stdout?.setEncoding('utf8').on('data', onOutput ?? (() => {}));
  child.stderr?.setEncoding('utf8').on('data', onError ?? (() => {}));
  const died = new AbortController();
  child.once('exit', (code, signal) => died.abort(new Error(`the service ended with ${signal ?? code}`)));

  async function message<Message>(): Promise<Message> {
    const signal = AbortSignal.any([died.signal, AbortSignal.timeout(ANSWER_MS)]);
    const [news] = (await once(child, 'message', { signal }).catch((error: unknown) => {
      throw (signal.reason as unknown) ?? error;
    })) as [Message];
    return news;
  }

  const { port, adminPort } = await message<{ port: number; adminPort: number }>().catch((error: unknown) => {
    // Whoever did not start in time would run on without anybody who stops it.
    child.kill('SIGKILL');
    throw error;
  });
  return {
    port,
    async page(path, headers = {}) {
      const signal = AbortSignal.timeout(ANSWER_MS);
      return (await fetch(`http://127.0.0.1:${adminPort}${path}`, { headers, signal })).text();
    },
    ask(question) {
      child.send(question);
      return message();
    },
    async stop() {
      if (died.signal.aborted) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

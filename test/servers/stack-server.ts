import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';

/** A server of the stack, in a process of its own, with a folder of its own. */
export interface StackServer {
  readonly url: string;
  /** Asks its API. @throws with what it answered, unless that is 2xx */
  get<Answer>(path: string, parameters?: Readonly<Record<string, string>>): Promise<Answer>;
  stop(): Promise<void>;
}

export interface StackServerOptions {
  readonly path: string;
  readonly port: number;
  /** Its configuration in `compose/`. */
  readonly config: URL;
  /** What differs from it, so that a test need not wait. */
  readonly changes?: Config;
  /** Variables that the configuration names; `folder` is where it may write. */
  readonly env: (folder: string) => Readonly<Record<string, string>>;
}

type Config = { readonly [key: string]: unknown };

/** Longest wait until it is ready, and for an answer [ms]. */
const READY_MS = 40_000;
const ANSWER_MS = 15_000;
const ASK_EVERY_MS = 200;

/** Starts Loki or Tempo with the configuration that the compose file has it run with. */
export async function startStackServer(options: StackServerOptions): Promise<StackServer> {
  const { path, port, config, changes = {}, env } = options;
  const folder = await mkdtemp(join(tmpdir(), 'sightline-stack-'));
  const file = join(folder, 'config.yml');
  const yaml = expanded(readFileSync(config, 'utf8'), { LISTEN_ADDRESS: '127.0.0.1', ...env(folder) });
  // JSON is YAML.
  await writeFile(file, JSON.stringify(merge(parse(yaml) as Config, changes)));
  const child = spawn(path, [`-config.file=${file}`], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (chunk: string) => (log = `${log}${chunk}`.slice(-6000)));
  }
  const url = `http://127.0.0.1:${port}`;

  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  }

  const deadline = AbortSignal.timeout(READY_MS);
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await isReady(url))) {
    if (deadline.aborted || child.exitCode !== null) {
      // oxlint-disable-next-line no-await-in-loop -- the end
      await stop();
      throw new Error(`${path} did not start:\n${log}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    await delay(ASK_EVERY_MS);
  }
  return {
    url,
    async get<Answer>(apiPath: string, parameters: Readonly<Record<string, string>> = {}): Promise<Answer> {
      const query = new URLSearchParams(parameters).toString();
      const response = await fetch(`${url}${apiPath}${query === '' ? '' : `?${query}`}`, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${apiPath}: ${response.status}: ${text.trim()}`);
      return JSON.parse(text) as Answer;
    },
    stop,
  };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
  await response?.text();
  return response?.ok === true;
}

/** As the server itself does it with `-config.expand-env=true`: `${NAME:-default}`. */
function expanded(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{(\w+)(?::-([^}]*))?\}/g,
    (_, name: string, byDefault = '') => env[name] ?? String(byDefault),
  );
}

function merge(base: Config, changes: Config): Config {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const before = merged[key];
    merged[key] = isConfig(before) && isConfig(value) ? merge(before, value) : value;
  }
  return merged;
}

function isConfig(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

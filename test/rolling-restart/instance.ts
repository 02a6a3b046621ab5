import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** One process of the service. */
export interface Instance {
  /** Its `service.instance.id`. */
  readonly id: string;
  readonly port: number;
  readonly adminPort: number;
  /** What it has written on standard output. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Resolves when it has ended and everything that it wrote was read. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(signal: NodeJS.Signals): void;
}

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const program = fileURLToPath(new URL('service.ts', import.meta.url));
const flags = ['--import', '@sightline/bootstrap/register'];
/** One that lives longer has been forgotten [ms]. */
const MAX_LIFE_MS = 120_000;

/** Starts one and waits until it says where it listens. It ends with this process. */
export async function startInstance(id: string, env: Readonly<Record<string, string>>): Promise<Instance> {
  const child = spawn(process.execPath, [...flags, program], {
    cwd: `${cwd}/test`,
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      OTEL_SERVICE_NAME: 'rolling',
      OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${id}`,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    timeout: MAX_LIFE_MS,
    killSignal: 'SIGKILL',
  });
  const lines: Record<string, unknown>[] = [];
  const { stdout } = child;
  if (stdout === null) throw new TypeError('no pipe');
  createInterface({ input: stdout }).on('line', (line) =>
    lines.push(JSON.parse(line) as Record<string, unknown>),
  );
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const failed = ended.then((end): never => {
    throw new Error(`instance ${id} ended: ${JSON.stringify(end)}`);
  });
  failed.catch(() => {});
  const message = once(child, 'message').then(([first]) => first as { port: number; adminPort: number });
  const { port, adminPort } = await Promise.race([message, failed]);
  return {
    id,
    port,
    adminPort,
    lines,
    ended,
    kill(signal) {
      child.kill(signal);
    },
  };
}

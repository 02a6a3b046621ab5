import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Who observes the service, or looks after its health. */
export type Telemetry = 'sightline' | 'otel' | 'pino-loki' | 'bare' | 'constant-page' | HealthLibrary;
/** Libraries for probes and the end of a process: they observe nothing. */
type HealthLibrary = 'terminus' | 'lightship';

interface Counts {
  /** Requests that were answered. */
  readonly handled: number;
  readonly loki?: { readonly queued: number; readonly dropped: number };
}

interface Look {
  /** Heap after its collection, and what is outside of it. */
  readonly heldBytes: number;
  readonly rssBytes: number;
  readonly descriptors: number;
}

/** The service under chaos. */
export interface Victim {
  readonly port: number;
  readonly adminPort: number | undefined;
  readonly child: ChildProcess;
  count(): Promise<Counts>;
  /** Collects all garbage first, so that it is slow for a while. */
  look(): Promise<Look>;
  page(path: string): Promise<string>;
  tell(order: 'throw' | 'reject' | 'hoard'): void;
  shiftClock(shiftMs: number): Promise<void>;
  /** Lines of requests that it has written to standard output. */
  requestLines(): number;
  /** Stops and resumes reading what it writes there. */
  readOutput(reads: boolean): void;
  /** What it has written to standard error. */
  errors(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  kill(): Promise<void>;
}

export interface VictimOptions {
  readonly telemetry: Telemetry;
  readonly env: Readonly<Record<string, string>>;
  /** Flags of Node.js. */
  readonly flags?: readonly string[];
  /** What stands before `node`: a command that changes the world of the process. */
  readonly within?: readonly string[];
  /** Whether it runs on the first core alone. */
  readonly isPinned?: boolean;
}

/** Longest wait for an answer of the service [ms]. */
const ANSWER_MS = 30_000;
const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PRELOADS: Readonly<Record<Telemetry, readonly string[]>> = {
  sightline: ['@sightline/bootstrap/register'],
  otel: [file('../load/otel-sdk.ts')],
  'pino-loki': [],
  bare: [],
  'constant-page': [],
  terminus: [],
  lightship: [],
};
/** The service's core, where there are two. What V8 collects besides takes it from the requests, up to 100 ms at a time. */
const PIN = ['taskset', '-c', '0'] as const;

/** Starts it with what users get: the built bundle, by `--import`. It ends with this process. */
export async function startVictim(options: VictimOptions): Promise<Victim> {
  const { telemetry, env, flags = [], isPinned = false } = options;
  const within = [...(isPinned ? PIN : []), ...(options.within ?? [])];
  const args = [
    '--expose-gc',
    ...flags,
    ...PRELOADS[telemetry].flatMap((each) => ['--import', each]),
    file('service.ts'),
  ];
  const [command = process.execPath, ...before] = within;
  const child = spawn(command, within.length === 0 ? args : [...before, process.execPath, ...args], {
    cwd: file('.'),
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      TELEMETRY: telemetry,
      INSTRUMENTATION: 'http',
      OTEL_SERVICE_NAME: 'chaos',
      OTEL_EXPORTER_OTLP_TIMEOUT: '8000',
      OTEL_BSP_SCHEDULE_DELAY: '400',
      OTEL_BSP_MAX_QUEUE_SIZE: '4096',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '256',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let requestLines = 0;
  let tail = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const text = tail + chunk;
    const lines = text.split('\n');
    tail = lines.pop() ?? '';
    for (const line of lines) if (line.includes('"http_route":"/order/:id"')) requestLines++;
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (errors = (errors + chunk).slice(-20_000)));
  const died = new AbortController();
  const ended = once(child, 'close').then(([code, signal]) => {
    died.abort(new Error(`the service ended with ${String(signal ?? code)}: ${errors.slice(-2000)}`));
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  ended.catch(() => {});

  async function message<Message>(): Promise<Message> {
    const signal = AbortSignal.any([died.signal, AbortSignal.timeout(ANSWER_MS)]);
    const [news] = (await once(child, 'message', { signal }).catch(() => {
      throw signal.reason as Error;
    })) as [Message];
    return news;
  }

  const { port, adminPort } = await message<{ port: number; adminPort?: number }>().catch(
    (error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    },
  );
  return {
    port,
    adminPort,
    child,
    count() {
      child.send('count');
      return message();
    },
    look() {
      child.send('look');
      return message();
    },
    async page(path) {
      const signal = AbortSignal.timeout(ANSWER_MS);
      return (await fetch(`http://127.0.0.1:${adminPort}${path}`, { signal })).text();
    },
    tell: (order) => void child.send(order),
    async shiftClock(shiftMs) {
      child.send({ shiftMs });
      await message();
    },
    requestLines: () => requestLines,
    readOutput(reads) {
      if (reads) child.stdout?.resume();
      else child.stdout?.pause();
    },
    errors: () => errors,
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

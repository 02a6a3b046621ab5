import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Variant, type VariantName, variants } from './variants.ts';

/** `taskset`, where it is there and there is more than one core: the service and the load do not share one. */
const pinning = existsSync('/usr/bin/taskset') && availableParallelism() > 1;

/** A child that answers each message with one. */
export interface Peer {
  readonly child: ChildProcess;
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

interface Start {
  readonly core: number;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly node?: string;
}

function start({ core, args, env, node = process.execPath }: Start): ChildProcess {
  const [command = '', ...rest] = [
    ...(pinning ? ['/usr/bin/taskset', '-c', String(core)] : []),
    node,
    ...args,
  ];
  return spawn(command, rest, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env,
    // Log lines go nowhere, at the same price for everybody.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function peer(child: ChildProcess): Peer {
  return {
    child,
    async ask<Answer>(message: object): Promise<Answer> {
      child.send(message);
      return nextMessage<Answer>(child);
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const died = new AbortController();
  const onExit = (code: number | null): void => died.abort(new Error(`a child ended with ${code}`));
  child.once('exit', onExit);
  try {
    const [message] = (await once(child, 'message', { signal: died.signal })) as [Message];
    return message;
  } finally {
    child.off('exit', onExit);
  }
}

function file(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Starts the load generator, which is the collector as well. */
export async function startGenerator(): Promise<Peer & { readonly collector: string }> {
  const child = start({ core: 1, args: [file('generator.ts')], env: process.env });
  const { collector } = await nextMessage<{ collector: string }>(child);
  return { ...peer(child), collector };
}

interface ServiceStart {
  readonly collector: string;
  /** The Node.js to run it on. */
  readonly node?: string | undefined;
  /** What to run, in this folder. */
  readonly program?: string;
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the service, observed in one way. */
export async function startService(
  variant: VariantName | Variant,
  { collector, node = process.execPath, program = 'service.ts', env: more = {} }: ServiceStart,
): Promise<Peer & { readonly port: number; readonly startMs: number }> {
  const { imports, middlewares, env } = typeof variant === 'string' ? variants[variant] : variant;
  const args = [...imports.flatMap((each) => ['--import', each]), file(program)];
  const startedAt = performance.now();
  const child = start({
    core: 0,
    args,
    node,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      MIDDLEWARES: middlewares.join(','),
      OTEL_SERVICE_NAME: 'load',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
      ...env,
      ...more,
    },
  });
  const { port } = await nextMessage<{ port: number }>(child);
  return { ...peer(child), port, startMs: performance.now() - startedAt };
}

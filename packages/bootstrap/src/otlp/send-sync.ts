import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { envProxy, pnpFlags } from '@sightline/logger';
import type { SyncJob, SyncRequest } from './send-sync-child.ts';

/** One request that is to leave while no event loop turns. */
export interface SyncPost {
  readonly request: SyncRequest;
  /** Told what became of it, before `sendSync` returns. */
  settled(delivered: boolean): void;
}

const program = new URL(
  `./send-sync-child.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
);

/** What says whose certificates are trusted: of the environment nothing else goes along, but for proxies. */
const TRUST = [
  'NODE_EXTRA_CA_CERTS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_SYSTEM_CA',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
] as const;

/** Told apart from 0, which is what has not been settled. */
const DELIVERED = 1;

/**
 * Sends requests from a thread of its own and blocks until they are settled or the deadline has passed: for the `exit`
 * event, when promises and sockets of this thread no longer come to anything. Where no thread can be started, another
 * process sends. Never throws; does nothing when there is nothing to send.
 */
export function sendSync(posts: readonly SyncPost[], deadlineMs: number): void {
  if (posts.length === 0) return;
  const states = new Int32Array(new SharedArrayBuffer((posts.length + 1) * Int32Array.BYTES_PER_ELEMENT));
  const job: SyncJob = { requests: posts.map(({ request }) => request), deadlineMs, states };
  if (deadlineMs > 0 && !inThread(job)) inProcess(job);
  posts.forEach((post, index) => post.settled(Atomics.load(states, index + 1) === DELIVERED));
}

/** @returns false when there can be no thread */
function inThread(job: SyncJob): boolean {
  try {
    // Without the other flags and the rest of the environment: a preload would instrument the thread.
    const worker = new Worker(program, {
      workerData: job,
      execArgv: pnpFlags(),
      env: networkEnvironment(),
      stdout: true,
      stderr: true,
    });
    worker.unref();
    worker.on('error', () => undefined);
    Atomics.wait(job.states, 0, 0, job.deadlineMs);
    // It may be waiting for a collector still, and would outlive this wait in a process that goes on.
    worker.terminate().catch(() => undefined);
    return true;
  } catch {
    return false;
  }
}

function inProcess(job: SyncJob): void {
  try {
    const { stdout } = spawnSync(process.execPath, [...pnpFlags(), fileURLToPath(program)], {
      input: serialize({ requests: job.requests, deadlineMs: Math.ceil(job.deadlineMs * 0.9) }),
      timeout: job.deadlineMs,
      killSignal: 'SIGKILL',
      env: networkEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // One character for each that was delivered or not, in order.
    stdout.forEach((code, index) => Atomics.store(job.states, index + 1, code === 49 ? DELIVERED : 0));
  } catch {
    // Nothing is left to try: they count as undelivered.
  }
}

function networkEnvironment(): Record<string, string> {
  const said = TRUST.map((name) => [name, process.env[name]] as const);
  const trust = said.filter((each): each is [(typeof TRUST)[number], string] => each[1] !== undefined);
  return { ...Object.fromEntries(trust), ...envProxy() };
}

/**
 * Sends orders at a steady rate, whatever becomes of those before, unless the order says how many may be under way; a
 * process of its own.
 *
 * In by IPC: `LoadOrder`, or `stop`. Out: `LoadResult` for each.
 */
import { type Connections, createConnections } from './connections.ts';
import { p99Of } from './latencies.ts';
import type { LoadOrder, LoadResult } from './load-process.ts';

const TICK_MS = 1;
/** After a longer pause the machine stood still, as a virtual one may: what was not sent then is not sent at once. */
const STANDSTILL_MS = 250;
let number = 0;
let stopped = false;
let service: { readonly port: number; readonly connections: Connections } | undefined;

interface Tally {
  readonly answered: string[];
  readonly failures: string[];
  readonly sentMs: number[];
  readonly tookMs: number[];
  refused: number;
}

/** Those of the service before are of no use to the next. */
function connectionsTo(port: number): Connections {
  if (service?.port !== port) {
    service?.connections.close();
    service = { port, connections: createConnections(port) };
  }
  return service.connections;
}

/**
 * @param atMs since latencies count; negative before
 * @param ended is called when it is answered, or never will be
 */
function send(connections: Connections, tally: Tally, atMs: number, ended: () => void): void {
  number += 1;
  const id = `${process.pid}-${number}`;
  const sentMs = performance.now();
  connections.send({
    path: `/order/${id}`,
    answered({ status }, text) {
      if (status !== 200 || !text.includes(id)) tally.failures.push(`${id}: ${text}`);
      else {
        if (atMs >= 0) {
          tally.sentMs.push(atMs);
          tally.tookMs.push(performance.now() - sentMs);
        }
        tally.answered.push(id);
      }
      ended();
    },
    failed(error, isKept) {
      // Nobody listens, or does no more when the connection is about to be there: this request has never left.
      if ((error as NodeJS.ErrnoException).syscall === 'connect') tally.refused += 1;
      else tally.failures.push(`${isKept ? 'kept connection' : 'new connection'}: ${String(error)}`);
      ended();
    },
  });
}

async function run(order: LoadOrder): Promise<LoadResult> {
  const { port, seconds, settlingSeconds = 0, ratePerSecond, mostAtOnce = Infinity } = order;
  // Not while it is measured.
  globalThis.gc?.();
  const tally: Tally = { answered: [], failures: [], sentMs: [], tookMs: [], refused: 0 };
  const connections = connectionsTo(port);
  let beganMs = performance.now();
  let tickMs = beganMs;
  let sent = 0;
  let ended = 0;
  stopped = false;
  await new Promise<void>((resolve) => {
    let isOver = false;
    const onEnd = (): void => {
      ended += 1;
      if (isOver && ended === sent) resolve();
    };
    const timer = setInterval(() => {
      const nowMs = performance.now();
      if (nowMs - tickMs > STANDSTILL_MS) beganMs += nowMs - tickMs;
      tickMs = nowMs;
      const elapsedMs = Math.min(nowMs - beganMs, seconds * 1000);
      const due = Math.floor((elapsedMs * ratePerSecond) / 1000);
      for (; sent < Math.min(due, ended + mostAtOnce); sent++)
        send(connections, tally, elapsedMs - settlingSeconds * 1000, onEnd);
      if (elapsedMs < seconds * 1000 && !stopped) return;
      clearInterval(timer);
      isOver = true;
      if (ended === sent) resolve();
    }, TICK_MS);
  });
  const { answered, failures, refused } = tally;
  return { sent, answered, failures, refused, p99: p99Of(tally) };
}

process.on('message', (order: LoadOrder | 'stop') => {
  if (order === 'stop') {
    stopped = true;
    return;
  }
  run(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
process.send?.({});

/**
 * Sends orders at a steady rate, whatever becomes of those before; a process of its own.
 *
 * In by IPC: `{ port, seconds, ratePerSecond }`, or `stop`. Out: `LoadResult` for each.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import type { LoadOrder, LoadResult } from './load-process.ts';

const TICK_MS = 4;
/** Longest wait for an answer [ms]. */
const ANSWER_MS = 10_000;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });
let number = 0;
let stopped = false;

interface Tally {
  readonly answered: string[];
  readonly failures: string[];
  readonly latenciesMs: number[];
  refused: number;
}

async function send(port: number, tally: Tally, isTimed: boolean): Promise<void> {
  number += 1;
  const id = `${process.pid}-${number}`;
  const sentMs = performance.now();
  const request = httpRequest({ host: '127.0.0.1', port, path: `/order/${id}`, agent });
  request.setTimeout(ANSWER_MS, () => request.destroy(new Error(`no answer in ${ANSWER_MS} ms`)));
  try {
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const body = await text(response);
    if (response.statusCode !== 200 || !body.includes(id)) throw new Error(`${response.statusCode} ${body}`);
    if (isTimed) tally.latenciesMs.push(performance.now() - sentMs);
    tally.answered.push(id);
  } catch (error) {
    // Nobody listens, or does no more when the connection is about to be there: this request has never left.
    if ((error as NodeJS.ErrnoException).syscall === 'connect') tally.refused += 1;
    else
      tally.failures.push(`${request.reusedSocket ? 'kept connection' : 'new connection'}: ${String(error)}`);
  }
}

async function run({ port, seconds, settlingSeconds = 0, ratePerSecond }: LoadOrder): Promise<LoadResult> {
  const tally: Tally = { answered: [], failures: [], latenciesMs: [], refused: 0 };
  const underWay = new Set<Promise<void>>();
  const beganMs = performance.now();
  let sent = 0;
  stopped = false;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = Math.min(performance.now() - beganMs, seconds * 1000);
      for (; sent < Math.floor((elapsedMs * ratePerSecond) / 1000); sent++) {
        const one = send(port, tally, elapsedMs >= settlingSeconds * 1000);
        underWay.add(one);
        void one.then(() => underWay.delete(one));
      }
      if (elapsedMs < seconds * 1000 && !stopped) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
  await Promise.all(underWay);
  const sorted = tally.latenciesMs.toSorted((one, other) => one - other);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return {
    sent,
    answered: tally.answered,
    failures: tally.failures,
    refused: tally.refused,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
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

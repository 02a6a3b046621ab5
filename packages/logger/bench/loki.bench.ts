/**
 * What does a line for Loki cost the thread that logs it, and does it arrive?
 *
 * `node --conditions=@sightline/source packages/logger/bench/loki.bench.ts [rounds]`
 *
 * Every run is a fresh process that logs request lines at a steady pace to a Loki in another process, once with that
 * Loki well, once with it answering 503 for a while. The order of the cases turns round each round. The cost is the CPU
 * time of the main thread (`process.threadCpuUsage`); `baseline` is pino that writes nowhere.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pino, { type DestinationStream } from 'pino';
import type * as lokiDestination from '../src/destinations/loki.ts';
import type * as fakeLoki from '../src/loki/fake-loki.ts';
import { machine, median, print } from './figures.ts';

const source = (path: string): string => new URL(`../src/${path}`, import.meta.url).href;
// By URL: the compiled bench lies elsewhere, and neither is exported by the package under this name.
const { loki } = (await import(source('destinations/loki.ts'))) as typeof lokiDestination;
const { startFakeLoki } = (await import(source('loki/fake-loki.ts'))) as typeof fakeLoki;

const LINES_A_TICK = 50;
const TICK_MS = 10;
const WARM_UP_LINES = 2_000;
const LINES = 20_000;
/** After the last line, for what is handed over later. */
const SETTLE_MS = 300;
/** The outage, from the first line on. */
const OUTAGE_FROM_MS = 1_200;
const OUTAGE_MS = 2_000;

const CASES = [
  'baseline',
  'pino-loki',
  'ours: pino.transport',
  'ours: loki()',
  'ours: loki() + spool',
] as const;
type Case = (typeof CASES)[number];
type Weather = 'well' | 'outage';
interface Result {
  readonly microsecondsALine: number;
  readonly delivered: number;
}

function destination(name: Case, host: string, spoolDirectory: string): DestinationStream {
  const options = { host, batching: { interval: 1, maxBufferSize: 10_000 }, silenceErrors: true };
  switch (name) {
    case 'baseline':
      return { write: () => undefined };
    case 'pino-loki':
      return pino.transport({ target: 'pino-loki', options });
    case 'ours: pino.transport':
      return pino.transport({
        target: fileURLToPath(source('loki/transport.ts')),
        options,
      });
    case 'ours: loki()':
      return loki(options);
    default:
      return loki({ ...options, spool: { directory: spoolDirectory } });
  }
}

/** The child: logs, measures itself, says so. */
async function log(name: Case, host: string): Promise<void> {
  const spoolDirectory = mkdtempSync(join(tmpdir(), 'loki-bench-'));
  const stream = destination(name, host, spoolDirectory);
  const logger = pino({ base: { hostname: 'pod-7', service: 'shop' } }, stream);
  let count = 0;
  const write = (): void => {
    logger.info(
      {
        n: count,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        request_id: `r-${count}`,
        req: { method: 'GET', url: `/orders/${count}`, headers: { host: 'shop.example', accept: '*/*' } },
        res: { statusCode: 200 },
        responseTime: count % 97,
      },
      'request completed',
    );
    count += 1;
  };
  const pace = async (lines: number): Promise<void> => {
    for (let tick = 0; tick < lines / LINES_A_TICK; tick += 1) {
      for (let each = 0; each < LINES_A_TICK; each += 1) write();
      // oxlint-disable-next-line no-await-in-loop -- the pace is the point
      await delay(TICK_MS);
    }
  };
  await pace(WARM_UP_LINES);
  process.send?.('warm');
  const start = process.threadCpuUsage();
  await pace(LINES);
  await delay(SETTLE_MS);
  const { user, system } = process.threadCpuUsage(start);
  process.send?.((user + system) / LINES);
  if ('close' in stream && typeof stream.close === 'function') await (stream.close as () => Promise<void>)();
  rmSync(spoolDirectory, { recursive: true });
  process.disconnect();
}

/** The Loki: says its address, and the number of different lines it has when asked. */
async function serve(): Promise<void> {
  const server = await startFakeLoki();
  process.on('message', (message: 'well' | 'outage' | 'count') => {
    if (message === 'count') {
      process.send?.(new Set(server.lines()).size);
    } else {
      server.behave(message === 'well' ? { kind: 'store' } : { kind: 'answer', status: 503 });
    }
  });
  process.send?.(server.url);
}

async function next<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, 'message')) as [Message];
  return message;
}

async function run(name: Case, weather: Weather): Promise<Result> {
  const self = fileURLToPath(import.meta.url);
  const server = fork(self, ['serve']);
  const host = await next<string>(server);
  const child = fork(self, ['log', name, host]);
  const exited = once(child, 'exit');
  await next(child);
  const measured = next<number>(child);
  if (weather === 'outage') {
    await delay(OUTAGE_FROM_MS);
    server.send('outage');
    await delay(OUTAGE_MS);
    server.send('well');
  }
  const microsecondsALine = await measured;
  await exited;
  const counted = next<number>(server);
  server.send('count');
  const delivered = await counted;
  server.disconnect();
  server.kill();
  return { microsecondsALine, delivered };
}

async function compare(rounds: number): Promise<void> {
  print(machine());
  print(
    `${WARM_UP_LINES + LINES} lines a run at ${(LINES_A_TICK * 1_000) / TICK_MS} a second at most, ${rounds} rounds`,
  );
  for (const weather of ['well', 'outage'] as const) {
    const results = new Map<Case, Result[]>(CASES.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const name of round % 2 === 0 ? CASES : CASES.toReversed()) {
        // oxlint-disable-next-line no-await-in-loop -- two at a time would measure each other
        results.get(name)?.push(await run(name, weather));
      }
    }
    print(weather === 'well' ? '\nLoki is well' : `\nLoki answers 503 for ${OUTAGE_MS / 1_000} s`);
    for (const [name, runs] of results) {
      const costs = runs.map(({ microsecondsALine }) => microsecondsALine);
      const raw = costs.map((cost) => cost.toFixed(2)).join(' ');
      const lost = runs.map(({ delivered }) => WARM_UP_LINES + LINES - delivered);
      const fate = name === 'baseline' ? '' : `, lost lines ${lost.join(' ')}`;
      print(`  ${name.padEnd(22)} ${median(costs).toFixed(2)} µs a line (${raw})${fate}`);
    }
  }
}

const [role, ...rest] = process.argv.slice(2);
if (role === 'serve') await serve();
else if (role === 'log') await log(rest[0] as Case, rest[1] ?? '');
else await compare(Number(role ?? 3));

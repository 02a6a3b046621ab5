/* oxlint-disable no-await-in-loop -- two at once would measure each other */
/**
 * For how long does the event loop stand still while somebody scrapes, and while spans, lines and series leave, and what CPU
 * does it take?
 *
 * `node test/load/blocking.bench.ts [--minutes 2] [--short]`
 *
 * Each case is a fresh process, the order turns round each round, and no new round begins that would not end in time; there
 * is one at least. `--short` is a look at whether it runs, and keeps nothing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { type AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../servers/ports.ts';
import {
  BLOCKING_RESULTS,
  type BlockingResult,
  type BlockingResults,
  EXPORT_MS,
  type Library,
  type Task,
  blockingTable,
} from './blocking-table.ts';
import { machine, median, print } from './figures.ts';
import { startService } from './processes.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '2' }, short: { type: 'boolean', default: false } },
});
const endsMs = performance.now() + Number(values.minutes) * 60_000;
const TIMES = values.short
  ? { warmUps: 1, stretches: 1, scrapes: 2 }
  : { warmUps: 2, stretches: 5, scrapes: 11 };

const cases: readonly (readonly [Task, Library])[] = [
  ['nothing', 'none'],
  ['scrape', 'sightline'],
  ['scrape', 'otel'],
  ['scrape', 'prom-client'],
  ['push', 'sightline'],
  ['push', 'otel'],
  ['spans', 'sightline'],
  ['spans', 'otel'],
  ['logs', 'sightline'],
  ['logs', 'otel'],
  ['logs', 'none'],
];

const preloads: Readonly<Record<Library, readonly string[]>> = {
  sightline: ['@sightline/bootstrap/register'],
  otel: [fileURLToPath(new URL('otel-sdk.ts', import.meta.url))],
  'prom-client': [],
  none: [],
};

// The service has the first core for itself.
if (existsSync('/usr/bin/taskset') && availableParallelism() > 1) {
  execFileSync('/usr/bin/taskset', ['-acp', '1', String(process.pid)], { stdio: 'ignore' });
}

let exportedBytes = 0;
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (exportedBytes += chunk.length));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const collectorUrl = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;

/** Between two scrapes: nobody asks again at once, and the caches are then as cold for all [ms]. */
const SCRAPE_PAUSE_MS = 250;

/** @returns the size of the page [bytes] */
function scrape(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ port, path: '/metrics', agent: false }, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => (bytes += chunk.length));
      response.on('end', () => (response.statusCode === 200 ? resolve(bytes) : reject(new Error('no page'))));
    }).on('error', reject);
  });
}

interface Watched {
  readonly longestMs: number;
  readonly cpuMs: number;
  readonly seconds: number;
}

interface Moved {
  /** Read from its page, or exported. */
  readonly bytes: number;
}

interface Measured {
  readonly longestMs: readonly number[];
  readonly cpuMs: number;
  readonly bytes: number;
}

/** @param idleRatio CPU of the process that does nothing, by its time */
async function measure([task, library]: readonly [Task, Library], idleRatio: number): Promise<Measured> {
  const adminPort = await freePort();
  const service = await startService(
    {
      title: library,
      imports: preloads[library],
      middlewares: [],
      env: {
        LIBRARY: library,
        TASK: task,
        INSTRUMENTATION: 'auto',
        SIGNALS: 'environment',
        OTEL_TRACES_EXPORTER: task === 'spans' ? 'otlp' : 'none',
        OTEL_METRICS_EXPORTER: task === 'push' ? 'otlp' : task === 'scrape' ? 'prometheus' : 'none',
        OTEL_LOGS_EXPORTER: task === 'logs' ? 'otlp' : 'none',
        OTEL_BSP_SCHEDULE_DELAY: String(EXPORT_MS),
        OTEL_BLRP_SCHEDULE_DELAY: String(EXPORT_MS),
        OTEL_METRIC_EXPORT_INTERVAL: String(EXPORT_MS),
        OTEL_METRIC_EXPORT_TIMEOUT: String(EXPORT_MS),
        OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort),
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      },
    },
    { collector: collectorUrl, program: 'blocking-service.ts' },
  );
  /** Watches some scrapes, or some stretches of time, in each of which the loop's turns see an export for sure. */
  const during = async (watch: 'turns' | 'cpu', times: number): Promise<Watched & Moved> => {
    // Not watched when it is the turns: they never sleep then.
    if (task === 'scrape' && watch === 'turns') await sleep(SCRAPE_PAUSE_MS);
    await service.ask<Watched>({ watch });
    const before = exportedBytes;
    let bytes = 0;
    if (task === 'scrape') {
      for (let scraped = 0; scraped < times; scraped++) {
        if (watch === 'cpu') await sleep(SCRAPE_PAUSE_MS);
        bytes += await scrape(library === 'prom-client' ? service.port : adminPort);
      }
    } else {
      await sleep(EXPORT_MS * times * (watch === 'turns' ? 1.2 : 1));
    }
    const watched = await service.ask<Watched>({ watch: 'end' });
    return Object.assign(watched, { bytes: bytes + exportedBytes - before });
  };
  try {
    const count = task === 'scrape' ? TIMES.scrapes : TIMES.stretches;
    await during('cpu', TIMES.warmUps * (task === 'scrape' ? 3 : 1));
    const longestMs: number[] = [];
    for (let stretch = 0; stretch < count; stretch++) {
      longestMs.push((await during('turns', 1)).longestMs);
    }
    const { cpuMs, seconds, bytes } = await during('cpu', count);
    const one = task === 'scrape' || task === 'push' ? count : seconds;
    return { longestMs, cpuMs: (cpuMs - idleRatio * seconds * 1000) / one, bytes: bytes / one };
  } finally {
    await service.stop();
  }
}

const round2 = (value: number): number => Math.round(value * 100) / 100;
const rounds: Measured[][] = cases.map(() => []);
const idleMsPerSecond: number[] = [];
let roundMs = 0;
do {
  const beganMs = performance.now();
  const order = [...cases.keys()].slice(1);
  for (const at of [0, ...(roundMs === 0 ? order : order.toReversed())]) {
    const one = cases[at]!;
    const idleRatio = at === 0 ? 0 : median(idleMsPerSecond) / 1000;
    const measured = await measure(one, idleRatio);
    if (at === 0) idleMsPerSecond.push(measured.cpuMs);
    rounds[at]?.push(measured);
    process.stderr.write(
      `${one.join(', ')}: ${measured.longestMs.map((ms) => ms.toFixed(1)).join(' ')} ms; CPU ${measured.cpuMs.toFixed(2)} ms; ${measured.bytes.toFixed(0)} bytes\n`,
    );
  }
  roundMs = performance.now() - beganMs;
} while (!values.short && performance.now() + roundMs < endsMs);
collector.closeAllConnections();
collector.close();

const results = cases.map(([task, library], at): BlockingResult => {
  const all = rounds[at] ?? [];
  return {
    task,
    library,
    longestMs: all.flatMap(({ longestMs }) => longestMs.map(round2)),
    cpuMs: all.map(({ cpuMs }) => round2(cpuMs)),
    bytes: Math.round(median(all.map(({ bytes }) => bytes))),
  };
});
const file: BlockingResults = {
  machine: machine(),
  measuredAt: new Date().toISOString().slice(0, 10),
  rounds: rounds[0]?.length ?? 0,
  results,
};
if (!values.short) writeFileSync(BLOCKING_RESULTS, `${JSON.stringify(file, null, 1)}\n`);
print(blockingTable(file));

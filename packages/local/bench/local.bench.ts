/**
 * What does the embedded stack cost, and how much does it take?
 *
 * `node packages/local/bench/local.bench.ts`
 *
 * It starts in a process of its own; this one sends and asks. Start: from the start of the process to the first answer.
 * Intake: as much as goes in over four connections, for some seconds. Memory: with 100,000 lines, 10,000 traces of five
 * spans and 100,000 samples, which are 1,000 series of 100 as a few services have, or 100,000 series with one or two.
 * Queries: over all that, and how long the event loop stood still meanwhile. The result is printed and written beside
 * this file.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Payload, lines, samples, spans } from './payloads.ts';

const STARTS = 5;
const INTAKE_MS = 4000;
/** Samples of a series have to come in order, so those go over one. */
const CONNECTIONS: Readonly<Record<string, number>> = { spans: 4, 'log lines': 4, samples: 1 };

interface Usage {
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly longestBlockMs: number;
}

interface Server {
  readonly url: string;
  readonly readyMs: number;
  usage(): Promise<Usage>;
  stop(): Promise<void>;
}

async function start(): Promise<Server> {
  const startMs = performance.now();
  const child = fork(fileURLToPath(new URL('serve.ts', import.meta.url)), { execArgv: ['--expose-gc'] });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  await fetch(`${url}/api/v1/query?query=1`).then((response) => response.text());
  const readyMs = performance.now() - startMs;
  return {
    url,
    readyMs,
    async usage() {
      child.send('usage');
      const [usage] = (await once(child, 'message')) as [Usage];
      return usage;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function send({ url }: Server, { path, headers, body }: Payload): Promise<void> {
  const response = await fetch(url + path, { method: 'POST', headers, body });
  await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

/** Sends over several connections for a while. @returns how many things a second went in */
async function intake(server: Server, made: readonly Payload[], connections: number): Promise<number> {
  let next = 0;
  let items = 0;
  const startMs = performance.now();
  const connection = async (): Promise<void> => {
    while (performance.now() - startMs < INTAKE_MS) {
      const payload = made[next++ % made.length];
      if (payload === undefined) return;
      // oxlint-disable-next-line no-await-in-loop -- one request at a time on a connection
      await send(server, payload);
      items += payload.items;
    }
  };
  await Promise.all(Array.from({ length: connections }, connection));
  return items / ((performance.now() - startMs) / 1000);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const megabytes = (bytes: number): number => Math.round(bytes / 1e5) / 10;

const starts: number[] = [];
for (let at = 0; at < STARTS; at++) {
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  const server = await start();
  starts.push(server.readyMs);
  // oxlint-disable-next-line no-await-in-loop -- see above
  await server.stop();
}

/** What everybody has: lines and traces. */
async function fill(server: Server): Promise<void> {
  for (let at = 0; at < 100; at++) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    await send(server, lines(1000, at * 1000));
    // oxlint-disable-next-line no-await-in-loop -- in order
    await send(server, spans(500, at * 500));
  }
}

const few = await start();
const idle = await few.usage();
await fill(few);
const fromMs = Date.now() - 100_000;
for (let at = 0; at < 100; at++) {
  // oxlint-disable-next-line no-await-in-loop -- in order
  await send(few, samples(1000, fromMs + at * 1000));
}
const fewSeries = await few.usage();
await few.stop();

const full = await start();
await fill(full);
await send(full, samples(50_000, Date.now()));
await send(full, samples(100_000, Date.now() + 1000));
const kept = await full.usage();

const nowMs = Date.now();
const logRange = `limit=100&start=${nowMs - 3_600_000}000000&end=${nowMs + 3_600_000}000000`;
const asked: Readonly<Record<string, string>> = {
  'sum by (x) (rate(…[5m])) over 100,000 series': `/api/v1/query?query=${encodeURIComponent('sum by (x) (rate({job="bench"}[5m]))')}`,
  '|= over 100,000 lines': `/loki/api/v1/query_range?${logRange}&query=${encodeURIComponent('{service_name="bench"} |= "none such"')}`,
  '|~ over 100,000 lines': `/loki/api/v1/query_range?${logRange}&query=${encodeURIComponent('{service_name="bench"} |~ "orders/[0-9]+x"')}`,
  'TraceQL over 10,000 traces': `/api/search?q=${encodeURIComponent('{ span.some.attribute.3 = "none such" }')}`,
};
const queries: Record<string, { ms: number; longestBlockMs: number }> = {};
for (const [name, path] of Object.entries(asked)) {
  const rounds: { readonly ms: number; readonly longestBlockMs: number }[] = [];
  for (let round = 0; round < 3; round++) {
    // oxlint-disable-next-line no-await-in-loop -- the pause of collecting before it is not of the query
    await full.usage();
    const startMs = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const response = await fetch(full.url + path);
    // oxlint-disable-next-line no-await-in-loop -- see above
    await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    const ms = performance.now() - startMs;
    // oxlint-disable-next-line no-await-in-loop -- see above
    rounds.push({ ms, longestBlockMs: (await full.usage()).longestBlockMs });
  }
  queries[name] = {
    ms: Math.round(median(rounds.map((round) => round.ms))),
    longestBlockMs: Math.round(Math.max(...rounds.map((round) => round.longestBlockMs))),
  };
}
await full.stop();

const rates: Record<string, { perSecond: number; longestBlockMs: number; residentMegabytes: number }> = {};
const now = Date.now();
const kinds: Readonly<Record<string, readonly Payload[]>> = {
  spans: Array.from({ length: 40 }, (_, at) => spans(500, at * 500)),
  'log lines': Array.from({ length: 40 }, (_, at) => lines(1000, at * 1000)),
  samples: Array.from({ length: 4000 }, (_, at) => samples(1000, now + at * 10)),
};
for (const [kind, made] of Object.entries(kinds)) {
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  const server = await start();
  // oxlint-disable-next-line no-await-in-loop -- see above
  const perSecond = await intake(server, made, CONNECTIONS[kind] ?? 1);
  // oxlint-disable-next-line no-await-in-loop -- see above
  const { longestBlockMs, residentBytes } = await server.usage();
  rates[kind] = {
    perSecond: Math.round(perSecond),
    longestBlockMs: Math.round(longestBlockMs),
    residentMegabytes: megabytes(residentBytes),
  };
  // oxlint-disable-next-line no-await-in-loop -- see above
  await server.stop();
}

const results = {
  machine: `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}`,
  measuredAt: new Date().toISOString().slice(0, 10),
  readyMs: Math.round(median(starts)),
  idleMegabytes: megabytes(idle.residentBytes),
  fewSeriesMegabytes: megabytes(fewSeries.residentBytes),
  fullMegabytes: megabytes(kept.residentBytes),
  fullHeapMegabytes: megabytes(kept.heapBytes),
  queries,
  rates,
};
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
writeFileSync(new URL('local.json', import.meta.url), `${JSON.stringify(results, null, 2)}\n`);

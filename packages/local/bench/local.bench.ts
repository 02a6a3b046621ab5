/**
 * What does the embedded stack cost, and how much does it take?
 *
 * `pnpm build`, then `node packages/local/bench/local.bench.ts [memory|start]`; with one of them the rest stays as it was
 * measured before.
 *
 * It is `sightline dev` as it is built, in a process of its own with the rules that come with it; this one sends and asks.
 * Start: from the start of the process to the first answer. Memory, as the system counts it: at rest, half a minute after
 * the start or the load, and the most that it was; with 100,000 lines, 10,000 traces of five spans and 100,000 samples,
 * which are 1,000 series of 100 as a few services have, or 100,000 series with one or two. Queries: over all that, and how
 * long the event loop stood still meanwhile. Intake: as much as goes in over four connections, for some seconds. The result
 * is printed and written beside this file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type DevProcess, startDev } from './dev-process.ts';
import { type Payload, lines, samples, spans } from './payloads.ts';
import type { Usage } from './report.ts';

const STARTS = 5;
const INTAKE_MS = 4000;
/** The command looks every ten seconds whether a load is over. */
const REST_MS = 30_000;
/** Samples of a series have to come in order, so those go over one. */
const CONNECTIONS: Readonly<Record<string, number>> = { spans: 4, 'log lines': 4, samples: 1 };

async function send({ url }: DevProcess, { path, headers, body }: Payload): Promise<void> {
  const response = await fetch(url + path, { method: 'POST', headers, body });
  await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
}

/** Sends over several connections for a while. @returns how many things a second went in */
async function intake(server: DevProcess, made: readonly Payload[], connections: number): Promise<number> {
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

/** What everybody has: lines and traces. */
async function fill(server: DevProcess): Promise<void> {
  for (let at = 0; at < 100; at++) {
    // oxlint-disable-next-line no-await-in-loop -- in order
    await send(server, lines(1000, at * 1000));
    // oxlint-disable-next-line no-await-in-loop -- in order
    await send(server, spans(500, at * 500));
  }
}

/** What it takes once nothing comes any more. */
async function atRest(server: DevProcess): Promise<Usage> {
  await delay(REST_MS);
  return server.usage();
}

/** From the start of the process to the first answer [ms]. */
async function startTime(): Promise<number> {
  const starts: number[] = [];
  for (let at = 0; at < STARTS; at++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const server = await startDev();
    starts.push(server.readyMs);
    // oxlint-disable-next-line no-await-in-loop -- see above
    await server.stop();
  }
  return Math.round(median(starts));
}

interface QueryCost {
  readonly ms: number;
  readonly longestBlockMs: number;
}

/** Queries over all that is there. */
async function queryCosts(full: DevProcess): Promise<Readonly<Record<string, QueryCost>>> {
  const nowMs = Date.now();
  const logRange = `limit=100&start=${nowMs - 3_600_000}000000&end=${nowMs + 3_600_000}000000`;
  const asked: Readonly<Record<string, string>> = {
    'sum by (x) (rate(…[5m])) over 100,000 series': `/api/v1/query?query=${encodeURIComponent('sum by (x) (rate({job="bench"}[5m]))')}`,
    '|= over 100,000 lines': `/loki/api/v1/query_range?${logRange}&query=${encodeURIComponent('{service_name="bench"} |= "none such"')}`,
    '|~ over 100,000 lines': `/loki/api/v1/query_range?${logRange}&query=${encodeURIComponent('{service_name="bench"} |~ "orders/[0-9]+x"')}`,
    'TraceQL over 10,000 traces, a value that is nowhere': `/api/search?q=${encodeURIComponent('{ span.some.attribute.3 = "none such" }')}`,
    'TraceQL over 10,000 traces, all of them read': `/api/search?q=${encodeURIComponent('{ span.some.attribute.3 != "value 1" && span.some.attribute.3 =~ "none.*" }')}`,
    'names of attributes of 10,000 traces': '/api/v2/search/tags?scope=span',
  };
  const queries: Record<string, QueryCost> = {};
  for (const [name, path] of Object.entries(asked)) {
    const rounds: QueryCost[] = [];
    for (let round = 0; round < 3; round++) {
      // oxlint-disable-next-line no-await-in-loop -- what stood still before it is not of the query
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
  return queries;
}

/** As much as goes in. */
async function intakeRates(): Promise<object> {
  const rates: Record<string, { perSecond: number; longestBlockMs: number; peakMegabytes: number }> = {};
  const now = Date.now();
  const kinds: Readonly<Record<string, readonly Payload[]>> = {
    spans: Array.from({ length: 40 }, (_, at) => spans(500, at * 500)),
    'log lines': Array.from({ length: 40 }, (_, at) => lines(1000, at * 1000)),
    samples: Array.from({ length: 4000 }, (_, at) => samples(1000, now + at * 10)),
  };
  for (const [kind, made] of Object.entries(kinds)) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const server = await startDev();
    // oxlint-disable-next-line no-await-in-loop -- see above
    const perSecond = await intake(server, made, CONNECTIONS[kind] ?? 1);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const { longestBlockMs, peakBytes } = await server.usage();
    rates[kind] = {
      perSecond: Math.round(perSecond),
      longestBlockMs: Math.round(longestBlockMs),
      peakMegabytes: megabytes(peakBytes),
    };
    // oxlint-disable-next-line no-await-in-loop -- see above
    await server.stop();
  }
  return rates;
}

const file = new URL('local.json', import.meta.url);
const isMemoryAlone = process.argv[2] === 'memory';
const readyMs = isMemoryAlone ? undefined : await startTime();
if (process.argv[2] === 'start') {
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, `${JSON.stringify({ ...before, readyMs }, null, 2)}\n`);
  process.exit();
}

const few = await startDev();
const idle = await atRest(few);
await fill(few);
const fromMs = Date.now() - 100_000;
for (let at = 0; at < 100; at++) {
  // oxlint-disable-next-line no-await-in-loop -- in order
  await send(few, samples(1000, fromMs + at * 1000));
}
const fewSeries = await atRest(few);
await few.stop();

const full = await startDev();
await fill(full);
await send(full, samples(50_000, Date.now()));
await send(full, samples(100_000, Date.now() + 1000));
const kept = await atRest(full);

const queries = isMemoryAlone ? undefined : await queryCosts(full);
await full.stop();
const rates = isMemoryAlone ? undefined : await intakeRates();

const results = {
  ...(isMemoryAlone && (JSON.parse(readFileSync(file, 'utf8')) as object)),
  machine: `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}`,
  measuredAt: new Date().toISOString().slice(0, 10),
  ...(readyMs !== undefined && { readyMs }),
  idleMegabytes: megabytes(idle.residentBytes),
  fewSeriesMegabytes: megabytes(fewSeries.residentBytes),
  fewSeriesPeakMegabytes: megabytes(fewSeries.peakBytes),
  fullMegabytes: megabytes(kept.residentBytes),
  fullPeakMegabytes: megabytes(kept.peakBytes),
  fullHeapMegabytes: megabytes(kept.heapBytes),
  ...(queries !== undefined && { queries }),
  ...(rates !== undefined && { rates }),
};
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);

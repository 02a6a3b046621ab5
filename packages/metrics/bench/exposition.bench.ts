/**
 * How long does a scrape take, and how long does it hold the event loop?
 *
 * `node --conditions=@sightline/source packages/metrics/bench/exposition.bench.ts [rounds]`
 *
 * Every run is a fresh process with one client and the same series, and the order of the clients turns round each round.
 * A run makes the page eleven times after five to warm up; a stretch is the time between two turns of the event loop.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const CLIENTS = ['prom-client', '@prometheus-io/client', 'sightline'] as const;
const PAGES = [
  ['histogram', 10_000],
  ['histogram', 50_000],
  ['counter', 10_000],
  ['counter', 50_000],
] as const;
type Client = (typeof CLIENTS)[number];

interface Run {
  readonly stretchMs: number;
  readonly worstStretchMs: number;
  readonly wholeMs: number;
  readonly bytes: number;
}

const child = fileURLToPath(new URL('exposition-case.ts', import.meta.url));

function run(client: Client, kind: string, lines: number): Run {
  const flags = ['--conditions=@sightline/source', child, client, kind, `${lines}`];
  return JSON.parse(execFileSync(process.execPath, flags, { encoding: 'utf8' })) as Run;
}

const rounds = Number(process.argv[2] ?? 3);
print(`${machine()}, ${rounds} rounds\n`);
for (const [kind, lines] of PAGES) {
  const results = new Map<Client, Run[]>(CLIENTS.map((client) => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const client of round % 2 === 0 ? CLIENTS : CLIENTS.toReversed()) {
      results.get(client)?.push(run(client, kind, lines));
    }
  }
  const base = median((results.get('prom-client') ?? []).map(({ wholeMs }) => wholeMs));
  print(`${lines} lines of one ${kind}\n`);
  print(
    '| client | whole page, ms | of prom-client | longest stretch, ms | worst of all | MB | rounds, ms |',
  );
  print('| --- | --- | --- | --- | --- | --- | --- |');
  for (const [client, runs] of results) {
    const wholeMs = median(runs.map((each) => each.wholeMs));
    const stretchMs = median(runs.map((each) => each.stretchMs));
    const worstMs = Math.max(...runs.map((each) => each.worstStretchMs));
    const raw = runs.map((each) => each.wholeMs.toFixed(1)).join(' ');
    const megabytes = (runs[0]?.bytes ?? 0) / 1e6;
    print(
      `| ${client} | ${wholeMs.toFixed(1)} | ${(wholeMs / base).toFixed(2)} | ${stretchMs.toFixed(1)} | ${worstMs.toFixed(1)} | ${megabytes.toFixed(2)} | ${raw} |`,
    );
  }
  print('');
}

/*
 * Measures what a request of the shop costs the servers of compose/, and what the servers take:
 *
 * SIGHTLINE_LOKI_BINARY=… SIGHTLINE_TEMPO_BINARY=… node --conditions=@sightline/source test/compose/costs.ts
 *
 * It takes some three minutes, and writes costs.json beside it.
 */
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { renewGenerated } from '../renew-generated.ts';
import { openCorrelatedShop } from './correlated-shop.ts';
import { type NativeServer, type NativeStack, createNativeStack, nativeServers } from './native-stack.ts';
import { COST_RESULTS, type StackCosts } from './sizing-table.ts';
import { stackApi } from './stack-api.ts';
import { stackProgram } from './stack-program.ts';

const LOAD_MS = 100_000;
/** Until Tempo has made blocks of its log, and Loki has written its chunks. */
const SETTLE_MS = 45_000;
const SYNTHETIC_SERIES = 100_000;
const SYNTHETIC_MS = 50_000;

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, path) => sum + lstatSync(join(folder, path)).size,
    0,
  );
}

/** Of the blocks that count: those that a compaction has put into others stay for another hour. */
function bytesOfBlocks(folder: string): number {
  return readdirSync(folder)
    .filter((block) => existsSync(join(folder, block, 'meta.json')))
    .reduce((sum, block) => sum + bytesBelow(join(folder, block)), 0);
}

async function total(stack: NativeStack, promql: string): Promise<number> {
  const [sample] = await stackApi(stack).query(promql);
  return Number(sample?.value[1] ?? 0);
}

/** Counters as the servers expose them, without waiting for a scrape. */
async function counter(url: string, name: string): Promise<number> {
  const page = await (await fetch(`${url}/metrics`)).text();
  const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

const programs = Object.fromEntries(
  await Promise.all(
    nativeServers.map(async (name) => {
      const found = await stackProgram(name);
      if ('missing' in found) throw new Error(found.missing);
      return [name, found.path];
    }),
  ),
) as Readonly<Record<NativeServer, string>>;

const folder = mkdtempSync(join(tmpdir(), 'sightline-costs-'));
const stack = await createNativeStack({ programs, folder });
try {
  await Promise.all(nativeServers.map((server) => stack.start(server)));
  const idle = memory();
  const shop = await openCorrelatedShop(stack);
  writeTargets(Object.entries(shop.targets));
  await delay(LOAD_MS);
  const seriesPerInstance = await total(stack, 'max(count by (job) ({job=~"storefront|orders|payments"}))');
  const underLoad = memory();
  const exposed = await Promise.all(shop.services.map((service) => service.page('/metrics')));
  const requests = exposed.reduce((sum, page) => sum + requestsIn(page), 0);
  await shop.close();
  const spans = await counter(stack.urls.tempo, 'tempo_distributor_spans_received_total');
  const spanSeries = await total(stack, 'count({__name__=~"traces_.+"})');
  const { acknowledged: lines } = shop.lines;
  await (await fetch(`${stack.urls.loki}/flush`, { method: 'POST' })).text();
  await delay(SETTLE_MS);
  const lineBytes = bytesBelow(join(stack.dataFolder('loki'), 'chunks')) / lines;
  const spanBytes = bytesOfBlocks(join(stack.dataFolder('tempo'), 'blocks/single-tenant')) / spans;
  const seriesBytes = await bytesOfSeries();
  const results: StackCosts = {
    machine: `Node ${process.version}, ${cpus()[0]
      ?.model.trim()
      .replace(/ \d+-Core.*/, '')} × ${cpus().length}`,
    seconds: LOAD_MS / 1000,
    requestsPerSecond: Math.round(requests / (LOAD_MS / 1000)),
    spansPerRequest: spans / requests,
    linesPerRequest: lines / requests,
    storedBytesPerSpan: Math.round(spanBytes),
    storedBytesPerLine: Math.round(lineBytes),
    seriesPerInstance,
    spanSeriesPerService: Math.round(spanSeries / shop.services.length),
    memoryBytesPerSeries: Math.round(seriesBytes),
    memoryBytes: { idle, underLoad },
  };
  writeFileSync(COST_RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  renewGenerated();
  process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
} finally {
  await stack.stopAll();
  rmSync(folder, { recursive: true, force: true });
}

function memory(): Readonly<Record<NativeServer, number>> {
  return Object.fromEntries(nativeServers.map((server) => [server, stack.memoryBytes(server)])) as Record<
    NativeServer,
    number
  >;
}

function requestsIn(page: string): number {
  return [...page.matchAll(/^http_server_request_duration_seconds_count\{[^}]*\} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

function writeTargets(
  targets: readonly (readonly [job: string, address: string])[],
  file = 'services-shop.local.yml',
): void {
  writeFileSync(
    join(folder, 'etc/prometheus/targets', file),
    JSON.stringify(targets.map(([job, address]) => ({ targets: [address], labels: { job } }))),
  );
}

/** What many series more make Prometheus take, each of them [bytes]. They stand among the servers, which have no limit. */
async function bytesOfSeries(): Promise<number> {
  const page = Array.from(
    { length: SYNTHETIC_SERIES },
    (_none, index) =>
      `synthetic_requests_total{route="/a/route/${index % 100}",status="200",instance_id="${index}"} ${index}`,
  ).join('\n');
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(`${page}\n`),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const before = stack.memoryBytes('prometheus');
  const stackFile = [['synthetic', `127.0.0.1:${(server.address() as AddressInfo).port}`]] as const;
  writeTargets(stackFile, 'stack.yml');
  await delay(SYNTHETIC_MS);
  const after = stack.memoryBytes('prometheus');
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return (after - before) / SYNTHETIC_SERIES;
}

/**
 * How long do queries of LogQL take, beside a real Loki, and does the time grow with the lines alone?
 *
 * `node --conditions=@sightline/source packages/query/bench/logql.bench.ts [rounds] [lines]`
 *
 * The same lines are in both: JSON of some 200 bytes in 20 streams, over one hour. Loki is found by
 * `SIGHTLINE_LOKI_BINARY` or on the PATH, else only our own figures are printed. Of Loki there are two: the time of its
 * HTTP answer as seen from here, and the time of execution that it tells itself. Its answers are not cached.
 */
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { createLogqlEngine, createMemoryLogs } from '../src/logql/index.ts';
import type { LogqlEngine, MemoryLogs } from '../src/logql/index.ts';
import { createRandom } from '../test/logql/log-data.ts';
import { lokiGet, pushToLoki } from '../test/logql/loki-api.ts';
import type { LokiTarget } from '../test/logql/loki-api.ts';
import { startLoki } from '../test/logql/loki-process.ts';

const rounds = Number(process.argv[2] ?? 3);
const lineCount = Number(process.argv[3] ?? 100_000);
const hourNs = 3_600_000_000_000n;
const startNs = 1_768_471_200_000_000_000n;
const endNs = startNs + hourNs;

const queries: readonly (readonly [query: string, stepSeconds: number])[] = [
  ['{app="shop"} |= "timeout"', 60],
  ['{app="shop"} | json | status >= 500 | line_format "{{.route}} {{.status}}"', 60],
  ['sum(count_over_time({app="shop"} |= "timeout" [5m]))', 15],
  ['sum by (route) (rate({app="shop"} | json [5m]))', 15],
  ['sum by (level) (bytes_rate({app="shop"}[5m]))', 15],
  ['quantile_over_time(0.95, {app="shop"} | json | unwrap duration_ms [5m]) by (route)', 60],
];

interface Stream {
  readonly labels: Readonly<Record<string, string>>;
  readonly entries: { readonly timeNs: bigint; readonly line: string }[];
}

function createStreams(count: number): readonly Stream[] {
  const random = createRandom(1);
  const streams = Array.from({ length: 20 }, (_value, at): Stream => ({
    labels: {
      app: 'shop',
      instance: `${at % 5}`,
      level: ['debug', 'info', 'warn', 'error'][Math.floor(at / 5)] ?? '',
    },
    entries: [],
  }));
  for (let at = 0; at < count; at += 1) {
    const stream = streams[random.below(20)];
    const line = JSON.stringify({
      level: stream?.labels['level'],
      msg: random.pick(['request done', 'request failed: timeout', 'cache miss', 'order placed']),
      route: random.pick(['/', '/orders', '/orders/:id', '/cart', '/pay']),
      status: random.pick([200, 201, 404, 500]),
      duration_ms: random.below(2000),
      http: { method: random.pick(['GET', 'POST']), userAgent: 'bench/1.0' },
      request_id: `r-${at}`,
    });
    stream?.entries.push({ timeNs: startNs + (hourNs * BigInt(at)) / BigInt(count), line });
  }
  return streams;
}

function memoryOf(streams: readonly Stream[]): MemoryLogs {
  const logs = createMemoryLogs();
  for (const { labels, entries } of streams) logs.push(labels, entries);
  return logs;
}

async function ownMs(engine: LogqlEngine, query: string, stepSeconds: number): Promise<number> {
  const begunMs = performance.now();
  await engine.range(query, { startNs, endNs, stepNs: BigInt(stepSeconds) * 1_000_000_000n });
  return performance.now() - begunMs;
}

async function lokiMs(
  target: LokiTarget,
  query: string,
  stepSeconds: number,
): Promise<readonly [http: number, own: number]> {
  const begunMs = performance.now();
  const parameters = { query, start: `${startNs}`, end: `${endNs}`, step: `${stepSeconds}`, limit: '100' };
  const response = await lokiGet(target, 'query_range', parameters);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const tookMs = performance.now() - begunMs;
  const { data } = JSON.parse(text) as { data: { stats: { summary: { execTime: number } } } };
  return [tookMs, data.stats.summary.execTime * 1000];
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function times<Value>(run: () => Promise<Value>): Promise<readonly Value[]> {
  const values: Value[] = [];
  // The first is to warm up.
  for (let round = 0; round <= rounds; round += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const value = await run();
    if (round > 0) values.push(value);
  }
  return values;
}

function findLoki(): string | undefined {
  const named = process.env['SIGHTLINE_LOKI_BINARY'];
  const paths =
    named === undefined
      ? (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'loki'))
      : [named];
  return paths.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const streams = createStreams(lineCount);
const engine = createLogqlEngine({ source: memoryOf(streams) });
const path = findLoki();
const loki = path === undefined ? undefined : await startLoki(path, await freePort(), await freePort());
try {
  const target = loki === undefined ? undefined : { url: loki.url, tenant: 'bench' };
  if (target !== undefined) {
    for (let at = 0; at < lineCount; at += 5000) {
      const part = streams.map(({ labels, entries }) => ({
        labels,
        entries: entries.slice(Math.floor(at / 20), Math.floor((at + 5000) / 20)),
      }));
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pushToLoki(
        target,
        part.filter(({ entries }) => entries.length > 0),
      );
    }
  }
  print(
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, ${lineCount} lines, median of ${rounds}\n`,
  );
  print('| query over one hour | step, s | ours, ms | Loki over HTTP, ms | Loki by itself, ms |');
  print('| --- | --- | --- | --- | --- |');
  for (const [query, step] of queries) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const ours = median(await times(() => ownMs(engine, query, step)));
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const theirs = target === undefined ? [] : await times(() => lokiMs(target, query, step));
    const shown = (place: 0 | 1): string =>
      theirs.length === 0 ? '–' : median(theirs.map((each) => each[place])).toFixed(0);
    print(
      `| \`${query.replaceAll('|', '\\|')}\` | ${step} | ${ours.toFixed(0)} | ${shown(0)} | ${shown(1)} |`,
    );
  }
} finally {
  await loki?.stop();
}

const linear = 'sum by (route) (rate({app="shop"} | json [5m]))';
print(`\nLines and time of \`${linear.replaceAll('|', '\\|')}\` at a step of 15 s:\n`);
print('| lines | ours, ms | µs a line |');
print('| --- | --- | --- |');
for (const share of [0.25, 0.5, 1]) {
  const count = Math.round(lineCount * share);
  const part = createLogqlEngine({ source: memoryOf(createStreams(count)) });
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  const tookMs = median(await times(() => ownMs(part, linear, 15)));
  print(`| ${count} | ${tookMs.toFixed(0)} | ${((tookMs * 1000) / count).toFixed(2)} |`);
}

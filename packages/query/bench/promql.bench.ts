/* oxlint-disable no-await-in-loop -- one query after the other is measured */
/**
 * How long does a range query over thousands of series take beside Prometheus, and does it grow with the samples only?
 *
 * `node --conditions=@sightline/source packages/query/bench/promql.bench.ts [rounds]`
 *
 * One hour at a step of 15 s. Prometheus is asked over HTTP; its own figure of the evaluation stands beside the whole.
 * Both take turns, after two queries to warm up.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createMemorySeries, createPromqlEngine, type PromqlEngine } from '@sightline/query/promql';
import { type BenchSeries, benchSeries, START_MS } from './promql-data.ts';
import { type GrowthPoint, growthPlot } from './growth-plot.ts';
import { findPrometheus, startBenchServer } from './promql-server.ts';

const QUERIES = [
  'sum by (route) (rate(requests_total[5m]))',
  'histogram_quantile(0.99, sum by (le, route) (rate(duration_seconds_bucket[5m])))',
  'requests_total',
  'topk(5, avg_over_time(requests_total[5m]))',
] as const;
const SERIES = 2000;
const range = { startMs: START_MS + 300_000, endMs: START_MS + 3_900_000, stepMs: 15_000 };

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function engineOf(series: readonly BenchSeries[]): PromqlEngine {
  const source = createMemorySeries();
  for (const { name, labels, timesMs, values } of series) {
    timesMs.forEach((timeMs, at) => source.append({ __name__: name, ...labels }, timeMs, values[at] ?? 0));
  }
  return createPromqlEngine({ source });
}

async function timeOf(engine: PromqlEngine, query: string): Promise<number> {
  const startedMs = performance.now();
  await engine.range(query, range);
  return performance.now() - startedMs;
}

const rounds = Number(process.argv[2] ?? 7);
print(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, ${rounds} rounds\n`);
const series = benchSeries(SERIES);
const engine = engineOf(series);
const found = findPrometheus();
const server = found === undefined ? undefined : await startBenchServer(found, series);
print(
  `${SERIES} series; ${server === undefined ? 'no Prometheus was found' : `Prometheus ${server.version}`}\n`,
);
print('| query | sightline, ms | Prometheus evaluates, ms | ratio | Prometheus over HTTP, ms | rounds, ms |');
print('| --- | --- | --- | --- | --- | --- |');
for (const query of QUERIES) {
  const ours: number[] = [];
  const theirs: { evaluationMs: number; wholeMs: number }[] = [];
  for (let round = -2; round < rounds; round += 1) {
    const oursMs = await timeOf(engine, query);
    const theirsMs = await server?.range(query, range.startMs, range.endMs, range.stepMs);
    if (round < 0) continue;
    ours.push(oursMs);
    if (theirsMs !== undefined) theirs.push(theirsMs);
  }
  const evaluationMs = median(theirs.map((each) => each.evaluationMs));
  const wholeMs = median(theirs.map((each) => each.wholeMs));
  const figures = [
    median(ours).toFixed(1),
    evaluationMs.toFixed(1),
    (median(ours) / evaluationMs).toFixed(2),
    wholeMs.toFixed(1),
  ];
  print(`| \`${query}\` | ${figures.join(' | ')} | ${ours.map((ms) => ms.toFixed(0)).join(' ')} |`);
}
await server?.stop();
print('\nGrowth with the number of series\n');
print('| series | samples | `rate`, ms | a sample, ns | `histogram_quantile`, ms | a sample, ns |');
print('| --- | --- | --- | --- | --- | --- |');
const growth: readonly GrowthPoint[][] = [[], []];
for (const count of [250, 500, 1000, 2000, 4000, 8000]) {
  const grown = engineOf(benchSeries(count));
  const samples = count * 264;
  const figures: string[] = [];
  for (const [at, query] of QUERIES.slice(0, 2).entries()) {
    const times: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const ms = await timeOf(grown, query);
      if (round >= 0) times.push(ms);
    }
    growth[at]?.push({ samples, ms: median(times) });
    figures.push(median(times).toFixed(1), ((median(times) * 1e6) / samples).toFixed(0));
  }
  print(`| ${count} | ${samples} | ${figures.join(' | ')} |`);
}
writeFileSync(
  new URL('promql-growth.svg', import.meta.url),
  growthPlot([
    { name: 'rate', colour: '#1f77b4', points: growth[0] ?? [] },
    { name: 'histogram_quantile', colour: '#d62728', points: growth[1] ?? [] },
  ]),
);

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BenchSeries } from './promql-data.ts';

/** A Prometheus with the series of the benchmark in blocks on disk. */
export interface BenchServer {
  readonly version: string;
  /** Time of a range query: the server's own figure of the evaluation, and all of it over HTTP [ms]. */
  range(
    query: string,
    startMs: number,
    endMs: number,
    stepMs: number,
  ): Promise<{ evaluationMs: number; wholeMs: number }>;
  stop(): Promise<void>;
}

/** From `SIGHTLINE_PROMETHEUS`, else from the PATH; its `promtool` stands beside it or on the PATH. */
export function findPrometheus(): { readonly prometheus: string; readonly promtool: string } | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const find = (program: string, first: string | undefined): string | undefined =>
    [...(first === undefined ? [] : [first]), ...folders.map((folder) => join(folder, program))].find(
      (path) => existsSync(path),
    );
  const prometheus = find('prometheus', process.env['SIGHTLINE_PROMETHEUS']);
  if (prometheus === undefined) return undefined;
  const promtool = find(
    'promtool',
    process.env['SIGHTLINE_PROMTOOL'] ?? join(dirname(prometheus), 'promtool'),
  );
  return promtool === undefined ? undefined : { prometheus, promtool };
}

export async function startBenchServer(
  { prometheus, promtool }: { readonly prometheus: string; readonly promtool: string },
  series: readonly BenchSeries[],
): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-promql-bench-'));
  const page = join(folder, 'series.om');
  await writeOpenMetrics(page, series);
  execFileSync(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', page, join(folder, 'data')], {
    stdio: 'ignore',
  });
  writeFileSync(join(folder, 'prometheus.yml'), '{}');
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let url = '';
  for await (const line of createInterface(child.stderr)) {
    url = /Listening on"?.* address=(\S+:\d+)/.exec(line)?.[1] ?? url;
    if (url !== '' && line.includes('ready to receive web requests')) break;
  }
  child.stderr.resume();
  const get = async (
    path: string,
  ): Promise<{ data: { version: string; stats: { timings: Record<string, number> } } }> =>
    (await (await fetch(`http://${url}/api/v1/${path}`)).json()) as never;
  return {
    version: (await get('status/buildinfo')).data.version,
    async range(query, startMs, endMs, stepMs) {
      const parameters = new URLSearchParams({
        query,
        start: `${startMs / 1000}`,
        end: `${endMs / 1000}`,
        step: `${stepMs / 1000}`,
        stats: 'all',
      });
      const startedMs = performance.now();
      const { data } = await get(`query_range?${parameters}`);
      return {
        evaluationMs: (data.stats.timings['evalTotalTime'] ?? 0) * 1000,
        wholeMs: performance.now() - startedMs,
      };
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function writeOpenMetrics(path: string, series: readonly BenchSeries[]): Promise<void> {
  const file = createWriteStream(path);
  const names = new Set<string>();
  for (const { name, type, labels, timesMs, values } of series) {
    if (!names.has(name)) file.write(`# TYPE ${name.replace(/_(total|bucket)$/, '')} ${type}\n`);
    names.add(name);
    const text = Object.entries(labels)
      .map(([label, value]) => `${label}="${value}"`)
      .join(',');
    let lines = '';
    timesMs.forEach((timeMs, at) => {
      lines += `${name}{${text}} ${values[at]} ${timeMs / 1000}\n`;
    });
    // oxlint-disable-next-line no-await-in-loop -- no more in memory than the disk takes
    if (!file.write(lines)) await once(file, 'drain');
  }
  file.end('# EOF\n');
  await once(file, 'finish');
}

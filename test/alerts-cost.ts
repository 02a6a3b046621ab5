/**
 * What does a rule cost Prometheus on 10,000 series, in both releases?
 *
 * `node --conditions=@sightline/source test/alerts-cost.ts`
 *
 * One service whose requests make 10,000 series is scraped every second and every rule is evaluated as often, for half a
 * minute; the time of the last evaluation of each rule is asked for every second. Prints the fastest quarter, the median and
 * the longest of the slowest rules, and how that compares with a rule that does nothing but read every bucket once, the
 * least that a rule over buckets can do. Fails when the fastest quarter of a rule is over 50 ms and that is not because the
 * machine is busy: more than twice that reading.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestBoundaries } from '@sightline/conventions';
import { alertRules, defineSlo, ruleFile, sloRules } from '@sightline/alerts';
import { debianProgram } from './servers/debian.ts';
import { startPrometheus } from './servers/prometheus.ts';

const SERIES = 10_000;
const SECONDS = 30;
const MOST_MS = 50;
const MOST_TIMES = 2;
const REFERENCE = 'reference:buckets:rate5m';
const SHOWN = 8;

const le = [...requestBoundaries.map(String), '+Inf'];
const labelSets = Math.round(SERIES / (le.length + 2));
let scrapes = 0;

/** Routes, each with two codes; everything counts up with each scrape. */
function page(): string {
  scrapes += 1;
  const lines = ['sightline_build_info{version="0.1.0",service_version="1"} 1'];
  for (let index = 0; index < labelSets; index += 1) {
    const labels = `http_request_method="GET",http_route="/route/${index >> 1}",http_response_status_code="${index % 2 === 0 ? 200 : 500}"`;
    // One in a hundred fails, and everything is fast, as on most days: alerts that fire cost their annotations.
    const requests = scrapes * (index % 2 === 0 ? 99 : 1);
    for (const bound of le) {
      lines.push(`http_server_request_duration_seconds_bucket{${labels},le="${bound}"} ${requests}`);
    }
    lines.push(`http_server_request_duration_seconds_count{${labels}} ${requests}`);
    lines.push(`http_server_request_duration_seconds_sum{${labels}} ${requests / 1000}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The value below which a share of them is. */
function quantile(values: readonly number[], ratio: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * ratio)] ?? Number.NaN;
}

for (const release of ['own', 'sid'] as const) {
  // oxlint-disable-next-line no-await-in-loop -- one release after the other
  const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release });
  // oxlint-disable-next-line no-await-in-loop -- one release after the other
  if ('path' in found) await measure(found.path);
  else process.stdout.write(`${found.missing}\n`);
}

async function measure(path: string): Promise<void> {
  scrapes = 0;
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(page()),
  ).listen(0, '127.0.0.1');
  const folder = await mkdtemp(join(tmpdir(), 'sightline-cost-'));
  const options = { evaluationIntervalSeconds: 1 };
  const slos = [defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } })];
  const reference = { record: REFERENCE, expr: 'sum(rate(http_server_request_duration_seconds_bucket[5m]))' };
  const groups = [
    ...Object.values(alertRules(options)),
    ...sloRules(slos, options),
    { name: 'reference', interval: '1s', rules: [reference] },
  ];
  await writeFile(join(folder, 'rules.yml'), ruleFile('Every second.', groups));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const prometheus = await startPrometheus({
    path,
    jobs: { big: `127.0.0.1:${(server.address() as AddressInfo).port}` },
    alerts: { rules: [join(folder, 'rules.yml')], alertmanager: '127.0.0.1:9' },
  });
  const times = new Map<string, number[]>();
  for (let second = 0; second < SECONDS; second += 1) {
    // oxlint-disable-next-line no-await-in-loop -- once a second
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // oxlint-disable-next-line no-await-in-loop -- once a second
    const response = await fetch(`${prometheus.url}/api/v1/rules`);
    // oxlint-disable-next-line no-await-in-loop -- once a second
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; query: string; evaluationTime: number }[] }[] };
    };
    for (const { name, query, evaluationTime } of data.groups.flatMap(({ rules }) => rules)) {
      // The first seconds have nothing to read.
      if (second < SECONDS / 3) continue;
      const key = `${name} ${query.length}`;
      times.set(key, [...(times.get(key) ?? []), evaluationTime * 1000]);
    }
  }
  const [series] = await prometheus.query('count({job="big",__name__=~"http_server.*"})');
  await prometheus.stop();
  server.close();
  await rm(folder, { recursive: true, force: true });
  const slowest = Array.from(times, ([name, values]) => ({
    name: name.split(' ')[0] ?? '',
    quarterMs: quantile(values, 0.25),
    medianMs: quantile(values, 0.5),
    longestMs: Math.max(...values),
  })).toSorted((a, b) => b.quarterMs - a.quarterMs);
  process.stdout.write(`${series?.value[1]} series, ${times.size} rules, Prometheus ${prometheus.version}\n`);
  const leastMs = slowest.find(({ name }) => name === REFERENCE)?.quarterMs ?? Number.NaN;
  for (const { name, quarterMs, medianMs, longestMs } of slowest.slice(0, SHOWN)) {
    process.stdout.write(
      `${quarterMs.toFixed(1)} ms, ${(quarterMs / leastMs).toFixed(1)} times the reading,` +
        ` median ${medianMs.toFixed(1)}, at the most ${longestMs.toFixed(1)}: ${name}\n`,
    );
  }
  const isOver = slowest.some(({ quarterMs }) => quarterMs > MOST_MS && !(quarterMs < MOST_TIMES * leastMs));
  if (isOver) process.exitCode = 1;
}

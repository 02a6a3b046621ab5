/**
 * What does a rule cost Prometheus on 10,000 series, in both releases?
 *
 * `node --conditions=@sightline/source test/alerts-cost.ts`
 *
 * One service whose requests make 10,000 series is scraped once a second, and every range is a fifteenth of what it is, so
 * that as many samples are in it as of a scrape each 15 s. What every rule reads is asked for a few times, and the dearest
 * rules are evaluated by themselves, twice a second, as rules: what they write is part of it. A cost is processor time, of all threads of Prometheus: so it is the same on a busy machine, and on several cores more
 * than the time that passes. Stands beside a rule that does nothing but read every bucket once, the least that a rule over
 * buckets can do. Fails when a rule is over 50 ms; `SIGHTLINE_FIGURES=true` keeps the table for the README.
 */
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestBoundaries } from '@sightline/conventions';
import { type RuleGroup, alertRules, defineSlo, ruleFile, sloRules } from '@sightline/alerts';
import { COST_FIGURES, type CostFigures, MOST_MS } from './alerts/cost-figures.ts';
import { renewGenerated } from './renew-generated.ts';
import { debianProgram } from './servers/debian.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const SERIES = 10_000;
/** Seconds between two scrapes that are as good as this. */
const SCRAPE_SECONDS = 15;
const timeScaleRatio = 1 / SCRAPE_SECONDS;
/** How often the service is scraped before anything is measured: so many are in five minutes, and some more. */
const SCRAPES = 21;
/** How often each query is asked. */
const ASKS = 2;
/** How many of the dearest are evaluated by themselves, and for how long, in scrapes. */
const DEAREST = 4;
const LOOK_MS = 100;
const MEASURED_SCRAPES = 8;
const REFERENCE = 'reference:buckets:rate5m';

type Rule = RuleGroup['rules'][number];

const le = [...requestBoundaries.map(String), '+Inf'];
const labelSets = Math.round(SERIES / (le.length + 2));
let scrapes = 0;
const figures: CostFigures[] = [];

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

/** Processor time that every thread of a process has had [ms]. */
function processorMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The rules whose series a rule reads, at first hand and later, in their order. */
function needsOf(rule: Rule, all: readonly Rule[]): readonly Rule[] {
  const needs = new Set<Rule>();
  const reading = [rule];
  for (const { expr } of reading) {
    for (const other of all) {
      if (!('record' in other) || needs.has(other) || !expr.includes(other.record)) continue;
      needs.add(other);
      reading.push(other);
    }
  }
  return all.filter((each) => needs.has(each) && each !== rule);
}

function nameOf(rule: Rule): string {
  return 'alert' in rule ? rule.alert : rule.record;
}

async function untilScraped(count: number): Promise<void> {
  const upTo = scrapes + count;
  const isDone = (): boolean => scrapes >= upTo;
  // oxlint-disable-next-line no-await-in-loop -- one look after the other
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}

/** How often the rules of a group have been evaluated. */
async function evaluationsOf({ url }: Prometheus, group: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text
    .split('\n')
    .find((each) => each.startsWith('prometheus_rule_evaluations_total{') && each.includes(`;${group}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

/** The first value of an instant query, however long a busy machine takes. */
async function askPatiently({ url }: Prometheus, promql: string, atSeconds: number): Promise<number> {
  const parameters = `query=${encodeURIComponent(promql)}&time=${atSeconds}`;
  const response = await fetch(`${url}/api/v1/query?${parameters}`);
  const { data, error } = (await response.json()) as {
    data?: { result: { value: [number, string] }[] };
    error?: string;
  };
  if (data === undefined) throw new Error(`${promql}: ${error}`);
  return Number(data.result[0]?.value[1] ?? 0);
}

/** Processor time of one query [ms], as of a moment since 1970 [s]. */
async function costOfQuery(prometheus: Prometheus, expr: string, atSeconds: number): Promise<number> {
  const fromMs = processorMs(prometheus.pid);
  for (let ask = 0; ask < ASKS; ask += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await askPatiently(prometheus, `count(${expr})`, atSeconds);
  }
  return (processorMs(prometheus.pid) - fromMs) / ASKS;
}

for (const release of ['own', 'sid'] as const) {
  // oxlint-disable-next-line no-await-in-loop -- one release after the other
  const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release });
  // oxlint-disable-next-line no-await-in-loop -- one release after the other
  if ('path' in found) figures.push(await measure(found.path));
  else process.stdout.write(`${found.missing}\n`);
}
if (process.env['SIGHTLINE_FIGURES'] === 'true') {
  writeFileSync(COST_FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
  renewGenerated();
}
const isOver = figures.some(
  ({ dearest, others }) => others.mostMs > MOST_MS || dearest.some(({ ms }) => ms > MOST_MS),
);
if (isOver) process.exitCode = 1;

async function measure(path: string): Promise<CostFigures> {
  scrapes = 0;
  let isServing = true;
  let alone = 0;
  const server = createServer((_request, response) =>
    isServing
      ? response.setHeader('content-type', 'text/plain; version=0.0.4').end(page())
      : response.writeHead(503).end(),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'sightline-cost-'));
  const rulesFile = join(folder, 'rules.yml');
  const write = (content: readonly RuleGroup[]): Promise<void> =>
    writeFile(rulesFile, ruleFile('Twice a second.', content));
  await write([]);
  const prometheus = await startPrometheus({
    path,
    jobs: { big: `127.0.0.1:${(server.address() as AddressInfo).port}` },
    alerts: { rules: [rulesFile], alertmanager: '127.0.0.1:9' },
  });
  try {
    await untilScraped(3);
    const series = await askPatiently(
      prometheus,
      'count({job="big",__name__=~"http_server.*"})',
      Date.now() / 1000,
    );

    /** Evaluates rules for a while: processor time, evaluations and scrapes of that while. */
    const evaluating = async (
      rules: readonly Rule[],
    ): Promise<{ ms: number; evaluations: number; scraped: number }> => {
      // A name that was not there before begins to count at 0.
      const name = `alone-${(alone += 1)}`;
      await write(rules.length === 0 ? [] : [{ name, interval: '500ms', rules }]);
      process.kill(prometheus.pid, 'SIGHUP');
      // The first evaluations make the series that are written.
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      while (rules.length > 0 && (await evaluationsOf(prometheus, name)) < 2) await untilScraped(1);
      await untilScraped(1);
      const from = {
        ms: processorMs(prometheus.pid),
        evaluations: await evaluationsOf(prometheus, name),
        scrapes,
      };
      await untilScraped(MEASURED_SCRAPES);
      const ms = processorMs(prometheus.pid) - from.ms;
      const evaluations = (await evaluationsOf(prometheus, name)) - from.evaluations;
      return { ms, evaluations, scraped: scrapes - from.scrapes };
    };
    const none = await evaluating([]);
    const perScrapeMs = none.ms / none.scraped;
    const costOfAll = async (some: readonly Rule[]): Promise<number> => {
      const { ms, evaluations, scraped } = await evaluating(some);
      return (ms - perScrapeMs * scraped) / (evaluations / some.length);
    };
    const costOf = async (rule: Rule, needs: readonly Rule[]): Promise<number> => {
      const all = await costOfAll([...needs, rule]);
      return tenths(needs.length === 0 ? all : all - (await costOfAll(needs)));
    };

    const options = { evaluationIntervalSeconds: 5 * SCRAPE_SECONDS, timeScaleRatio };
    const slos = [defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } })];
    const groups = [...Object.values(alertRules(options)), ...sloRules(slos, options)];
    const rules = groups.flatMap((group) => group.rules);
    // What rules read of each other is there as well.
    await write(groups);
    process.kill(prometheus.pid, 'SIGHUP');
    await untilScraped(SCRAPES);
    const atSeconds = Date.now() / 1000 - 1;
    await write([]);
    process.kill(prometheus.pid, 'SIGHUP');
    // No rule is evaluated any more once another scrape has been made.
    await untilScraped(2);
    isServing = false;
    const asked: { rule: Rule; ms: number }[] = [];
    for (const rule of rules) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      asked.push({ rule, ms: await costOfQuery(prometheus, rule.expr, atSeconds) });
    }
    isServing = true;
    await untilScraped(SCRAPES);

    const reference = {
      record: REFERENCE,
      expr: `sum(rate(http_server_request_duration_seconds_bucket[${300 / SCRAPE_SECONDS}s]))`,
    };
    const referenceMs = await costOf(reference, []);
    const sorted = asked.toSorted((left, right) => right.ms - left.ms);
    const dearest: { rule: string; ms: number }[] = [];
    for (const { rule } of sorted.slice(0, DEAREST)) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const ms = await costOf(rule, needsOf(rule, rules));
      dearest.push({ rule: nameOf(rule), ms });
    }
    const left = sorted.slice(DEAREST);
    const measured: CostFigures = {
      prometheus: prometheus.version,
      series,
      referenceMs,
      dearest: dearest.toSorted((a, b) => b.ms - a.ms),
      others: { count: left.length, mostMs: tenths(left[0]?.ms ?? 0) },
    };
    process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
    return measured;
  } finally {
    await prometheus.stop();
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

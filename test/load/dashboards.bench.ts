/**
 * What does it cost Prometheus when one dashboard of one service is opened?
 *
 * `node test/load/dashboards.bench.ts [file.json …]`
 *
 * The shop runs under load with an incident; then every query of every dashboard is sent as Grafana sends it, for one
 * service, and Prometheus says what it read. Files are dashboards of others in Grafana's schema v1, to compare with: they
 * are about what prom-client exposes by default, so a process that exposes just that is scraped beside the shop, for them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertFiles } from '@sightline/alerts';
import { dashboards } from '@sightline/dashboards';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { openObservedShop } from '../../examples/shop/src/observed-shop.ts';
import { startLoadProcess } from '../../examples/shop/src/processes.ts';
import { selectorsOf } from '../../packages/dashboards/src/grammar.fixture.ts';
import { table } from '../markdown.ts';
import { debianProgram } from '../servers/debian.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import {
  DASHBOARD_RESULTS,
  type DashboardCost,
  type DashboardCosts,
  dashboardColumns,
  dashboardRows,
} from './dashboard-table.ts';
import { machine, print } from './figures.ts';

const RANGE_SECONDS = 60;
const STEP_SECONDS = 1;
const LOAD_MS = 25_000;
const TIME_SCALE = 0.02;
const SERVICE = 'storefront';

interface Asked {
  readonly expr: string;
  readonly instant: boolean;
}
interface Opened {
  readonly title: string;
  readonly panels: number;
  readonly asked: readonly Asked[];
  readonly heldBack: number;
  readonly otherQueries: number;
  /** The instance that is chosen, as a regular expression. */
  readonly instance: string;
}

const ours = Object.values(dashboards()).map(({ title, rows }): Opened => {
  const open = rows.filter(({ closed }) => closed !== true).flatMap(({ panels }) => panels);
  const closed = rows.filter((row) => row.closed).flatMap(({ panels }) => panels);
  const queries = open.flatMap((panel) => panel.queries);
  return {
    title,
    panels: open.length,
    asked: queries.flatMap((query) =>
      query.language === 'promql' ? [{ expr: query.expr, instant: query.instant === true }] : [],
    ),
    heldBack: closed.flatMap((panel) => panel.queries).filter(({ language }) => language === 'promql').length,
    otherQueries: queries.filter(({ language }) => language !== 'promql').length,
    instance: '.+',
  };
});

/** A dashboard of somebody else. */
function readDashboard(file: string, instance: string): Opened {
  interface Panel {
    readonly targets?: readonly { readonly expr?: string; readonly instant?: boolean }[];
    readonly panels?: readonly Panel[];
  }
  const { title, gnetId, panels } = JSON.parse(readFileSync(file, 'utf8')) as {
    title: string;
    gnetId?: number;
    panels: readonly Panel[];
  };
  const all = [...panels, ...panels.flatMap((panel) => panel.panels ?? [])];
  const asked = all.flatMap(({ targets = [] }) =>
    targets.flatMap(({ expr, instant }) => (expr ? [{ expr, instant: instant === true }] : [])),
  );
  const name = gnetId === undefined ? title : `${title} (${gnetId})`;
  return { title: name, panels: all.length, asked, heldBack: 0, otherQueries: 0, instance };
}

/** One service is chosen, and everything else of it. */
const values: Readonly<Record<string, string>> = {
  __rate_interval: '4s',
  __rate_interval_ms: '4000',
  __range: `${RANGE_SECONDS}s`,
  service: SERVICE,
  job: SERVICE,
};

function sent(expr: string, instance: string): string {
  return expr.replaceAll(/\$\{?(\w+)(?::\w+)?\}?/g, (_, name: string) =>
    name === 'instance' ? instance : (values[name] ?? '.*'),
  );
}

/** A process with what prom-client exposes by default. */
async function startExporter(): Promise<{ readonly address: string; close(): void }> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const server = createServer((_, response) => {
    register.metrics().then(
      (text) => response.writeHead(200, { 'content-type': register.contentType }).end(text),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, close: () => server.close() };
}

const found = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
if ('missing' in found) throw new Error(found.missing);
const folder = mkdtempSync(join(tmpdir(), 'sightline-rules-'));
const rules = alertFiles({ timeScaleRatio: TIME_SCALE })
  .filter(({ path }) => path.startsWith('prometheus/'))
  .map(({ path, content }) => {
    const file = join(folder, basename(path));
    writeFileSync(file, content);
    return file;
  });
const shop = await openObservedShop({ seed: 7, kept: { traces: 10, lines: 10 } });
const exporter = await startExporter();
const jobs = {
  ...Object.fromEntries(shop.services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
  'prom-client': exporter.address,
};
const prometheus = await startPrometheus({
  path: found.path,
  jobs,
  alerts: { rules, alertmanager: '127.0.0.1:9' },
});
shop.payments.send({ incident: { kind: 'failing', failedRatio: 0.3 } });
const load = startLoadProcess({ url: shop.storefront.url, connections: 16, thinkMs: 20, seed: 1 });
await sleep(LOAD_MS);

async function costOf(opened: Opened): Promise<DashboardCost> {
  const series = new Set<string>();
  let samples = 0;
  let bytes = 0;
  let answered = 0;
  for (const { expr, instant } of opened.asked) {
    const asked = sent(expr, opened.instance);
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none waits for another
    const text = await ask(instant ? 'query' : 'query_range', asked, instant);
    const { data } = JSON.parse(text) as {
      data: { result: readonly unknown[]; stats?: { samples?: { totalQueryableSamples?: number } } };
    };
    samples += data.stats?.samples?.totalQueryableSamples ?? 0;
    bytes += Buffer.byteLength(text);
    if (data.result.length > 0) answered++;
    for (const { name, matchers } of selectorsOf(asked)) {
      const matched = matchers.map(
        ([label, operator, value]) => `${label}${operator}${JSON.stringify(value)}`,
      );
      // oxlint-disable-next-line no-await-in-loop -- see above
      for (const each of await seriesOf(`${name}{${matched.join(',')}}`)) series.add(each);
    }
  }
  const { title, panels, asked, heldBack, otherQueries } = opened;
  return {
    title,
    panels,
    queries: asked.length,
    heldBack,
    otherQueries,
    series: series.size,
    samples,
    bytes,
    answered,
  };
}

const endSeconds = Math.floor(Date.now() / 1000);

async function ask(path: 'query' | 'query_range', query: string, instant: boolean): Promise<string> {
  const times = instant
    ? { time: `${endSeconds}` }
    : { start: `${endSeconds - RANGE_SECONDS}`, end: `${endSeconds}`, step: `${STEP_SECONDS}` };
  const body = new URLSearchParams({ query, stats: 'all', ...times });
  const response = await fetch(`${prometheus.url}/api/v1/${path}`, { method: 'POST', body });
  return response.text();
}

async function seriesOf(selector: string): Promise<readonly string[]> {
  const parameters = new URLSearchParams({ 'match[]': selector });
  const response = await fetch(`${prometheus.url}/api/v1/series?${parameters.toString()}`);
  const { data = [] } = (await response.json()) as { data?: readonly Readonly<Record<string, string>>[] };
  return data.map((labels) =>
    JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  );
}

const results: DashboardCost[] = [];
for (const opened of [
  ...ours,
  ...process.argv.slice(2).map((file) => readDashboard(file, exporter.address)),
]) {
  // oxlint-disable-next-line no-await-in-loop -- one dashboard after the other
  results.push(await costOf(opened));
}
load.stop();
await load.done;
exporter.close();
await Promise.all([prometheus.stop(), shop.close()]);
rmSync(folder, { recursive: true, force: true });

const costs: DashboardCosts = {
  machine: machine(),
  measuredAt: new Date().toISOString().slice(0, 10),
  rangeSeconds: RANGE_SECONDS,
  stepSeconds: STEP_SECONDS,
  results,
};
writeFileSync(DASHBOARD_RESULTS, `${JSON.stringify(costs, undefined, 2)}\n`);
print(table(dashboardColumns, dashboardRows(results)));
print(`\n${costs.machine}; one service of three, ${RANGE_SECONDS} s in steps of ${STEP_SECONDS} s.`);

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string | number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules?: readonly Rule[];
}

/** One alert over made-up series; each step of a series is a minute. */
export interface AlertTest {
  readonly alert: string;
  /** What it is about: it ends `fires` or `is silent`. */
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly atMinutes: number;
  /** The labels and the summary of the alert that fires; undefined when none does. */
  readonly fires?: { readonly labels: Readonly<Record<string, string>>; readonly summary: string };
}

const REQUESTS = 'http_server_request_duration_seconds_count';
const storefront = 'namespace="shop",job="storefront"';
const requests = (labels: string, status: number): string =>
  `${REQUESTS}{${labels},http_response_status_code="${status}"}`;
const bucket = (le: string): string =>
  `http_server_request_duration_seconds_bucket{${storefront},le="${le}"}`;
const up = (job: string): string => `up{job="${job}",pod="${job}-1"}`;

/** Every alert of the example, firing and silent. */
export const alertTests: readonly AlertTest[] = [
  {
    alert: 'ShopRequestsFail',
    name: '5 of 100 fail: fires',
    series: { [requests(storefront, 200)]: '0+95x20', [requests(storefront, 503)]: '0+5x20' },
    atMinutes: 12,
    fires: {
      labels: { namespace: 'shop', job: 'storefront', severity: 'critical' },
      summary: '5% of the requests to storefront fail.',
    },
  },
  {
    alert: 'ShopRequestsFail',
    name: '1 of 100 fails: is silent',
    series: { [requests(storefront, 200)]: '0+99x20', [requests(storefront, 503)]: '0+1x20' },
    atMinutes: 12,
  },
  {
    alert: 'ShopRequestsFail',
    name: 'all fail, one a minute: is silent',
    series: { [requests(storefront, 503)]: '0+1x20' },
    atMinutes: 12,
  },
  {
    alert: 'ShopRequestsAreSlow',
    name: 'between 1 and 2.5 seconds: fires',
    series: {
      [bucket('1')]: '0x30',
      [bucket('2.5')]: '0+60x30',
      [bucket('+Inf')]: '0+60x30',
      [requests(storefront, 200)]: '0+60x30',
    },
    atMinutes: 20,
    fires: {
      labels: { namespace: 'shop', job: 'storefront', severity: 'warning' },
      summary: 'One request in a hundred to storefront takes 2.485s or longer.',
    },
  },
  {
    alert: 'ShopRequestsAreSlow',
    name: 'below 1 second: is silent',
    series: {
      [bucket('1')]: '0+60x30',
      [bucket('+Inf')]: '0+60x30',
      [requests(storefront, 200)]: '0+60x30',
    },
    atMinutes: 20,
  },
  {
    alert: 'ShopPodNotReady',
    name: 'for six minutes: fires',
    series: { 'health_probe_status{namespace="shop",job="orders",pod="orders-1",probe="readyz"}': '0x10' },
    atMinutes: 6,
    fires: {
      labels: { namespace: 'shop', job: 'orders', pod: 'orders-1', severity: 'warning' },
      summary: 'orders-1 of orders has not been ready for five minutes.',
    },
  },
  {
    alert: 'ShopPodNotReady',
    name: 'a start of two minutes, and liveness alone: is silent',
    series: {
      'health_probe_status{namespace="shop",job="orders",pod="orders-1",probe="readyz"}': '0x2 1x10',
      'health_probe_status{namespace="shop",job="orders",pod="orders-2",probe="livez"}': '0x10',
    },
    atMinutes: 8,
  },
  {
    alert: 'ShopTelemetryIsLost',
    name: 'spans find no room: fires',
    series: {
      'sightline_export_dropped_items_total{namespace="shop",job="orders",signal="traces",reason="full"}':
        '0+10x20',
    },
    atMinutes: 15,
    fires: {
      labels: { namespace: 'shop', job: 'orders', signal: 'traces', severity: 'warning' },
      summary: 'orders gives up traces: the collector does not take them.',
    },
  },
  {
    alert: 'ShopTelemetryIsLost',
    name: 'traces that were not to be kept: is silent',
    series: {
      'sightline_export_dropped_items_total{namespace="shop",job="orders",signal="traces",reason="not_held"}':
        '0+10x20',
    },
    atMinutes: 15,
  },
  {
    alert: 'ShopIsNotSeen',
    name: 'no pod of a service answers: fires',
    series: { [up('orders')]: '1x10', [up('payments')]: '1x10', [up('storefront')]: '0x10' },
    atMinutes: 6,
    fires: {
      labels: { job: 'storefront', severity: 'critical' },
      summary: 'No pod of storefront is scraped.',
    },
  },
  {
    alert: 'ShopIsNotSeen',
    name: 'a service has no pod: fires',
    series: { [up('orders')]: '1x10', [up('storefront')]: '1x10' },
    atMinutes: 6,
    fires: {
      labels: { job: 'payments', severity: 'critical' },
      summary: 'No pod of payments is scraped.',
    },
  },
  {
    alert: 'ShopIsNotSeen',
    name: 'one pod of each: is silent',
    series: { [up('orders')]: '1x10', [up('payments')]: '1x10', [up('storefront')]: '1x10' },
    atMinutes: 6,
  },
  {
    alert: 'ShopCanaryIsWorse',
    name: '10 of 100 fail, of the others none: fires',
    series: {
      [requests(`${storefront},track="canary"`, 200)]: '0+90x20',
      [requests(`${storefront},track="canary"`, 502)]: '0+10x20',
      [requests(`${storefront},track="stable"`, 200)]: '0+300x20',
    },
    atMinutes: 10,
    fires: {
      labels: { namespace: 'shop', job: 'storefront', severity: 'critical' },
      summary: '10% of the requests to the canary of storefront fail, twice as many as elsewhere.',
    },
  },
  {
    alert: 'ShopCanaryIsWorse',
    name: '10 of 100 fail, of the others as many: is silent',
    series: {
      [requests(`${storefront},track="canary"`, 200)]: '0+90x20',
      [requests(`${storefront},track="canary"`, 502)]: '0+10x20',
      [requests(`${storefront},track="stable"`, 200)]: '0+270x20',
      [requests(`${storefront},track="stable"`, 502)]: '0+30x20',
    },
    atMinutes: 10,
  },
];

/** What promtool says against the rules; empty when they are right. */
export async function checkRules(promtool: string, groups: readonly RuleGroup[]): Promise<string> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups }));
    return complaint(promtool, ['check', 'rules', join(folder, 'rules.yml')]);
  });
}

/** What promtool says against the outcome of one alert; empty when it is as expected. */
export async function testAlert(
  promtool: string,
  groups: readonly RuleGroup[],
  { alert, series, atMinutes, fires }: AlertTest,
): Promise<string> {
  // The other alerts, such as that nothing is seen, have tests of their own.
  const tested = groups.map((group) => ({
    ...group,
    rules: group.rules?.filter((rule) => rule.alert === alert) ?? [],
  }));
  const test = {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        eval_time: `${atMinutes}m`,
        alertname: alert,
        exp_alerts: fires === undefined ? [] : [expectedAlert(alert, fires)],
      },
    ],
  };
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: tested }));
    await writeFile(
      join(folder, 'test.yml'),
      JSON.stringify({ rule_files: ['rules.yml'], evaluation_interval: '1m', tests: [test] }),
    );
    return complaint(promtool, ['test', 'rules', join(folder, 'test.yml')]);
  });
}

function expectedAlert(alert: string, { labels, summary }: NonNullable<AlertTest['fires']>): object {
  return {
    exp_labels: labels,
    exp_annotations: { summary, runbook: `README.md#${alert.toLowerCase()}` },
  };
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-rules-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function complaint(promtool: string, args: readonly string[]): Promise<string> {
  try {
    await run(promtool, args);
    return '';
  } catch (error) {
    const { stdout = '', stderr = '' } = Object(error) as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}` || String(error);
  }
}

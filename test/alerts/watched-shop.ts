import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type RuleGroup,
  alertRules,
  alertmanagerConfig,
  defineSlo,
  ruleFile,
  sloRules,
} from '@sightline/alerts';
import type { Incident } from '../../examples/shop/src/incidents.ts';
import { type Shop, startLoadProcess, startShop } from '../../examples/shop/src/processes.ts';
import { type Notification, startAlertmanager, startNotificationSink } from '../servers/alertmanager.ts';
import { freePort, startSink } from '../servers/ports.ts';
import { type Prometheus, startPrometheus } from '../servers/prometheus.ts';
import { type ServiceProcess, startServiceProcess } from '../servers/service-process.ts';
import { alertsFolder } from './rule-files.ts';
import type { WorkerOrder } from './service.ts';

/** Prometheus forgets a series that is scraped no more after five minutes, and likewise at the scale of the rules [s]. */
const LOOKBACK_SECONDS = 300;
/** What a visitor who thinks stays below, and one who hammers does not. */
const DOOR = { RATE_LIMIT_MINUTE_MS: '1000', RATE_LIMIT_PER_MINUTE: '30' };
/** How often the worker is asked for something [ms]. */
const ASK_EVERY_MS = 200;
const VISITORS = 32;
const THINK_MS = 200;
const SEED = 5;
/** How often readiness is asked for, as a kubelet would [ms]. */
const PROBE_EVERY_MS = 1000;
const POLL_MS = 100;
/** Longest wait until a scrape has seen the worker that was started again [ms]. */
const SCRAPED_MS = 10_000;
/** A small heap, so that it is soon full. */
const WORKER_HEAP_MEBIBYTES = 256;

const run = promisify(execFile);

/** The shop under load, with Prometheus, Alertmanager and somebody who is told. */
export interface WatchedShop {
  readonly shop: Shop;
  readonly prometheusVersion: string;
  readonly prometheusUrl: string;
  readonly alertmanagerVersion: string;
  readonly notifications: readonly Notification[];
  /** An instant query of Prometheus. */
  readonly query: Prometheus['query'];
  /** Ends a service as a crash would, without a word. */
  kill(service: 'storefront' | 'orders' | 'payments'): Promise<void>;
  /** Orders something of the worker, a service beside the shop. */
  order(order: WorkerOrder): Promise<unknown>;
  /** Lets the worker crash, and starts it again at its old address. */
  crash(): Promise<void>;
  /** Starts the next version of the worker beside the old one, and takes the old one away once the new one is scraped. */
  deploy(): Promise<void>;
  /** Lets everybody suffer an incident: the services, and the visitors. */
  suffer(incident: Incident): void;
  /** Visitors besides the usual ones, until the next call. */
  crowd(visitors: number): void;
  /**
   * Begins to watch what the machine gives to these processes.
   *
   * @returns whether they have since waited for a processor longer than they had one, all together: then what is late is
   *   late because of the machine. False where the kernel does not tell
   */
  watchProcessors(): Promise<() => Promise<boolean>>;
  /** What Alertmanager knows to be firing, held back or not: `ErrorRatioHigh orders`; without the Watchdog. */
  firing(): Promise<readonly string[]>;
  /** Resolves when it holds, and throws with what is firing when it does not in time. */
  until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param options.prometheus the program, as `alertmanager`
 * @param options.timeScaleRatio of the rules. At 0.02, five minutes are six seconds: a scrape a second is then as often as
 *   one in 50 s. At 1 they are the files that are shipped
 * @param options.visitors the usual ones
 */
export async function openWatchedShop(options: {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly timeScaleRatio: number;
  readonly visitors?: number;
}): Promise<WatchedShop> {
  const { timeScaleRatio } = options;
  const ends: (() => unknown)[] = [];
  async function close(): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- the last that was opened first
    for (const end of ends.splice(0).toReversed()) await end();
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-watched-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const sink = await startNotificationSink();
    ends.push(sink.close);
    const receiver = await startSink();
    ends.push(receiver.close);
    const alertmanager = await startAlertmanager({
      path: options.alertmanager,
      templates: join(alertsFolder, 'templates'),
      config: alertmanagerConfig({
        receivers: { webhook: { url: { value: sink.url } } },
        groupWaitSeconds: 1,
        groupIntervalSeconds: 2,
      }),
    });
    ends.push(alertmanager.stop);
    const shop = await startShop({
      otlpUrl: receiver.url,
      serviceToken: 'watched-'.repeat(4),
      onOutput: () => {},
      env: DOOR,
    });
    ends.push(shop.stop);
    let adminPort = await freePort();
    let version = 1;
    let worker = await startWorker(adminPort, version, receiver.url);
    ends.push(() => worker.stop());
    const targets = join(folder, 'workers.json');
    const scrape = (...ports: readonly number[]): Promise<void> =>
      writeFile(targets, JSON.stringify([{ targets: ports.map((port) => `127.0.0.1:${port}`) }]));
    await scrape(adminPort);
    const services = [shop.storefront, shop.orders, shop.payments];
    const rules =
      timeScaleRatio === 1
        ? join(alertsFolder, 'prometheus/*.yml')
        : await scaledRules(join(folder, 'rules.yml'), timeScaleRatio);
    const prometheus = await startPrometheus({
      path: options.prometheus,
      jobs: Object.fromEntries(services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
      scrapeConfigs: [{ job_name: 'worker', file_sd_configs: [{ files: [targets] }] }],
      alerts: { rules: [rules], alertmanager: alertmanager.address },
      flags: [`--query.lookback-delta=${LOOKBACK_SECONDS * timeScaleRatio}s`],
    });
    ends.push(prometheus.stop);
    const load = startLoadProcess({
      url: shop.storefront.url,
      connections: options.visitors ?? VISITORS,
      thinkMs: THINK_MS,
      seed: SEED,
    });
    ends.push(async () => {
      load.stop();
      await load.done;
    });
    let more: ReturnType<typeof startLoadProcess> | undefined;
    ends.push(async () => {
      more?.stop();
      await more?.done;
    });
    const asks = setInterval(() => {
      fetch(`http://127.0.0.1:${worker.port}/`)
        .then((response) => response.text())
        .catch(() => {});
    }, ASK_EVERY_MS);
    ends.push(() => clearInterval(asks));
    const probes = setInterval(() => {
      for (const service of [...services, worker]) service.page('/readyz').catch(() => {});
    }, PROBE_EVERY_MS);
    ends.push(() => clearInterval(probes));

    /** When the worker was started, as Prometheus knows it. */
    async function startedAt(): Promise<string | undefined> {
      const [start] = await prometheus.query('process_start_time_seconds{job="worker"}');
      return start?.value[1];
    }

    /** A start that no scrape has seen is none to Prometheus. */
    async function untilScraped(isSeen: () => Promise<boolean>): Promise<void> {
      const deadlineMs = performance.now() + SCRAPED_MS;
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      while (!(await isSeen()) && performance.now() < deadlineMs) await pause();
    }

    const firing = (): Promise<readonly string[]> => firingIn(alertmanager.url);
    return {
      shop,
      prometheusVersion: prometheus.version,
      prometheusUrl: prometheus.url,
      alertmanagerVersion: await versionOf(alertmanager.url),
      query: prometheus.query,
      notifications: sink.notifications,
      firing,
      kill: async (service) => void process.kill(await pidOf(`${service}/main.ts`), 'SIGKILL'),
      order: (order) => worker.ask(order),
      async crash() {
        const before = await startedAt();
        await worker.stop();
        worker = await startWorker(adminPort, version, receiver.url);
        await untilScraped(async () => (await startedAt()) !== before);
      },
      async deploy() {
        const old = { worker, adminPort };
        version += 1;
        adminPort = await freePort();
        const next = await startWorker(adminPort, version, receiver.url);
        await scrape(old.adminPort, adminPort);
        const up = `up{job="worker", instance="127.0.0.1:${adminPort}"} == 1`;
        await untilScraped(async () => (await prometheus.query(up)).length > 0);
        worker = next;
        await scrape(adminPort);
        const gone = `up{job="worker", instance="127.0.0.1:${old.adminPort}"}`;
        await untilScraped(async () => (await prometheus.query(gone)).length === 0);
        await old.worker.stop();
      },
      suffer(incident) {
        for (const each of [...services, load]) each.send({ incident });
      },
      crowd(visitors) {
        more?.stop();
        more?.done.catch(() => {});
        more =
          visitors === 0
            ? undefined
            : startLoadProcess({
                url: shop.storefront.url,
                connections: visitors,
                thinkMs: THINK_MS,
                seed: SEED + visitors,
              });
      },
      async watchProcessors() {
        const before = await processorTimes();
        return async () => {
          const after = await processorTimes();
          return after.waitedNs - before.waitedNs > after.ranNs - before.ranNs;
        };
      },
      async until(what, holds, timeoutMs) {
        const deadlineMs = performance.now() + timeoutMs;
        // oxlint-disable-next-line no-await-in-loop -- one look after the other
        while (!(await holds())) {
          if (performance.now() > deadlineMs) {
            // oxlint-disable-next-line no-await-in-loop -- the end
            throw new Error(`not ${what}; firing: ${(await firing()).join(', ')}`);
          }
          // oxlint-disable-next-line no-await-in-loop -- one look after the other
          await pause();
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How long the children of this process have run, and how long they were ready to and had to wait. */
async function processorTimes(): Promise<{ readonly ranNs: number; readonly waitedNs: number }> {
  const { stdout } = await run('ps', ['--ppid', `${process.pid}`, '-o', 'pid=']);
  const times = { ranNs: 0, waitedNs: 0 };
  for (const pid of stdout.split('\n').map((line) => line.trim())) {
    if (pid === '') continue;
    // No Linux, or it is gone meanwhile.
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    const text = await readFile(`/proc/${pid}/schedstat`, 'utf8').catch(() => '0 0 0');
    const [ran = 0, waited = 0] = text.split(' ').map(Number);
    times.ranNs += ran;
    times.waitedNs += waited;
  }
  return times;
}

async function scaledRules(path: string, timeScaleRatio: number): Promise<string> {
  await writeFile(path, ruleFile('Rules at a scale.', rulesAt(timeScaleRatio)));
  return path;
}

async function versionOf(alertmanagerUrl: string): Promise<string> {
  const response = await fetch(`${alertmanagerUrl}/api/v2/status`);
  return ((await response.json()) as { versionInfo: { version: string } }).versionInfo.version;
}

/**
 * What is shipped, and an SLO. Beyond six hours its alerts and its budget last too long at any scale: they stay with the
 * tests of promtool and the simulation.
 */
function rulesAt(timeScaleRatio: number): readonly RuleGroup[] {
  const slo = defineSlo({ name: 'availability', objective: 0.999, sli: { kind: 'availability' } });
  return [
    ...Object.values(alertRules({ timeScaleRatio })),
    ...sloRules([slo], { timeScaleRatio }).map(({ name, interval, rules }) => ({
      name,
      interval,
      rules: rules.filter((rule) => !isOfDays(rule)),
    })),
  ];
}

function isOfDays(rule: RuleGroup['rules'][number]): boolean {
  if (!('alert' in rule)) return false;
  return rule.alert === 'ErrorBudgetSpent' || ['1d', '3d'].includes(rule.labels['window'] ?? '');
}

function startWorker(adminPort: number, version: number, otlpUrl: string): Promise<ServiceProcess> {
  return startServiceProcess({
    program: new URL('service.ts', import.meta.url),
    env: {
      OTEL_SERVICE_NAME: 'worker',
      OTEL_RESOURCE_ATTRIBUTES: `service.version=${version}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
      OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort),
      NODE_OPTIONS: `--max-old-space-size=${WORKER_HEAP_MEBIBYTES}`,
      WORKER_HEAP_MEBIBYTES: String(WORKER_HEAP_MEBIBYTES),
    },
    onOutput: () => {},
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Alertmanager tells no end of an alert that ends while it is held back, so notifications alone do not say this. */
async function firingIn(alertmanagerUrl: string): Promise<readonly string[]> {
  const response = await fetch(`${alertmanagerUrl}/api/v2/alerts`, { signal: AbortSignal.timeout(5000) });
  const alerts = (await response.json()) as { labels: Readonly<Record<string, string>> }[];
  return alerts
    .filter(({ labels }) => labels['alertname'] !== 'Watchdog')
    .map(({ labels }) => `${labels['alertname']} ${labels['service'] ?? ''}`)
    .toSorted();
}

/** The child of this process that runs a program. */
async function pidOf(program: string): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
  const line = stdout
    .split('\n')
    .map((each) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(each))
    .find((match) => match !== null && Number(match[2]) === process.pid && match[3]?.includes(program));
  if (line?.[1] === undefined) throw new Error(`no child runs ${program}`);
  return Number(line[1]);
}

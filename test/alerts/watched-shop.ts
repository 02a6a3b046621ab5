import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alertRules, alertmanagerConfig, ruleFile } from '@sightline/alerts';
import { type Shop, startLoadProcess, startShop } from '../../examples/shop/src/processes.ts';
import { type Notification, startAlertmanager, startNotificationSink } from '../servers/alertmanager.ts';
import { freePort, startSink } from '../servers/ports.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { type ServiceProcess, startServiceProcess } from '../servers/service-process.ts';
import { alertsFolder } from './rule-files.ts';
import type { WorkerOrder } from './service.ts';

/** Five minutes are six seconds: a scrape a second is then as often as one in 50 s. */
const TIME_SCALE_RATIO = 0.02;
/** Prometheus forgets a series that is scraped no more after five minutes, here likewise [s]. */
const LOOKBACK = '--query.lookback-delta=6s';
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
  readonly notifications: readonly Notification[];
  /** Ends a service as a crash would, without a word. */
  kill(service: 'storefront' | 'orders' | 'payments'): Promise<void>;
  /** Orders something of the worker, a service beside the shop. */
  order(order: WorkerOrder): Promise<unknown>;
  /** Lets the worker crash, and starts it again at its old address. */
  crash(): Promise<void>;
  /** What Alertmanager knows to be firing, held back or not: `ErrorRatioHigh orders`; without the Watchdog. */
  firing(): Promise<readonly string[]>;
  /** Resolves when it holds, and throws with what is firing when it does not in time. */
  until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** @param programs the programs of one release */
export async function openWatchedShop(programs: {
  readonly prometheus: string;
  readonly alertmanager: string;
}): Promise<WatchedShop> {
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
      path: programs.alertmanager,
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
    });
    ends.push(shop.stop);
    const adminPort = await freePort();
    let worker = await startWorker(adminPort, receiver.url);
    ends.push(() => worker.stop());
    const services = [shop.storefront, shop.orders, shop.payments];
    const rules = join(folder, 'rules.yml');
    const groups = Object.values(alertRules({ timeScaleRatio: TIME_SCALE_RATIO }));
    await writeFile(rules, ruleFile('Rules in seconds.', groups));
    const prometheus = await startPrometheus({
      path: programs.prometheus,
      jobs: {
        worker: `127.0.0.1:${adminPort}`,
        ...Object.fromEntries(services.map(({ name, adminUrl }) => [name, new URL(adminUrl).host])),
      },
      alerts: { rules: [rules], alertmanager: alertmanager.address },
      flags: [LOOKBACK],
    });
    ends.push(prometheus.stop);
    const load = startLoadProcess({
      url: shop.storefront.url,
      connections: VISITORS,
      thinkMs: THINK_MS,
      seed: SEED,
    });
    ends.push(async () => {
      load.stop();
      await load.done;
    });
    const probes = setInterval(() => {
      for (const service of [...services, worker]) service.page('/readyz').catch(() => {});
    }, PROBE_EVERY_MS);
    ends.push(() => clearInterval(probes));

    /** When the worker was started, as Prometheus knows it. */
    async function startedAt(): Promise<string | undefined> {
      const [start] = await prometheus.query('process_start_time_seconds{job="worker"}');
      return start?.value[1];
    }

    const firing = (): Promise<readonly string[]> => firingIn(alertmanager.url);
    return {
      shop,
      prometheusVersion: prometheus.version,
      notifications: sink.notifications,
      firing,
      kill: async (service) => void process.kill(await pidOf(`${service}/main.ts`), 'SIGKILL'),
      order: (order) => worker.ask(order),
      async crash() {
        const before = await startedAt();
        await worker.stop();
        worker = await startWorker(adminPort, receiver.url);
        const deadlineMs = performance.now() + SCRAPED_MS;
        // A start that no scrape has seen is none to Prometheus.
        // oxlint-disable-next-line no-await-in-loop -- one look after the other
        while ((await startedAt()) === before && performance.now() < deadlineMs) await pause();
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

function startWorker(adminPort: number, otlpUrl: string): Promise<ServiceProcess> {
  return startServiceProcess({
    program: new URL('service.ts', import.meta.url),
    env: {
      OTEL_SERVICE_NAME: 'worker',
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

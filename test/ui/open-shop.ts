import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { alertFiles } from '@sightline/alerts';
import type { Incident } from '../../examples/shop/src/incidents.ts';
import { startLoadProcess, startShop } from '../../examples/shop/src/processes.ts';
import { freePort } from '../servers/ports.ts';
import { type ServiceProcess, startServiceProcess } from '../servers/service-process.ts';
import { findChromium } from './chromium.ts';
import type { FragileOrder } from './fragile-worker.ts';
import { type Ui, openUi } from './open-ui.ts';

/** The demo's shop and a worker beside it, watched by the embedded stack, and a browser that looks at that. */
export interface ShopUi {
  readonly ui: Ui;
  /** Of the storefront. */
  readonly url: string;
  /** Lets everybody suffer an incident: the services, and the visitors. */
  suffer(incident: Incident): void;
  /** Ends a service as the kernel would, without a word. */
  kill(service: 'storefront'): Promise<void>;
  order(order: FragileOrder): void;
  /** Sends the visitors home: what they have caused stays to be looked at. */
  emptyShop(): Promise<void>;
  /** Starts the worker again whenever it has ended, as a kubelet would, until it has ended so often. */
  keepAlive(times: number): Promise<void>;
  /** Resolves once an alert of a service fires. */
  untilFiring(alert: string, service: string, timeoutMs?: number): Promise<void>;
  /** Resolves once no alert fires that is told of. */
  untilCalm(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** A busy machine answers late, and that is not what is shown. */
const SCRAPE_MS = 3000;
/** The rules ask to be evaluated every 30 s; who waits for an alert does not want to wait for that. */
const RULES_EVERY_MS = 5000;
const THINK_MS = 250;
const SEED = 7;
const ASK_EVERY_MS = 300;
const REPORT_EVERY_MS = 4000;
const LOOK_EVERY_MS = 250;
const WAIT_MS = 180_000;
/** What a visitor who thinks stays below, and one who hammers does not. */
const DOOR = { RATE_LIMIT_MINUTE_MS: '1000', RATE_LIMIT_PER_MINUTE: '60' };

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @param options.timeScaleRatio of the rules: at 0.1 five minutes are thirty seconds. At 1 they are the files that are shipped
 * @param options.worker whether the worker runs, too
 * @throws when there is no Chromium
 */
export async function openShopUi({
  timeScaleRatio = 1,
  visitors = 8,
  worker: hasWorker = false,
}: {
  readonly timeScaleRatio?: number;
  readonly visitors?: number;
  readonly worker?: boolean;
} = {}): Promise<ShopUi> {
  const chromium = findChromium();
  if ('missing' in chromium) throw new Error(chromium.missing);
  const ends: (() => unknown)[] = [];
  async function close(): Promise<void> {
    // oxlint-disable-next-line no-await-in-loop -- the last that was opened first
    for (const end of ends.splice(0).toReversed()) await end();
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-shop-ui-'));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const ui = await openUi(chromium.path, {
      scrape: { intervalMs: SCRAPE_MS, timeoutMs: SCRAPE_MS },
      ...(await rulesAt(timeScaleRatio, folder)),
      alertmanager: `${root}alerts/alertmanager.yml`,
      runbooks: `${root}alerts/runbooks`,
      dashboards: `${root}dashboards/`,
      maxEvaluationIntervalMs: RULES_EVERY_MS,
    });
    ends.push(ui.close);
    ui.page.setDefaultTimeout(WAIT_MS);
    const { stack } = ui;
    const logs = { OTEL_LOGS_EXPORTER: 'otlp', OTEL_BLRP_SCHEDULE_DELAY: '500' };
    const shop = await startShop({
      otlpUrl: stack.url,
      serviceToken: 'shown-'.repeat(6),
      onOutput: () => {},
      env: { ...logs, ...DOOR },
    });
    ends.push(shop.stop);
    const services = [shop.storefront, shop.orders, shop.payments];
    const scrape = (job: string, target: string): void =>
      stack.scrape({ job, targets: [target], labels: { deployment_environment_name: 'demo' } });
    for (const { name, adminUrl } of services) scrape(name, new URL(adminUrl).host);

    const adminPort = await freePort();
    let worker: ServiceProcess | undefined;
    let lives = 0;
    const startWorker = (): Promise<ServiceProcess> => {
      lives += 1;
      return startServiceProcess({
        program: new URL('fragile-worker.ts', import.meta.url),
        env: {
          ...logs,
          OTEL_SERVICE_NAME: 'worker',
          OTEL_RESOURCE_ATTRIBUTES: `service.namespace=shop,service.version=1.${lives}.0,deployment.environment.name=demo`,
          OTEL_EXPORTER_OTLP_ENDPOINT: stack.url,
          OTEL_EXPORTER_PROMETHEUS_PORT: String(adminPort),
          OTEL_BSP_SCHEDULE_DELAY: '500',
        },
        onOutput: () => {},
        onError: () => {},
      });
    };
    if (hasWorker) {
      worker = await startWorker();
      ends.push(() => worker?.stop());
      scrape('worker', `127.0.0.1:${adminPort}`);
      const ask = (path: string): void => {
        fetch(`http://127.0.0.1:${worker?.port}${path}`)
          .then((response) => response.text())
          .catch(() => {});
      };
      const timers = [
        setInterval(() => ask('/price'), ASK_EVERY_MS),
        setInterval(() => ask('/report'), REPORT_EVERY_MS),
      ];
      ends.push(() => timers.forEach((timer) => clearInterval(timer)));
    }
    const load = startLoadProcess({
      url: shop.storefront.url,
      connections: visitors,
      thinkMs: THINK_MS,
      seed: SEED,
    });
    ends.push(async () => {
      load.stop();
      await load.done.catch(() => undefined);
    });

    async function firing(): Promise<readonly string[]> {
      const response = await fetch(`${stack.url}/api/v1/alerts`);
      const { data } = (await response.json()) as {
        data: { alerts: { state: string; labels: Readonly<Record<string, string>> }[] };
      };
      return data.alerts
        .filter(({ state, labels }) => state === 'firing' && labels['severity'] !== 'none')
        .map(({ labels }) => `${labels['alertname']} ${labels['service'] ?? labels['service_name'] ?? ''}`);
    }

    async function until(
      what: string,
      holds: (all: readonly string[]) => boolean,
      timeoutMs: number,
    ): Promise<void> {
      const deadlineMs = performance.now() + timeoutMs;
      let all = await firing();
      while (!holds(all)) {
        if (performance.now() > deadlineMs) throw new Error(`not ${what}; firing: ${all.join(', ')}`);
        // oxlint-disable-next-line no-await-in-loop -- one look after the other
        await delay(LOOK_EVERY_MS);
        // oxlint-disable-next-line no-await-in-loop -- see above
        all = await firing();
      }
    }

    return {
      ui,
      url: shop.storefront.url,
      suffer(incident) {
        for (const each of [...services, load]) each.send({ incident });
      },
      async kill(service) {
        const status = JSON.parse(await shop[service].page('/status')) as { process?: { pid?: number } };
        if (status.process?.pid === undefined) throw new Error('its status has no process id');
        process.kill(status.process.pid, 'SIGKILL');
      },
      async emptyShop() {
        load.stop();
        await load.done.catch(() => undefined);
      },
      order: (order) => void worker?.ask(order).catch(() => {}),
      async keepAlive(times) {
        for (let ended = 0; ended < times; ended += 1) {
          // Whoever asks for what never comes learns of the end.
          // oxlint-disable-next-line no-await-in-loop -- one life after the other
          await worker?.ask({ crash: true }).catch(() => {});
          // oxlint-disable-next-line no-await-in-loop -- see above
          worker = await startWorker();
          // A life that no scrape has seen is no restart to the rules.
          // oxlint-disable-next-line no-await-in-loop -- see above
          await delay(SCRAPE_MS + LOOK_EVERY_MS);
        }
      },
      untilFiring: (alert, service, timeoutMs = WAIT_MS) =>
        until(`firing: ${alert} ${service}`, (all) => all.includes(`${alert} ${service}`), timeoutMs),
      untilCalm: (timeoutMs = WAIT_MS) => until('calm', (all) => all.length === 0, timeoutMs),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function isOfLogs(file: string): boolean {
  return basename(dirname(file)) === 'loki';
}

/** The rules as they are shipped, or scaled and written to a folder. */
async function rulesAt(
  timeScaleRatio: number,
  folder: string,
): Promise<{ readonly rules: string[]; readonly logRules: string[] }> {
  if (timeScaleRatio === 1) {
    const rules = `${root}alerts/prometheus/`;
    return {
      rules: readdirSync(rules).map((file) => rules + file),
      logRules: [`${root}alerts/loki/logs.yml`],
    };
  }
  const files = alertFiles({ timeScaleRatio }).filter(({ path }) => /^(?:prometheus|loki)\//.test(path));
  const written = await Promise.all(
    files.map(async ({ path, content }) => {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
      return file;
    }),
  );
  return { rules: written.filter((file) => !isOfLogs(file)), logRules: written.filter(isOfLogs) };
}

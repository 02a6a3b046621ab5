import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { IncidentOrder } from './incidents.ts';
import type { LoadNews } from './load/main.ts';
import type { LoadReport } from './load/tally.ts';
import type { Listening } from './service/serve.ts';

/** Longest wait until a service listens, until it has ended, and for a page of its admin server [ms]. */
const START_MS = 20_000;
const END_MS = 8000;
const ADMIN_MS = 5000;

const cwd = fileURLToPath(new URL('..', import.meta.url));
const telemetry = ['--conditions=@sightline/source', '--import', '@sightline/bootstrap/register'];

/** Visitors of one address are as many as there are, unless it is said otherwise. */
const openDoor = { RATE_LIMIT_PER_MINUTE: '1000000', RATE_LIMIT_PER_HOUR: '10000000' };

type ServiceName = 'storefront' | 'orders' | 'payments';

/** A service that runs in a process of its own. */
export interface Service {
  readonly name: ServiceName;
  readonly url: string;
  readonly adminUrl: string;
  /** Reads a page of its admin server. */
  page(path: string, headers?: Readonly<Record<string, string>>): Promise<string>;
  send(order: IncidentOrder): void;
}

export interface Shop {
  readonly storefront: Service;
  readonly orders: Service;
  readonly payments: Service;
  /** Ends all services; resolves to what did not go well. */
  stop(): Promise<readonly string[]>;
}

export interface ShopOptions {
  readonly otlpUrl: string;
  /** The secret that services show each other. */
  readonly serviceToken: string;
  /** Gets what services write, both outputs. */
  readonly onOutput: (service: ServiceName, chunk: string, stream: 'stdout' | 'stderr') => void;
  /** Variables of the environment besides; `OTEL_*` of this process does not go to the services. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts payments, orders and storefront, in this order, on free ports. */
export async function startShop({ otlpUrl, serviceToken, onOutput, env = {} }: ShopOptions): Promise<Shop> {
  const children = new Map<ServiceName, ChildProcess>();

  async function start(name: ServiceName, own: Readonly<Record<string, string>>): Promise<Service> {
    const child = fork(fileURLToPath(new URL(`${name}/main.ts`, import.meta.url)), {
      cwd,
      execArgv: telemetry,
      // A group of its own: Ctrl-C reaches this process alone, which ends the others when their work is done.
      detached: true,
      silent: true,
      env: {
        ...inheritedEnvironment(),
        OTEL_SERVICE_NAME: name,
        OTEL_RESOURCE_ATTRIBUTES: 'service.namespace=shop,deployment.environment.name=demo',
        OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
        OTEL_EXPORTER_PROMETHEUS_PORT: '0',
        OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
        // A demo wants its spans soon, and all of them.
        OTEL_BSP_SCHEDULE_DELAY: '500',
        OTEL_BSP_MAX_QUEUE_SIZE: '20000',
        PORT: '0',
        ...own,
        ...env,
      },
    });
    children.set(name, child);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => onOutput(name, chunk, 'stdout'));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => onOutput(name, chunk, 'stderr'));
    const { port, adminPort } = await listening(name, child);
    if (adminPort === undefined) throw new Error(`${name} has no admin server`);
    const adminUrl = `http://127.0.0.1:${adminPort}`;
    return {
      name,
      url: `http://127.0.0.1:${port}`,
      adminUrl,
      async page(path, headers = {}) {
        try {
          const response = await fetch(adminUrl + path, { headers, signal: AbortSignal.timeout(ADMIN_MS) });
          return await response.text();
        } catch (error) {
          throw new Error(`${name} does not answer on its admin port`, { cause: error });
        }
      },
      send: (order) => void child.send(order),
    };
  }

  async function stop(): Promise<readonly string[]> {
    const ends = Array.from(children, async ([name, child]) => {
      if (child.exitCode !== null || child.signalCode !== null)
        return [`${name} ended by itself (${child.signalCode ?? child.exitCode})`];
      child.kill('SIGTERM');
      const deadline = AbortSignal.timeout(END_MS);
      try {
        // `close`: by then all of its output has been read.
        await once(child, 'close', { signal: deadline });
        return [];
      } catch {
        child.kill('SIGKILL');
        return [`${name} did not end within ${END_MS / 1000} s`];
      }
    });
    return (await Promise.all(ends)).flat();
  }

  try {
    const token = { SHOP_TOKEN: serviceToken };
    const payments = await start('payments', {});
    const orders = await start('orders', { ...token, PAYMENTS_URL: payments.url });
    const storefront = await start('storefront', { ...token, ...openDoor, ORDERS_URL: orders.url });
    return { payments, orders, storefront, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listening(name: ServiceName, child: ChildProcess): Promise<Listening['listening']> {
  const signal = AbortSignal.timeout(START_MS);
  const [news] = (await Promise.race([
    once(child, 'message', { signal }),
    once(child, 'exit', { signal }).then(() => [undefined]),
  ])) as [Listening | undefined];
  if (news === undefined) throw new Error(`${name} ended before it listened`);
  return news.listening;
}

/** Without what would change the telemetry of the services. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:OTEL_|SIGHTLINE_|LOG_LEVEL$|NODE_OPTIONS$)/.test(name),
    ),
  );
}

/** Visitors, in a process of their own. */
export interface LoadProcess {
  /** What has been sent so far. */
  readonly report: LoadReport;
  send(order: IncidentOrder): void;
  /** Lets open requests end. */
  stop(): void;
  readonly done: Promise<LoadReport>;
}

export interface LoadProcessOptions {
  readonly url: string;
  readonly connections: number;
  readonly thinkMs: number;
  readonly seed: number;
  readonly requests?: number;
}

export function startLoadProcess(options: LoadProcessOptions): LoadProcess {
  const args = [
    ['--url', options.url],
    ['--connections', String(options.connections)],
    ['--think-ms', String(options.thinkMs)],
    ['--seed', String(options.seed)],
    ...(options.requests === undefined ? [] : [['--requests', String(options.requests)]]),
  ].flat();
  const child = fork(fileURLToPath(new URL('load/main.ts', import.meta.url)), args, {
    cwd,
    execArgv: ['--conditions=@sightline/source'],
    detached: true,
  });
  let report: LoadReport = { sent: 0, tallies: [], failures: [] };
  const done = new Promise<LoadReport>((resolve, reject) => {
    child.on('message', (news: LoadNews) => {
      report = news.load;
      if (news.done) resolve(report);
    });
    child.once('exit', () => reject(new Error('the load ended before it said what it had sent')));
  });
  return {
    get report() {
      return report;
    },
    send(order) {
      if (child.connected) child.send(order);
    },
    stop() {
      if (child.connected) child.send('stop');
    },
    done,
  };
}

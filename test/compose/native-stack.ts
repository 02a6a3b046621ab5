import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { commandFor } from '../servers/alertmanager.ts';
import { freePort } from '../servers/ports.ts';
import { composeFolder, interpolated, readComposeFile } from './compose-file.ts';
import { knownFlags, knownSettings, prometheusAbilities } from './prometheus-abilities.ts';

/** The servers that tests can start without containers. */
export type NativeServer = 'prometheus' | 'alertmanager' | 'loki' | 'tempo';

export const nativeServers: readonly NativeServer[] = ['prometheus', 'alertmanager', 'loki', 'tempo'];

export interface NativeStackOptions {
  /** The programs. */
  readonly programs: Readonly<Record<NativeServer, string>>;
  /** A folder of the caller's, for configurations and data. */
  readonly folder: string;
  /** Where the data of one server goes instead, such as on a small disk. */
  readonly dataFolders?: Partial<Record<NativeServer, string>>;
  /** Secrets of receivers, by the name of their file: `alert_webhook_url`. */
  readonly receivers?: Readonly<Record<string, string>>;
  /** Services that Prometheus scrapes, `host:port` by job. */
  readonly services?: Readonly<Record<string, string>>;
  /** Further variables of the configurations. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface NativeStack {
  readonly urls: Readonly<Record<NativeServer, string>>;
  /** Where spans are sent to. */
  readonly otlpUrl: string;
  /** Starts a server and waits until it says that it is ready. */
  start(server: NativeServer): Promise<void>;
  /** Ends a server: SIGTERM is the clean way, SIGKILL the other. Resolves when it has gone. */
  stop(server: NativeServer, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  isRunning(server: NativeServer): boolean;
  /** Physical memory that a server takes [bytes]. */
  memoryBytes(server: NativeServer): number;
  /** The end of what a server said. */
  log(server: NativeServer): string;
  dataFolder(server: NativeServer): string;
  /** False where the Prometheus at hand was built without it. */
  readonly takesOtlpMetrics: boolean;
  stopAll(): Promise<void>;
}

const run = promisify(execFile);
/** How long a server may take to be ready, and to end [ms]. */
const READY_MS = 60_000;
const END_MS = 60_000;
const ASK_EVERY_MS = 100;
const KEPT_LOG_CHARACTERS = 20_000;

const alertsFolder = fileURLToPath(new URL('../../alerts', import.meta.url));
const readyPaths = {
  prometheus: '/-/ready',
  alertmanager: '/-/ready',
  loki: '/ready',
  tempo: '/ready',
} as const;
/** In the container: where the configuration and the data are. */
const containerFolders = {
  prometheus: { config: '/etc/prometheus', data: '/prometheus' },
  alertmanager: { config: '/etc/alertmanager', data: '/alertmanager' },
  loki: { config: '/etc/loki', data: '/loki' },
  tempo: { config: '/etc/tempo', data: '/var/tempo' },
} as const;

function target(job: string, address: string): object {
  return { targets: [address], labels: { job } };
}

/**
 * Lays the files of `compose/` out as its volumes do, and starts the servers with the commands of `compose.yaml`. Only
 * folders, addresses and ports differ, all of them given from outside as `sightline up --native` does.
 */
export async function createNativeStack(options: NativeStackOptions): Promise<NativeStack> {
  const { programs, folder, dataFolders = {}, receivers = {}, services = {}, variables = {} } = options;
  const children = new Map<NativeServer, ChildProcess>();
  const logs = new Map<NativeServer, string>();
  const ports = {
    prometheus: await freePort(),
    alertmanager: await freePort(),
    loki: await freePort(),
    tempo: await freePort(),
  };
  const otherPorts = {
    LOKI_GRPC_PORT: await freePort(),
    TEMPO_GRPC_PORT: await freePort(),
    TEMPO_OTLP_GRPC_PORT: await freePort(),
    TEMPO_OTLP_HTTP_PORT: await freePort(),
  };
  const urlOf = (server: NativeServer): string => `http://127.0.0.1:${ports[server]}`;
  const configFolder = (server: NativeServer): string => join(folder, 'etc', server);
  const dataFolder = (server: NativeServer): string => dataFolders[server] ?? join(folder, 'data', server);
  for (const server of nativeServers) {
    mkdirSync(configFolder(server), { recursive: true });
    mkdirSync(dataFolder(server), { recursive: true });
  }

  cpSync(`${composeFolder}/loki/loki.yml`, join(configFolder('loki'), 'loki.yml'));
  mkdirSync(join(configFolder('loki'), 'rules'));
  symlinkSync(`${alertsFolder}/loki`, join(configFolder('loki'), 'rules/fake'));
  cpSync(`${composeFolder}/tempo/tempo.yml`, join(configFolder('tempo'), 'tempo.yml'));
  symlinkSync(`${alertsFolder}/prometheus`, join(configFolder('prometheus'), 'rules'));
  const abilities = await prometheusAbilities(programs.prometheus);
  writeFileSync(
    join(configFolder('prometheus'), 'prometheus.yml'),
    knownSettings(readFileSync(`${composeFolder}/prometheus/prometheus.yml`, 'utf8'), abilities),
  );
  const targets = join(configFolder('prometheus'), 'targets');
  mkdirSync(targets);
  writeFileSync(
    join(targets, 'stack.yml'),
    JSON.stringify(nativeServers.map((server) => target(server, `127.0.0.1:${ports[server]}`))),
  );
  writeFileSync(
    join(targets, 'alertmanagers.yml'),
    JSON.stringify([{ targets: [`127.0.0.1:${ports.alertmanager}`] }]),
  );
  writeFileSync(
    join(targets, 'services.yml'),
    JSON.stringify(Object.entries(services).map(([job, address]) => target(job, address))),
  );
  await setUp(folder, configFolder('alertmanager'), receivers);

  const environment = {
    LISTEN_ADDRESS: '127.0.0.1',
    LOKI_PORT: String(ports.loki),
    LOKI_DATA: dataFolder('loki'),
    LOKI_RULES: join(configFolder('loki'), 'rules'),
    TEMPO_PORT: String(ports.tempo),
    TEMPO_DATA: dataFolder('tempo'),
    PROMETHEUS_URL: urlOf('prometheus'),
    ALERTMANAGER_URL: urlOf('alertmanager'),
    ...Object.fromEntries(Object.entries(otherPorts).map(([name, port]) => [name, String(port)])),
    ...variables,
  };
  const { services: composed } = readComposeFile();

  function commandOf(server: NativeServer): readonly string[] {
    const { config, data } = containerFolders[server];
    const given = (composed[server]?.command ?? []).map((argument) =>
      interpolated(argument, variables)
        .replaceAll(`${config}/`, `${configFolder(server)}/`)
        .replace(`=${data}`, `=${dataFolder(server)}`),
    );
    if (server === 'loki' || server === 'tempo') return given;
    const known = server === 'prometheus' ? knownFlags(given, abilities) : given;
    return [...known, `--web.listen-address=127.0.0.1:${ports[server]}`];
  }

  async function isReady(server: NativeServer): Promise<boolean> {
    const signal = AbortSignal.timeout(2000);
    const response = await fetch(urlOf(server) + readyPaths[server], { signal }).catch(() => undefined);
    await response?.text().catch(() => {});
    return response?.ok === true;
  }

  const isRunning = (server: NativeServer): boolean => {
    const child = children.get(server);
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  };

  async function start(server: NativeServer): Promise<void> {
    const [program, before] =
      server === 'alertmanager' ? commandFor(programs[server]) : [programs[server], []];
    const child = spawn(program, [...before, ...commandOf(server)], {
      cwd: dataFolder(server),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ...environment,
        GOMEMLIMIT: composed[server]?.environment?.['GOMEMLIMIT'],
      },
    });
    children.set(server, child);
    const keep = (chunk: string): void =>
      void logs.set(server, `${logs.get(server) ?? ''}${chunk}`.slice(-KEPT_LOG_CHARACTERS));
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const deadlineMs = performance.now() + READY_MS;
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    while (!(await isReady(server))) {
      if (!isRunning(server) || performance.now() > deadlineMs)
        throw new Error(`${server} does not get ready:\n${logs.get(server)}`);
      // oxlint-disable-next-line no-await-in-loop -- one question after the other
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  }

  async function stop(server: NativeServer, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = children.get(server);
    if (child === undefined || !isRunning(server)) return;
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(END_MS) });
    child.kill(signal);
    await exited.catch(async () => {
      child.kill('SIGKILL');
      throw new Error(`${server} did not end within ${END_MS / 1000} s of ${signal}`);
    });
  }

  return {
    urls: {
      prometheus: urlOf('prometheus'),
      alertmanager: urlOf('alertmanager'),
      loki: urlOf('loki'),
      tempo: urlOf('tempo'),
    },
    otlpUrl: `http://127.0.0.1:${otherPorts.TEMPO_OTLP_HTTP_PORT}`,
    start,
    stop,
    isRunning,
    memoryBytes(server) {
      const status = readFileSync(`/proc/${children.get(server)?.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
    },
    log: (server) => logs.get(server) ?? '',
    dataFolder,
    takesOtlpMetrics: abilities.takesOtlp,
    async stopAll() {
      await Promise.all(nativeServers.map((server) => stop(server, 'SIGKILL')));
    },
  };
}

/** Runs `setup/setup.sh` as the service `setup` does. */
async function setUp(
  folder: string,
  alertmanagerFolder: string,
  receivers: Readonly<Record<string, string>>,
): Promise<void> {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets);
  for (const [name, value] of Object.entries(receivers)) writeFileSync(join(secrets, name), value);
  await run('sh', [`${composeFolder}/setup/setup.sh`], {
    env: {
      PATH: process.env['PATH'],
      SECRETS_DIR: secrets,
      ALERTS_DIR: alertsFolder,
      RECEIVERS_FILE: `${composeFolder}/alertmanager/alertmanager.yml`,
      GRAFANA_DIR: join(folder, 'etc/grafana'),
      SHOP_DIR: join(folder, 'etc/shop'),
      ALERTMANAGER_DIR: alertmanagerFolder,
      ALERTMANAGER_SECRETS_SHOWN: `${alertmanagerFolder}/secrets/`,
    },
  });
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../servers/ports.ts';

/** A line of a service, and how long ago it was written [s]. */
export interface OldLine {
  readonly agoSeconds: number;
  readonly line: Readonly<Record<string, unknown>>;
}

/** A Loki whose ruler evaluates one file of rules. */
export interface LogRuler {
  readonly version: string;
  readonly url: string;
  /** Writes lines of a service, the oldest first. */
  push(service: string, level: string, lines: readonly OldLine[]): Promise<void>;
  /** The same by OTLP: `msg` as the body, everything else as attributes. */
  pushOtlp(service: string, level: string, lines: readonly OldLine[]): Promise<void>;
  /** How each rule does: `ok`, `unknown` before its first evaluation, or what is wrong. */
  rules(): Promise<readonly { readonly name: string; readonly health: string; readonly lastError: string }[]>;
  /** Asks over the last hour. @returns how many series or streams there are; throws with what is wrong with the query */
  query(logql: string): Promise<number>;
  /** What fires now: the name of an alert and its service. */
  firing(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const READY_MS = 60_000;
const ASK_EVERY_MS = 200;
const ANSWER_MS = 15_000;

interface RuleAnswer {
  readonly data: {
    readonly groups: readonly {
      readonly rules: readonly {
        readonly name: string;
        readonly health: string;
        readonly lastError?: string;
      }[];
    }[];
  };
}
interface AlertAnswer {
  readonly data: {
    readonly alerts: readonly { readonly state: string; readonly labels: Readonly<Record<string, string>> }[];
  };
}

/** The oldest first, each with its time [ns since 1970]. */
function timed(
  lines: readonly OldLine[],
): readonly { readonly nanos: string; readonly line: OldLine['line'] }[] {
  const nowMs = Date.now();
  return lines
    .toSorted((a, b) => b.agoSeconds - a.agoSeconds)
    .map(({ agoSeconds, line }, index) => ({
      // Two lines at one time are two only when they differ.
      nanos: `${Math.round(nowMs - agoSeconds * 1000)}${String(index % 1_000_000).padStart(6, '0')}`,
      line,
    }));
}

/** A request of OTLP/JSON: `msg` of each line as the body, everything else as attributes. */
export function otlpRequest(service: string, level: string, lines: readonly OldLine[]): object {
  const logRecords = timed(lines).map(({ nanos, line: { msg, ...fields } }) => ({
    timeUnixNano: nanos,
    severityText: level,
    body: otlpValue(msg),
    attributes: otlpFields(fields),
  }));
  const resource = {
    attributes: otlpFields({ 'service.name': service, 'deployment.environment.name': 'test' }),
  };
  return { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] };
}

function otlpFields(fields: object): readonly object[] {
  return Object.entries(fields).map(([key, value]) => ({ key, value: otlpValue(value) }));
}

function otlpValue(value: unknown): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'object' && value !== null) return { kvlistValue: { values: otlpFields(value) } };
  return { stringValue: String(value) };
}

/** @param rules the content of the file of rules */
export async function startLogRuler(path: string, rules: string): Promise<LogRuler> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-log-ruler-'));
  // The one tenant of a Loki without tenants is called fake.
  await mkdir(join(folder, 'rules', 'fake'), { recursive: true });
  await writeFile(join(folder, 'rules', 'fake', 'logs.yml'), rules);
  const address = '127.0.0.1';
  const port = await freePort();
  const config = {
    auth_enabled: false,
    server: {
      http_listen_address: address,
      http_listen_port: port,
      grpc_listen_address: address,
      grpc_listen_port: await freePort(),
      log_level: 'warn',
    },
    common: {
      instance_addr: address,
      path_prefix: join(folder, 'data'),
      replication_factor: 1,
      ring: { kvstore: { store: 'inmemory' } },
      storage: { filesystem: { chunks_directory: join(folder, 'chunks') } },
    },
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    ingester: { lifecycler: { min_ready_duration: '0s' } },
    ruler_storage: { backend: 'local', local: { directory: join(folder, 'rules') } },
    ruler: {
      rule_path: join(folder, 'ruler'),
      alertmanager_url: `http://${address}:9`,
      evaluation_interval: '1s',
      wal: { dir: join(folder, 'ruler-wal') },
    },
    query_range: { cache_results: false },
    analytics: { reporting_enabled: false },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'loki.yml'), JSON.stringify(config));
  const child = spawn(path, [`-config.file=${join(folder, 'loki.yml')}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (chunk: string) => (log = `${log}${chunk}`.slice(-6000)));
  }
  const url = `http://${address}:${port}`;
  async function stop(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  }
  async function get<Answer>(apiPath: string): Promise<Answer> {
    const response = await fetch(`${url}${apiPath}`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${apiPath}: ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }
  async function post(apiPath: string, body: unknown): Promise<void> {
    const response = await fetch(`${url}${apiPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`Loki took no lines: ${await response.text()}`);
  }
  const isReady = async (): Promise<boolean> =>
    fetch(`${url}/ready`, { signal: AbortSignal.timeout(1000) }).then(
      (response) => response.text().then(() => response.ok),
      () => false,
    );
  const deadline = AbortSignal.timeout(READY_MS);
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await isReady())) {
    if (deadline.aborted || child.exitCode !== null) {
      // oxlint-disable-next-line no-await-in-loop -- the end
      await stop();
      throw new Error(`Loki did not start:\n${log}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  const build = await get<{ version: string }>('/loki/api/v1/status/buildinfo');
  return {
    version: build.version,
    url,
    async push(service, level, lines) {
      const values = timed(lines).map(({ nanos, line }) => [nanos, JSON.stringify(line)]);
      const stream = { service_name: service, deployment_environment_name: 'test', level };
      await post('/loki/api/v1/push', { streams: [{ stream, values }] });
    },
    async pushOtlp(service, level, lines) {
      await post('/otlp/v1/logs', otlpRequest(service, level, lines));
    },
    async rules() {
      const { data } = await get<RuleAnswer>('/prometheus/api/v1/rules');
      return data.groups
        .flatMap((group) => group.rules)
        .map(({ name, health, lastError = '' }) => ({ name, health, lastError }));
    },
    async query(logql) {
      const from = Math.floor(Date.now() / 1000) - 3600;
      const parameters = `query=${encodeURIComponent(logql)}&start=${from}&step=60`;
      const { data } = await get<{ data: { result: readonly unknown[] } }>(
        `/loki/api/v1/query_range?${parameters}`,
      );
      return data.result.length;
    },
    async firing() {
      const { data } = await get<AlertAnswer>('/prometheus/api/v1/alerts');
      return data.alerts
        .filter(({ state }) => state === 'firing')
        .map(({ labels }) => `${labels['alertname']} ${labels['service']}`)
        .toSorted();
    },
    stop,
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Found } from './debian.ts';
import { freePort } from './ports.ts';

export interface Tempo {
  readonly url: string;
  /** Sends spans, as a request of OTLP in JSON. */
  push(request: object): Promise<void>;
  /** Asks a path of the API with parameters; an answer that is no 200 is the error that it tells. */
  get<Data>(path: string, parameters: Readonly<Record<string, string>>): Promise<TempoAnswer<Data>>;
  stop(): Promise<void>;
}

type TempoAnswer<Data> = { readonly data: Data } | { readonly error: string };

/** The program by `SIGHTLINE_TEMPO_BINARY`, or from the PATH. */
export function findTempo(): Found {
  const named = process.env['SIGHTLINE_TEMPO_BINARY'];
  const paths =
    named === undefined
      ? (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'tempo'))
      : [named];
  const path = paths.find((each) => existsSync(each));
  return path === undefined
    ? { missing: 'tempo: neither named by SIGHTLINE_TEMPO_BINARY nor on the PATH' }
    : { path };
}

/** Longest wait until it answers [ms]. */
const startMs = 60_000;
/** How long it keeps what is new to itself. */
const cutoff = '1s';
/** How long spans are asked of it, and not of its store. */
const recent = '2h';

export interface TempoOptions {
  /** Where span metrics and the service graph are written to, if they are made. */
  readonly remoteWriteUrl?: string | undefined;
  /** Attributes that become labels of span metrics. */
  readonly dimensions?: readonly string[];
}

/** Starts a Tempo in one process with a store of its own on free ports, and waits until it answers. */
export async function startTempo(
  path: string,
  { remoteWriteUrl, dimensions = [] }: TempoOptions = {},
): Promise<Tempo> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-tempo-'));
  const [http, grpc, otlp] = await Promise.all([freePort(), freePort(), freePort()]);
  const address = '127.0.0.1';
  const config = {
    server: {
      http_listen_address: address,
      http_listen_port: http,
      grpc_listen_address: address,
      grpc_listen_port: grpc,
      log_level: 'error',
    },
    distributor: { receivers: { otlp: { protocols: { http: { endpoint: `${address}:${otlp}` } } } } },
    live_store: {
      max_trace_idle: cutoff,
      max_trace_live: cutoff,
      flush_check_period: cutoff,
      // Spans of a while ago count for when they were, not for when they came.
      wal: { path: join(folder, 'live'), ingestion_time_range_slack: recent },
    },
    memberlist: { bind_addr: [address], bind_port: 0, advertise_addr: address },
    query_frontend: {
      query_end_cutoff: cutoff,
      search: { max_spans_per_span_set: 0, query_backend_after: recent },
      metrics: { query_backend_after: recent },
    },
    storage: {
      trace: {
        backend: 'local',
        // With columns of their own, attributes that are missing become the text "nil".
        block: { parquet_dedicated_columns: [] },
        wal: { path: join(folder, 'wal') },
        local: { path: join(folder, 'blocks') },
      },
    },
    ...(remoteWriteUrl !== undefined && generator(folder, remoteWriteUrl, dimensions)),
    usage_report: { reporting_enabled: false },
  };
  // JSON is YAML.
  await writeFile(join(folder, 'tempo.yml'), JSON.stringify(config));
  const child = spawn(path, [`-config.file=${join(folder, 'tempo.yml')}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4_000)));
  }
  const url = `http://${address}:${http}`;

  async function stop(): Promise<void> {
    const exited = child.exitCode === null ? once(child, 'exit') : undefined;
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  }

  async function ready(): Promise<void> {
    const deadlineMs = Date.now() + startMs;
    while (Date.now() < deadlineMs && child.exitCode === null) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const answer = await fetch(`${url}/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      // oxlint-disable-next-line no-await-in-loop -- the same
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await stop();
    throw new Error(`Tempo did not start: ${output}`);
  }

  await ready();
  return {
    url,
    async push(request) {
      const response = await fetch(`http://${address}:${otlp}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      });
      if (!response.ok) throw new Error(`Tempo took no spans: ${response.status} ${await response.text()}`);
    },
    async get<Data>(
      apiPath: string,
      parameters: Readonly<Record<string, string>>,
    ): Promise<TempoAnswer<Data>> {
      const response = await fetch(`${url}${apiPath}?${new URLSearchParams(parameters).toString()}`, {
        signal: AbortSignal.timeout(30_000),
      });
      const text = await response.text();
      return response.ok ? { data: JSON.parse(text) as Data } : { error: text.trim() };
    },
    stop,
  };
}

/** The metrics generator, at a pace that a test can wait for. */
function generator(folder: string, url: string, dimensions: readonly string[]): object {
  return {
    metrics_generator: {
      metrics_ingestion_time_range_slack: recent,
      registry: { collection_interval: '2s' },
      processor: {
        service_graphs: { wait: '4s' },
        span_metrics: { dimensions, enable_target_info: true },
      },
      storage: { path: join(folder, 'generator'), remote_write: [{ url }] },
    },
    overrides: { defaults: { metrics_generator: { processors: ['span-metrics', 'service-graphs'] } } },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One series of an instant query. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** Time [s] and value as text. */
  readonly value: readonly [number, string];
}

interface ExemplarSeries {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
  }[];
}

export interface Prometheus {
  readonly url: string;
  readonly pid: number;
  readonly version: string;
  /** An instant query, as of now or of a moment since 1970 [s]. */
  query(promql: string, atSeconds?: number): Promise<readonly Sample[]>;
  exemplars(promql: string): Promise<readonly ExemplarSeries[]>;
  /** Its scrape targets: health, and the error of the last scrape. */
  targets(): Promise<readonly { readonly health: string; readonly lastError: string }[]>;
  /** How often each target was scraped since the start, the least of them. */
  scrapes(): Promise<number>;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  /** The program. */
  readonly path: string;
  /** `host:port` by job. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Files of rules, and the `host:port` of the Alertmanager that is told. */
  readonly alerts?: { readonly rules: readonly string[]; readonly alertmanager: string };
  /** Further flags. */
  readonly flags?: readonly string[];
  /** Further jobs, in its own words. */
  readonly scrapeConfigs?: readonly object[];
  /** Where it sends what it has scraped, at once; what its rules resulted in only when that is asked for. */
  readonly remoteWrite?: {
    readonly url: string;
    readonly withRules: boolean;
    /** Default 1; version 2, from Prometheus 3 on, goes with exemplars. */
    readonly version?: 1 | 2;
  };
}

const SCRAPE_INTERVAL = '1s';

/** Starts a Prometheus with a store of its own on a free port, and waits until it answers. */
export async function startPrometheus({
  path,
  jobs,
  alerts,
  flags = [],
  scrapeConfigs = [],
  remoteWrite,
}: PrometheusOptions): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-prometheus-'));
  const config = {
    global: { scrape_interval: SCRAPE_INTERVAL, scrape_timeout: SCRAPE_INTERVAL },
    storage: { exemplars: { max_exemplars: 10_000 } },
    scrape_configs: [
      ...Object.entries(jobs).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
      ...scrapeConfigs,
    ],
    ...(remoteWrite && {
      remote_write: [
        {
          url: remoteWrite.url,
          queue_config: { batch_send_deadline: '100ms', max_shards: 1 },
          ...(remoteWrite.version === 2 && {
            protobuf_message: 'io.prometheus.write.v2.Request',
            send_exemplars: true,
          }),
          ...(!remoteWrite.withRules && {
            write_relabel_configs: [{ source_labels: ['__name__'], regex: 'ALERTS.*|.*:.*', action: 'drop' }],
          }),
        },
      ],
    }),
    ...(alerts && {
      rule_files: alerts.rules,
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alerts.alertmanager] }] }] },
    }),
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const child = spawn(
    path,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
      '--enable-feature=exemplar-storage',
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const url = await addressOf(child);

  async function api<Data>(apiPath: string): Promise<Data> {
    const response = await fetch(`${url}/api/v1/${apiPath}`, { signal: AbortSignal.timeout(10_000) });
    const { status, data, error } = (await response.json()) as { status: string; data: Data; error?: string };
    if (status !== 'success') throw new Error(`${apiPath}: ${error}`);
    return data;
  }
  async function query(promql: string, atSeconds?: number): Promise<readonly Sample[]> {
    const at = atSeconds === undefined ? '' : `&time=${atSeconds}`;
    return (await api<{ result: Sample[] }>(`query?query=${encodeURIComponent(promql)}${at}`)).result;
  }

  return {
    url,
    pid: child.pid ?? 0,
    version: (await api<{ version: string }>('status/buildinfo')).version,
    query,
    exemplars: (promql) =>
      api(`query_exemplars?query=${encodeURIComponent(promql)}&start=0&end=${Math.ceil(Date.now() / 1000)}`),
    async targets() {
      return (await api<{ activeTargets: { health: string; lastError: string }[] }>('targets')).activeTargets;
    },
    async scrapes() {
      const [least] = await query('min(count_over_time(up[1h]))');
      return least === undefined ? 0 : Number(least.value[1]);
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** From its log: `msg="Listening on" … address=127.0.0.1:41035`; and until it says that it is ready, which may come first. */
async function addressOf(child: ChildProcess): Promise<string> {
  const log: string[] = [];
  let address: string | undefined;
  let isReady = false;
  if (child.stderr === null) throw new Error('Prometheus was started without its log');
  for await (const line of createInterface(child.stderr)) {
    log.push(line);
    address ??= /Listening on"?.* address=(\S+:\d+)/.exec(line)?.[1];
    isReady ||= line.includes('ready to receive web requests');
    if (address !== undefined && isReady) {
      child.stderr.resume();
      return `http://${address}`;
    }
  }
  throw new Error(`Prometheus did not start:\n${log.slice(-10).join('\n')}`);
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A Loki in a process of its own, with a folder of its own. */
export interface LokiProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Longest wait until it is ready [ms]. */
const readyMs = 40_000;

/** Starts a Loki that takes lines of any age, asks for no tenant's limits, and keeps each tenant's lines apart. */
export async function startLoki(path: string, port: number, grpcPort: number): Promise<LokiProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-loki-'));
  const file = join(folder, 'loki.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config(folder, port, grpcPort)));
  const child = spawn(path, [`-config.file=${file}`], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding('utf8').on('data', (chunk: string) => (log = `${log}${chunk}`.slice(-4000)));
  }
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const deadline = AbortSignal.timeout(readyMs);
  // oxlint-disable-next-line no-await-in-loop -- one question after the other
  while (!(await isReady(url))) {
    if (deadline.aborted || child.exitCode !== null) {
      // oxlint-disable-next-line no-await-in-loop -- the end
      await stop();
      throw new Error(`${path} did not start:\n${log}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    await delay(100);
  }
  return { url, stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/ready`)).ok;
  } catch {
    return false;
  }
}

function config(folder: string, port: number, grpcPort: number): object {
  const host = '127.0.0.1';
  const data = join(folder, 'data');
  return {
    auth_enabled: true,
    server: {
      http_listen_address: host,
      http_listen_port: port,
      grpc_listen_address: host,
      grpc_listen_port: grpcPort,
      log_level: 'error',
    },
    common: {
      path_prefix: data,
      replication_factor: 1,
      instance_addr: host,
      ring: { kvstore: { store: 'inmemory' } },
      storage: {
        filesystem: { chunks_directory: join(data, 'chunks'), rules_directory: join(data, 'rules') },
      },
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
    limits_config: {
      reject_old_samples: false,
      max_query_series: 100_000,
      volume_enabled: true,
      ingestion_rate_mb: 1000,
      ingestion_burst_size_mb: 1000,
      per_stream_rate_limit: '1GB',
      per_stream_rate_limit_burst: '1GB',
    },
    // What ends with an error is not asked again.
    query_range: { max_retries: 1 },
    analytics: { reporting_enabled: false },
  };
}

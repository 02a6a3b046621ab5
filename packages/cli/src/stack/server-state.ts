import { type Page, parsePage, totalOf } from '../doctor/exposition.ts';
import type { Server } from '../doctor/facts.ts';
import { instantQuery } from '../doctor/gather/prometheus.ts';
import { type Ask, asker } from '../doctor/gather/server.ts';
import { listAt, textAt } from '../doctor/json-at.ts';
import { type Probe, answerText, isOk, jsonIn } from '../doctor/probe.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { stackServers } from './stack-servers.ts';

/** How a server does, as it tells itself. */
export interface ServerState {
  readonly server: Server;
  readonly url: string;
  readonly ready: boolean;
  /** Whether anything answered at all. */
  readonly reached: boolean;
  readonly version: string | undefined;
  /** How old the newest data is [s]; undefined without any. */
  readonly lagSeconds: number | undefined;
  /** What its data takes on the disk [bytes], as far as it counts that. */
  readonly usedBytes: number | undefined;
  readonly memoryBytes: number | undefined;
  /** One thing more that is worth knowing. */
  readonly note: string;
}

const versionPaths: Readonly<Record<Server, readonly [path: string, ...at: string[]]>> = {
  prometheus: ['/api/v1/status/buildinfo', 'data', 'version'],
  alertmanager: ['/api/v2/status', 'versionInfo', 'version'],
  loki: ['/loki/api/v1/status/buildinfo', 'version'],
  tempo: ['/api/status/buildinfo', 'version'],
  grafana: ['/api/health', 'version'],
};

/** @param nowMs ms since 1970 */
export async function serverState(
  probe: Probe,
  server: Server,
  endpoint: Endpoint,
  nowMs: number,
): Promise<ServerState> {
  const ask = asker(probe, endpoint);
  const [versionPath, ...at] = versionPaths[server];
  const [ready, version, metrics] = await Promise.all([
    ask(stackServers[server].ready),
    ask(versionPath),
    ask('/metrics'),
  ]);
  const page = isOk(metrics) ? parsePage(metrics.text) : [];
  // Whatever stands on the port of Grafana may answer any path.
  const isOther = server === 'grafana' && isOk(ready) && textAt(ready.json, 'database') === undefined;
  const isReady = isOk(ready) && !isOther;
  const own = isReady ? await tellers[server](ask, page, nowMs) : {};
  return {
    server,
    url: endpoint.url,
    ready: isReady,
    reached: ready.kind === 'answer',
    version: textAt(jsonIn(version), ...at) || undefined,
    lagSeconds: own.lagSeconds,
    usedBytes: own.usedBytes,
    memoryBytes: totalOf(page, 'process_resident_memory_bytes'),
    note: isReady ? (own.note ?? '') : isOther ? 'something else answers there' : answerText(ready),
  };
}

type Told = Pick<Partial<ServerState>, 'lagSeconds' | 'usedBytes' | 'note'>;
type Teller = (ask: Ask, page: Page, nowMs: number) => Promise<Told>;

const tellers: Readonly<Record<Server, Teller>> = {
  async prometheus(ask, page) {
    const [up, lag] = await Promise.all([
      instantQuery(ask, 'sum(up) or vector(0)'),
      instantQuery(ask, 'time() - max(timestamp(up))'),
    ]);
    const all = (await instantQuery(ask, 'count(up) or vector(0)'))?.[0]?.value ?? 0;
    return {
      lagSeconds: lag?.[0]?.value,
      usedBytes: sumOf(
        totalOf(page, 'prometheus_tsdb_storage_blocks_bytes'),
        totalOf(page, 'prometheus_tsdb_wal_storage_size_bytes'),
        totalOf(page, 'prometheus_tsdb_head_chunks_storage_size_bytes'),
      ),
      note: told([
        `${up?.[0]?.value ?? 0} of ${all} targets up`,
        counted(page, 'prometheus_tsdb_head_series', 'series'),
      ]),
    };
  },
  async alertmanager(ask, page) {
    const alerts = listAt(
      jsonIn(await ask('/api/v2/alerts?active=true&silenced=false&inhibited=false')),
    ).length;
    const failed = totalOf(page, 'alertmanager_notifications_failed_total') ?? 0;
    return {
      usedBytes: sumOf(
        totalOf(page, 'alertmanager_nflog_snapshot_size_bytes'),
        totalOf(page, 'alertmanager_silences_snapshot_size_bytes'),
      ),
      note: `${alerts} alerts fire${failed > 0 ? `, ${failed} notifications failed` : ''}`,
    };
  },
  async loki(ask, page, nowMs) {
    const labels = listAt(jsonIn(await ask('/loki/api/v1/labels')), 'data');
    const label = labels.includes('service_name') ? 'service_name' : labels[0];
    const newest =
      typeof label === 'string'
        ? await ask(
            `/loki/api/v1/query_range?limit=1&direction=backward&since=6h&query=${encodeURIComponent(`{${label}=~".+"}`)}`,
          )
        : undefined;
    const stamps = listAt(newest && jsonIn(newest), 'data', 'result').map((each) =>
      Number(textAt(each, 'values', 0, 0)),
    );
    return {
      lagSeconds: stamps.length > 0 ? Math.max(0, nowMs / 1000 - Math.max(...stamps) / 1e9) : undefined,
      usedBytes: sumOf(
        totalOf(page, 'loki_ingester_chunk_stored_bytes_total'),
        totalOf(page, 'loki_ingester_wal_bytes_in_use'),
      ),
      note: told([
        counted(page, 'loki_distributor_lines_received_total', 'lines since its start'),
        counted(page, 'loki_ingester_memory_streams', 'streams'),
      ]),
    };
  },
  async tempo(_ask, page) {
    return {
      usedBytes: sumOf(totalOf(page, 'tempo_live_store_completion_size_bytes_sum')),
      note: told([counted(page, 'tempo_distributor_spans_received_total', 'spans since its start')]),
    };
  },
  async grafana(ask) {
    const database = textAt(jsonIn(await ask('/api/health')), 'database');
    return { note: `database ${database ?? 'unknown'}` };
  },
};

/** `12 spans`, where the server counts them. */
function counted(page: Page, name: string, what: string): string | undefined {
  const total = totalOf(page, name);
  return total === undefined ? undefined : `${total} ${what}`;
}

function told(parts: readonly (string | undefined)[]): string {
  return parts.filter((each) => each !== undefined).join(', ');
}

function sumOf(...given: readonly (number | undefined)[]): number | undefined {
  const known = given.filter((each) => each !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0);
}

import { paths, ports } from '@sightline/conventions';
import { type Document, type YAMLMap, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';

const workloads: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);
const probes = [
  ['startupProbe', paths.startup.path, ['periodSeconds: 1', 'failureThreshold: 120']],
  ['readinessProbe', paths.readiness.path, ['periodSeconds: 5', 'timeoutSeconds: 1']],
  ['livenessProbe', paths.liveness.path, ['periodSeconds: 10', 'timeoutSeconds: 1']],
] as const;

/** What stands beside a service, by the last part of the name of its image: nothing of it runs on Node.js. */
const besides: ReadonlySet<string> = new Set(
  (
    'adminer alertmanager caddy cassandra clickhouse clickhouse-server cockroach consul couchdb cp-kafka cp-zookeeper ' +
    'dragonfly elasticsearch envoy etcd grafana haproxy httpd influxdb kafka keycloak keydb localstack ' +
    'loki mailhog mailpit mariadb memcached minio mongo mongodb mosquitto mysql mysql-server nats neo4j nginx ' +
    'nginx-unprivileged opensearch opentelemetry-collector opentelemetry-collector-contrib percona percona-server ' +
    'pgbouncer pgvector phpmyadmin postgis postgres postgresql prometheus rabbitmq redis redis-stack redis-stack-server ' +
    'redpanda scylla solr sqlserver tempo timescaledb timescaledb-ha traefik typesense valkey vault ' +
    'zookeeper'
  ).split(' '),
);

export interface ManifestEdit {
  readonly text: string;
  /** What was left as it is, and why. */
  readonly notes: readonly string[];
}

/** How many workloads a file has. */
export function countWorkloads(text: string): number {
  return workloadsIn(text).length;
}

function workloadsIn(text: string): readonly Document.Parsed[] {
  // A lock file is YAML, too, and to read it as such takes seconds.
  if (!/\b(?:Deployment|StatefulSet|DaemonSet)\b/.test(text)) return [];
  try {
    return parseAllDocuments(text)
      .filter((each): each is Document.Parsed => 'contents' in each)
      .filter((each) => each.errors.length === 0 && workloads.has(String(each.get('kind'))));
  } catch {
    return [];
  }
}

/**
 * Gives the container of a workload its probes, by lines that are put behind its image: the rest of the file stays as it
 * is, to the last blank. A container that has a probe already is left alone, and so is one that is not the service's: a
 * database next to it would never be ready.
 *
 * @param name of the service, which chooses among containers and workloads
 * @param isOnly whether there is no other workload, in any file: then it is the service's, whatever it is called, but for what is known
 *   to be something else
 * @returns undefined for a file without a workload
 */
export function editManifest(text: string, name: string, isOnly: boolean): ManifestEdit | undefined {
  const notes: string[] = [];
  const found = workloadsIn(text);
  if (found.length === 0) return undefined;
  const inserts: { at: number; lines: string }[] = [];
  for (const document of found) {
    const workload = String(document.getIn(['metadata', 'name']));
    const title = `${String(document.get('kind'))} ${workload}`;
    const containers = document.getIn(['spec', 'template', 'spec', 'containers']);
    const all = isSeq(containers) ? containers.items.filter((each): each is YAMLMap => isMap(each)) : [];
    const own = all.find((each) => String(each.get('name')) === name);
    const container = own ?? (all.length === 1 ? all[0] : undefined);
    if (container !== undefined && own === undefined && workload !== name && !isOnly) {
      notes.push(`neither ${title} nor its container is called ${name}`);
      continue;
    }
    const image = container === undefined || own !== undefined ? '' : imageName(container);
    if (workload !== name && besides.has(image)) {
      notes.push(`${title} runs ${image}, which is not ${name}`);
      continue;
    }
    if (container === undefined) {
      notes.push(`${title} has ${all.length} containers, and none is called ${name}`);
      continue;
    }
    if (probes.some(([probe]) => container.has(probe))) {
      notes.push(`${title} has probes already; those of Sightline are on port ${ports.admin.port}`);
      continue;
    }
    const port = adminPortOf(container);
    if (port === undefined) {
      notes.push(
        `${title} sets where its admin server is, and whether the kubelet reaches that is not known`,
      );
      continue;
    }
    const insert = probesBehindImage(text, container, port);
    if (insert === undefined) notes.push(`${title} is not written line by line`);
    else inserts.push(insert);
  }
  // From the end, so that places do not move.
  const edited = inserts
    .toSorted((a, b) => b.at - a.at)
    .reduce((all, { at, lines }) => `${all.slice(0, at)}${lines}${all.slice(at)}`, text);
  return { text: edited, notes };
}

/** `postgres` of `docker.io/library/postgres:18@sha256:…`. */
function imageName(container: YAMLMap): string {
  return /([^/:@]+)(?::[^/@]*)?(?:@.*)?$/.exec(String(container.get('image')))?.[1] ?? '';
}

/** The port of the admin server as the container sets it; undefined where it is none, none that others reach, or set elsewhere. */
function adminPortOf(container: YAMLMap): number | undefined {
  const env: unknown = container.get('env');
  const variables = new Map<string, string>(
    (isSeq(env) ? env.items : []).flatMap((each) => {
      const value: unknown = isMap(each) ? each.get('value') : undefined;
      // What is no text comes from somewhere else, such as a secret.
      return isMap(each) ? [[String(each.get('name')), typeof value === 'string' ? value : 'elsewhere']] : [];
    }),
  );
  const isOff = variables.get('SIGHTLINE_ADMIN_DISABLED')?.toLowerCase() === 'true';
  if (isOff || /^(?:localhost|127\.|\[?::1)/.test(variables.get('OTEL_EXPORTER_PROMETHEUS_HOST') ?? ''))
    return undefined;
  const port = Number(variables.get('OTEL_EXPORTER_PROMETHEUS_PORT') || ports.admin.port);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

function probesBehindImage(
  text: string,
  container: YAMLMap,
  port: number,
): { at: number; lines: string } | undefined {
  const pair = container.items.find(
    (each) => isPair(each) && isScalar(each.key) && each.key.value === 'image',
  );
  if (pair === undefined || container.flow === true) return undefined;
  const { key, value } = pair;
  if (!isScalar(key) || !isScalar(value) || !key.range || !value.range) return undefined;
  const lineStart = text.lastIndexOf('\n', key.range[0]) + 1;
  const indent = ' '.repeat(key.range[0] - lineStart);
  const lineEnd = text.indexOf('\n', value.range[1]);
  const lines = probes.flatMap(([probe, path, more]) =>
    [`${probe}:`, `  httpGet: { path: ${path}, port: ${port} }`].concat(more.map((each) => `  ${each}`)),
  );
  const newLine = text.includes('\r\n') ? '\r\n' : '\n';
  const block = lines.map((line) => `${indent}${line}${newLine}`).join('');
  return lineEnd === -1
    ? { at: text.length, lines: `${newLine}${block}` }
    : { at: lineEnd + 1, lines: block };
}

import type { Attributes } from '@opentelemetry/api';
import type { AttributeName } from '@sightline/conventions';
import type { Environment } from '@sightline/errors';
import type { Redactor } from '@sightline/redact';
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import type { Config } from '../config/config.ts';
import type { ReadText } from '../config/otlp.ts';
import { pm2Worker } from '../hooks/pm2-worker.ts';
import { containerId } from './container.ts';
import { podFacts } from './kubernetes.ts';
import { isBelowObserved } from '../sharing.ts';
import { version } from '../version.ts';
import { packageFacts } from './package-facts.ts';
import { readTextFile } from './read-text-file.ts';

/** Where the facts come from; the process's own unless a test says otherwise. */
export interface ResourceSources {
  readonly env?: Environment;
  readonly readText?: ReadText;
  /** The file of the service. */
  readonly entry?: string | undefined;
  readonly workingDirectory?: string;
  /** Whether it is the only one of the service in its container. */
  readonly isAlone?: boolean;
}

type Facts = Partial<Record<AttributeName, string | number | undefined>>;

/**
 * What every span, metric and record says of the process that made it. Files are read once, and nothing is asked over
 * the network. No command line, no path, no user is among it, and every value goes through the redactor.
 *
 * What is set in code beats the environment, that beats plug-ins, and those beat what is found out.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/resource/
 *
 * @param added attributes of plug-ins
 */
export function resourceAttributes(
  config: Pick<Config, 'resource'>,
  redactor: Pick<Redactor, 'value'>,
  added: Attributes = {},
  sources: ResourceSources = {},
): Attributes {
  const {
    env = process.env,
    readText = readTextFile,
    workingDirectory = process.cwd(),
    isAlone = isMainThread && !cluster.isWorker && !isBelowObserved(env),
  } = sources;
  const entry = 'entry' in sources ? sources.entry : (pm2Worker(env)?.script ?? process.argv[1]);
  const { attributes: given, detectors } = config.resource;
  const has = (name: (typeof detectors)[number]): boolean => detectors.includes(name);
  const program = packageFacts(entry, workingDirectory, readText);
  const pod = podFacts(env, readText);
  const found: Facts = {
    'service.name': program.name ?? 'unknown_service:node',
    'service.version': program.version,
    'telemetry.sdk.name': '@sightline/bootstrap',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': version,
    'telemetry.distro.name': 'sightline',
    'telemetry.distro.version': version,
    ...(has('process') && {
      'process.pid': process.pid,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
    }),
    ...(has('host') && { 'host.name': hostname() }),
    ...(has('container') && { 'container.id': containerId(readText, pod !== undefined) }),
    ...(has('k8s') && {
      'k8s.namespace.name': pod?.namespace,
      'k8s.pod.name': pod?.pod,
      'k8s.pod.uid': pod?.uid,
      'k8s.node.name': pod?.node,
      'k8s.container.name': pod?.container,
    }),
  };
  const merged: Attributes = { ...found, ...added, ...given };
  if (merged['service.instance.id'] === undefined && has('serviceinstance')) {
    merged['service.instance.id'] = instanceId(merged, isAlone);
  }
  return censored(merged, redactor);
}

/**
 * `namespace.pod.container` where all are known, so that a restarted container is the same instance; a random UUID
 * elsewhere, and in the workers of a cluster, in processes that the service starts and in threads, of which one container has several.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/resource/k8s/#specify-resource-attributes-using-kubernetes-annotations
 */
function instanceId(attributes: Readonly<Record<string, unknown>>, isAlone: boolean): string {
  const parts = (['k8s.namespace.name', 'k8s.pod.name', 'k8s.container.name'] satisfies AttributeName[]).map(
    (name) => attributes[name],
  );
  return isAlone && parts.every((part) => typeof part === 'string') ? parts.join('.') : randomUUID();
}

function censored(attributes: Attributes, redactor: Pick<Redactor, 'value'>): Attributes {
  const safe = redactor.value(attributes);
  return Object.freeze(
    Object.fromEntries(
      Object.entries(safe as Attributes).filter(([, value]) => value !== undefined && value !== null),
    ),
  );
}

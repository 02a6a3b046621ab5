import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { type Kinds, type KubernetesObject, titleOf } from './render.ts';

/** Made from the JSON schema of a kind. */
type Model = new (object: never) => { validate(): void };

/** By kind: its version of the API, where its type comes from, and what checks its values. */
const schemas: Readonly<Record<keyof Kinds, { apiVersion: string; from: string; model: Model }>> = {
  ConfigMap: { apiVersion: 'v1', from: 'kubernetes-models/v1', model: ConfigMap },
  Deployment: { apiVersion: 'apps/v1', from: 'kubernetes-models/apps/v1', model: Deployment },
  HorizontalPodAutoscaler: {
    apiVersion: 'autoscaling/v2',
    from: 'kubernetes-models/autoscaling/v2',
    model: HorizontalPodAutoscaler,
  },
  Job: { apiVersion: 'batch/v1', from: 'kubernetes-models/batch/v1', model: Job },
  Namespace: { apiVersion: 'v1', from: 'kubernetes-models/v1', model: Namespace },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    from: 'kubernetes-models/networking.k8s.io/v1',
    model: NetworkPolicy,
  },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    from: 'kubernetes-models/policy/v1',
    model: PodDisruptionBudget,
  },
  PodMonitor: {
    apiVersion: 'monitoring.coreos.com/v1',
    from: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    model: PodMonitor,
  },
  PrometheusRule: {
    apiVersion: 'monitoring.coreos.com/v1',
    from: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
    model: PrometheusRule,
  },
  Service: { apiVersion: 'v1', from: 'kubernetes-models/v1', model: Service },
  ServiceAccount: { apiVersion: 'v1', from: 'kubernetes-models/v1', model: ServiceAccount },
  StatefulSet: { apiVersion: 'apps/v1', from: 'kubernetes-models/apps/v1', model: StatefulSet },
};

/** What the schema of an object says against its values; it says nothing of fields that it does not know. */
export function valueProblems(object: KubernetesObject): readonly string[] {
  const schema = schemas[object.kind];
  if (schema === undefined) return [`${titleOf(object)}: no schema for this kind`];
  if (schema.apiVersion !== object.apiVersion) return [`${titleOf(object)}: is of ${object.apiVersion}`];
  try {
    new schema.model(object as never).validate();
    return [];
  } catch (error) {
    return [`${titleOf(object)}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/**
 * Fields that Kubernetes does not know, which it would drop or refuse, and those that miss: the compiler finds them, with
 * each object as a literal of the type that is generated from its schema.
 *
 * @returns what the compiler says, by the name of the set; nothing for a set that is right
 */
export async function fieldProblems(
  sets: Readonly<Record<string, readonly KubernetesObject[]>>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  mkdirSync(`${root}/test/dist`, { recursive: true });
  // Below `test`, so that the types are found as they are from here; with a dot, so that a build does not see it.
  const folder = mkdtempSync(`${root}/test/dist/.kubernetes-`);
  try {
    const names = Object.keys(sets);
    names.forEach((name, index) =>
      writeFileSync(join(folder, `set${index}.ts`), asLiterals(sets[name] ?? [])),
    );
    const compilerOptions = { noEmit: true, composite: false, sourceMap: false, declarationMap: false };
    const config = join(folder, 'tsconfig.json');
    writeFileSync(
      config,
      JSON.stringify({ extends: `${root}/tsconfig.base.json`, compilerOptions, include: ['*.ts'] }),
    );
    const output = await compilerOutput(config);
    return new Map(
      names.map((name, index) => [
        name,
        output.split('\n').filter((line) => line.includes(`set${index}.ts(`) && line.includes('error TS')),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function asLiterals(objects: readonly KubernetesObject[]): string {
  const kinds = [...new Set(objects.map(({ kind }) => kind))];
  const imports = kinds.map((kind) => `import type { I${kind} } from '${schemas[kind].from}/${kind}';`);
  const literals = objects.map(
    (object, index) =>
      `export const object${index}: I${object.kind} = ${JSON.stringify(object, undefined, 1)};`,
  );
  return [...imports, ...literals, ''].join('\n');
}

async function compilerOutput(config: string): Promise<string> {
  const tsc = `${root}/node_modules/.bin/tsc`;
  try {
    return (await run(tsc, ['-p', config, '--pretty', 'false'], { timeout: 60_000 })).stdout;
  } catch (error) {
    const { stdout = '' } = Object(error) as { stdout?: string };
    if (!/error TS\d+/.test(stdout)) throw error;
    return stdout;
  }
}

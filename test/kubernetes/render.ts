import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { parseAllDocuments } from 'yaml';
import { type Found, debianProgram } from '../servers/debian.ts';

/** Every kind of object that the example has, by its name. */
export interface Kinds {
  ConfigMap: IConfigMap;
  Deployment: IDeployment;
  HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  Job: IJob;
  Namespace: INamespace;
  NetworkPolicy: INetworkPolicy;
  PodDisruptionBudget: IPodDisruptionBudget;
  PodMonitor: IPodMonitor;
  PrometheusRule: IPrometheusRule;
  Service: IService;
  ServiceAccount: IServiceAccount;
  StatefulSet: IStatefulSet;
}

export type KubernetesObject = Kinds[keyof Kinds];

const run = promisify(execFile);
/** The first with all that the example uses: components, `labels` with templates, `replacements`. */
const OLDEST_KUSTOMIZE = 5;

/**
 * The kubectl that renders: the one on the PATH, or that of the newest Debian, as that of an older one brings a
 * kustomize without components.
 */
export async function findKubectl(): Promise<Found> {
  const onPath = await kustomizeMajor('kubectl');
  if (onPath !== undefined && onPath >= OLDEST_KUSTOMIZE) return { path: 'kubectl' };
  const found = await debianProgram({ program: 'kubectl', package: 'kubectl', release: 'sid' });
  if ('missing' in found) return found;
  const major = await kustomizeMajor(found.path);
  return major !== undefined && major >= OLDEST_KUSTOMIZE
    ? found
    : { missing: `kubectl: its kustomize is ${major ?? 'not there'}, not ${OLDEST_KUSTOMIZE} or later` };
}

async function kustomizeMajor(kubectl: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(kubectl, ['version', '--client', '--output=json']);
    const { kustomizeVersion } = JSON.parse(stdout) as { kustomizeVersion?: string };
    return Number(/^v?(\d+)\./.exec(kustomizeVersion ?? '')?.[1] ?? Number.NaN) || undefined;
  } catch {
    return undefined;
  }
}

/** What `kubectl apply -k` would send, in the order in which it would. */
export async function render(kubectl: string, folder: string): Promise<readonly KubernetesObject[]> {
  const { stdout } = await run(kubectl, ['kustomize', folder], { maxBuffer: 2 ** 24 });
  return parseAllDocuments(stdout).map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() as KubernetesObject;
  });
}

/** The objects of one kind. */
export function ofKind<Kind extends keyof Kinds>(
  objects: readonly KubernetesObject[],
  kind: Kind,
): readonly Kinds[Kind][] {
  return objects.filter((object) => object.kind === kind) as unknown as readonly Kinds[Kind][];
}

/** `Deployment storefront`. */
export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata?.name}`;
}

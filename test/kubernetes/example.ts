import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import { type KubernetesObject, ofKind, titleOf } from './render.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const example = `${root}/examples/kubernetes`;

/** A file of the example. */
export const readExample = (file: string): string => readFileSync(`${example}/${file}`, 'utf8');

export const services = ['storefront', 'orders', 'payments'] as const;

/** All that runs containers. */
export function workloads(
  objects: readonly KubernetesObject[],
): { title: string; template: IPodTemplateSpec }[] {
  return [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'Job')].map((object) => ({
    title: titleOf(object),
    template: object.spec?.template ?? {},
  }));
}

export function containers(objects: readonly KubernetesObject[]): { title: string; container: IContainer }[] {
  return workloads(objects).flatMap(({ title, template }) =>
    (template.spec?.containers ?? []).map((container) => ({ title, container })),
  );
}

/** The labels of its pods. */
export const podLabels = (deployment: IDeployment): Readonly<Record<string, string>> =>
  deployment.spec?.template.metadata?.labels ?? {};
/** Its one container. */
export const app = (deployment: IDeployment): IContainer =>
  deployment.spec?.template.spec?.containers[0] ?? { name: 'missing' };
/** The number of a port. */
export const portNamed = (container: IContainer, name: string): number | undefined =>
  container.ports?.find((port) => port.name === name)?.containerPort;
/** The value of a variable, where it stands in the manifest itself. */
export const valueOf = (container: IContainer, name: string): string | undefined =>
  container.env?.find((each) => each.name === name)?.value;

import { example } from './example.ts';
import { type KubernetesObject, findKubectl, render } from './render.ts';

export const overlays = ['dev', 'production', 'blue-green', 'canary'] as const;
export type Overlay = (typeof overlays)[number];
/** Every folder that is applied. */
export const folders = [...overlays.map((name) => `overlays/${name}`), 'load', 'cluster/prometheus-adapter'];

export const kubectl = await findKubectl();
if ('missing' in kubectl) process.stdout.write(`The manifests are not tested: ${kubectl.missing}\n`);

export async function renderFolder(folder: string): Promise<readonly KubernetesObject[]> {
  return 'path' in kubectl ? render(kubectl.path, folder) : [];
}

/** What each folder renders to; nothing where there is no kubectl. */
export const rendered: Readonly<Record<string, readonly KubernetesObject[]>> = Object.fromEntries(
  await Promise.all(
    folders.map(async (folder) => [folder, await renderFolder(`${example}/${folder}`)] as const),
  ),
);

export const objectsOf = (name: Overlay): readonly KubernetesObject[] => rendered[`overlays/${name}`] ?? [];

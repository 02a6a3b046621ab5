import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { type Found } from '../servers/debian.ts';
import { findProgram } from '../servers/program.ts';
import type { ChartPaths } from './chart-paths.ts';

const run = promisify(execFile);
const values = fileURLToPath(new URL('../../examples/scale-out/helm', import.meta.url));

/** These generated types ask claims of the operator's objects for their kind; the operator itself does not. */
const CLAIM_WITHOUT_KIND = /volumeClaimTemplate must have required property (?:apiVersion|kind)$/;

/** An object of any kind, as a chart makes it. */
export interface ChartObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Charts {
  readonly helm: string;
  /** Holds a folder of each chart, as `helm pull --untar` lays it. */
  readonly folder: string;
}

/** Helm and the charts, which no package of Debian or npm has, or why there are none. */
export function findCharts(): Charts | { readonly missing: string } {
  const helm: Found = findProgram('helm', 'SIGHTLINE_HELM_BINARY');
  if ('missing' in helm) return helm;
  const folder = process.env['SIGHTLINE_CHARTS'] ?? '';
  return existsSync(folder)
    ? { helm: helm.path, folder }
    : { missing: 'SIGHTLINE_CHARTS names no folder of charts, as helm pull --untar lays them' };
}

/** The values files that one release is made with: its own, and those that are named after it. */
export function filesOf(file: string): readonly string[] {
  const release = file.replace('.values.yaml', '');
  const more = readdirSync(values).filter((name) => name.startsWith(`${release}-`) && release === 'grafana');
  return [file, ...more].map((name) => join(values, name));
}

/** What `helm install` would send, but for definitions of kinds. */
export async function renderChart(
  { helm, folder }: Charts,
  file: string,
  { chart }: ChartPaths,
): Promise<readonly ChartObject[]> {
  const { stdout } = await run(
    helm,
    [
      'template',
      file.replace('.values.yaml', ''),
      join(folder, chart),
      '--namespace=monitoring',
      ...filesOf(file).map((each) => `--values=${each}`),
    ],
    { maxBuffer: 2 ** 25 },
  );
  return parseAllDocuments(stdout)
    .map((document) => document.toJS() as ChartObject | null)
    .filter((object) => object !== null);
}

/** What the schema of an object's kind says against it, of Kubernetes or of the operator of Prometheus. */
export async function schemaProblem(object: ChartObject): Promise<string | undefined> {
  const { apiVersion, kind, metadata } = object;
  const from = apiVersion.startsWith('monitoring.coreos.com/')
    ? '@kubernetes-models/prometheus-operator'
    : 'kubernetes-models';
  const { [kind]: Model } = (await import(`${from}/${apiVersion}/${kind}`)) as Readonly<
    Record<string, new (given: object) => { validate(): void }>
  >;
  if (Model === undefined) return `${kind} ${metadata.name}: no schema of ${apiVersion}`;
  try {
    new Model(object).validate();
    return undefined;
  } catch (error) {
    const problems = (error instanceof Error ? error.message : String(error))
      .split(', ')
      .filter((problem) => !CLAIM_WITHOUT_KIND.test(problem));
    return problems.length === 0 ? undefined : `${kind} ${metadata.name}: ${problems.join(', ')}`;
  }
}

/** `service:port` of each port that objects of the kind Service have. */
export function portsOfServices(objects: readonly ChartObject[]): ReadonlySet<string> {
  return new Set(
    objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap(({ metadata, spec }) =>
        ((spec?.['ports'] ?? []) as readonly { readonly port: number }[]).map(
          ({ port }) => `${metadata.name}:${port}`,
        ),
      ),
  );
}

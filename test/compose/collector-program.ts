import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { type Found } from '../servers/debian.ts';
import { findProgram } from '../servers/program.ts';

const run = promisify(execFile);

type Section = Readonly<Record<string, unknown>>;
interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}
export interface CollectorConfig {
  readonly extensions?: Section;
  readonly receivers: Section;
  readonly processors: Section;
  readonly exporters: Section;
  readonly service: Section & { readonly pipelines: Readonly<Record<string, Pipeline>> };
}

const kinds = ['extensions', 'receivers', 'processors', 'exporters'] as const;

/** A Collector of any distribution: each of them has other components. */
export const findCollector = (): Found => findProgram('otelcol-contrib', 'SIGHTLINE_OTELCOL_BINARY');

/** The types of components that a Collector was built with, `receivers/otlp`. */
export async function componentsOf(collector: string): Promise<ReadonlySet<string>> {
  const { stdout } = await run(collector, ['components']);
  const told = parse(stdout) as Readonly<Record<string, readonly { readonly name: string }[] | null>>;
  return new Set(kinds.flatMap((kind) => (told[kind] ?? []).map(({ name }) => `${kind}/${name}`)));
}

/**
 * A configuration without the components that a Collector does not have. A pipeline that is left with nothing to read from
 * reads OTLP, which every one has; one with nothing to send to goes.
 */
export function reducedTo(
  config: CollectorConfig,
  components: ReadonlySet<string>,
): { readonly config: CollectorConfig; readonly left: readonly string[] } {
  const has = (kind: string, name: string): boolean => components.has(`${kind}/${name.split('/')[0]}`);
  const only = (kind: (typeof kinds)[number]): Section =>
    Object.fromEntries(Object.entries(config[kind] ?? {}).filter(([name]) => has(kind, name)));
  const pipelines = Object.entries(config.service.pipelines).map(
    ([signal, { receivers, processors, exporters }]) => [
      signal,
      {
        receivers: receivers.map((name) => (has('receivers', name) ? name : 'otlp')),
        processors: processors.filter((name) => has('processors', name)),
        exporters: exporters.filter((name) => has('exporters', name)),
      },
    ],
  ) as readonly (readonly [string, Pipeline])[];
  const readsOtlp = pipelines.some(([, { receivers }]) => receivers.includes('otlp'));
  const extensions = only('extensions');
  return {
    config: {
      ...config,
      ...Object.fromEntries(kinds.map((kind) => [kind, only(kind)])),
      receivers: { ...(readsOtlp && { otlp: { protocols: { http: {} } } }), ...only('receivers') },
      service: {
        ...config.service,
        extensions: Object.keys(extensions),
        pipelines: Object.fromEntries(pipelines.filter(([, { exporters }]) => exporters.length > 0)),
      },
    },
    left: kinds.flatMap((kind) =>
      Object.keys(config[kind] ?? {})
        .filter((name) => !has(kind, name))
        .map((name) => `${kind}/${name}`),
    ),
  };
}

import { type Io, run } from '@sightline/cli';
import type { World } from './world.ts';

/** Longest that one run may take [ms]. */
export const RUN_MS = 180_000;

/** What the doctor is run with. */
export interface Doctored {
  /** Options in place of those of the healthy system. */
  readonly options?: Readonly<Record<string, string | undefined>>;
  readonly url?: string | undefined;
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly nowOffMs?: number;
  readonly cwd?: string;
  /** A service of its own is asked without Prometheus, which does not scrape it, unless this says so. */
  readonly withPrometheus?: true;
}

export interface Told {
  readonly exitCode: number;
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  readonly text: string;
  readonly stderr: string;
}

async function* nothing(): AsyncGenerator<never> {}

export async function doctor(world: World, of: Doctored = {}): Promise<Told> {
  let [stdout, stderr] = ['', ''];
  const options: Readonly<Record<string, string | undefined>> = {
    admin: world.service.adminUrl,
    prometheus: world.prometheus.url,
    alertmanager: world.alertmanager.url,
    loki: world.loki.url,
    tempo: world.tempo.url,
    grafana: world.grafana.url,
    wait: '4s',
    timeout: '15s',
    ...of.options,
  };
  const url = 'url' in of ? of.url : world.service.url;
  const argv = [
    'doctor',
    ...(url === undefined ? [] : [url]),
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
    ...(of.without ?? []).flatMap((each) => ['--without', each]),
    '--json',
  ];
  const io: Io = {
    stdin: nothing(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    env: { GRAFANA_TOKEN: 'glsa_doctor', ...of.env },
    cwd: of.cwd ?? world.folder,
    isTerminal: { stdout: false, stderr: false },
    fetch,
    now: () => Date.now() + (of.nowOffMs ?? 0),
    signal: AbortSignal.timeout(RUN_MS),
  };
  const exitCode = await run(argv, io);
  const { result } = JSON.parse(stdout) as {
    result: { findings: readonly { code: string; severity: string; seen: string; fix: string }[] };
  };
  const codes = (severity: string): readonly string[] => [
    ...new Set(result.findings.filter((each) => each.severity === severity).map(({ code }) => code)),
  ];
  return { exitCode, faults: codes('fault'), notes: codes('note'), text: stdout, stderr };
}

/** A service of its own, with what is wrong in its environment; scraped by nobody. */
export async function doctored(
  world: World,
  env: Readonly<Record<string, string>>,
  preloads = true,
  of: Doctored = {},
): Promise<Told> {
  const its = await world.startService(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: world.tempo.otlpUrl,
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${world.loki.url}/otlp/v1/logs`,
      ...env,
    },
    preloads,
  );
  return doctor(world, {
    ...of,
    url: its.url,
    without: [...(of.withPrometheus ? [] : ['prometheus']), 'alertmanager', 'grafana', ...(of.without ?? [])],
    options: { admin: its.adminUrl, ...of.options },
  });
}

/** The service as the job of that name sees it. */
export const behind = ({ scraped }: World, name: string): Doctored => ({
  options: { admin: scraped.get(name)?.url },
});

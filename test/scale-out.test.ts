import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { collectorProblems } from './compose/collector-config.ts';
import { type CollectorConfig, componentsOf, findCollector, reducedTo } from './compose/collector-program.ts';
import { pathOr, stackProgram, tellMissing } from './compose/stack-program.ts';
import { type KubernetesObject, findKubectl, ofKind, render, titleOf } from './kubernetes/render.ts';
import { fieldProblems, valueProblems } from './kubernetes/schemas.ts';
import { type ChartPaths, chartProblems } from './scale-out/chart-paths.ts';

// A program that takes a second may take many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../examples/scale-out', import.meta.url));
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const values = (name: string): Record<string, unknown> =>
  parse(read(`helm/${name}`)) as Record<string, unknown>;

const kubectl = await findKubectl();
const loki = await stackProgram('loki');
const tempo = await stackProgram('tempo');
const collector = findCollector();
tellMissing([kubectl, loki, tempo, collector]);
process.stdout.write(
  'Helm and Thanos come with no registry at hand: values are checked against what their charts know.\n',
);

const charts = JSON.parse(
  readFileSync(new URL('scale-out/chart-paths.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, ChartPaths>>;
/** Written from code, see `scale-out/data-source-file.ts`. */
const GENERATED = 'grafana-datasources.values.yaml';
const files = readdirSync(join(folder, 'helm')).filter((name) => name !== GENERATED);

let objects: readonly KubernetesObject[] = [];
let work: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'sightline-scale-out-'));
  if ('path' in kubectl) objects = await render(kubectl.path, join(folder, 'thanos'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the values of the charts', () => {
  it.each(Object.entries(charts))('are known to the chart that they are for: %s', (name, chart) => {
    expect(chartProblems(values(name), chart)).toEqual([]);
    expect(read(`helm/${name}`)).toMatch(new RegExp(`^# Chart ${chart.chart} ${chart.version} of`));
  });

  it('are all of those that are here', () => {
    expect(files.toSorted()).toEqual(Object.keys(charts).toSorted());
  });

  it('would be refused with a name that the chart does not know', () => {
    const [name, chart] = Object.entries(charts)[0]!;
    expect(chartProblems({ ...values(name), replicaz: 3 }, chart)).toEqual([
      expect.stringContaining('replicaz'),
    ]);
  });

  it.each(['collector-agent.values.yaml', 'collector-gateway.values.yaml'])(
    'have a configuration that the Collector knows: %s',
    (name) => {
      expect(collectorProblems(values(name)['alternateConfig'])).toEqual([]);
    },
  );

  it.for(['collector-agent.values.yaml', 'collector-gateway.values.yaml'])(
    'have a configuration that a Collector takes, without the components that it was not built with: %s',
    async (name, { skip }) => {
      const program = pathOr(collector, skip);
      const given = values(name)['alternateConfig'] as CollectorConfig;
      const { config, left } = reducedTo(given, await componentsOf(program));
      process.stdout.write(`${name} is checked by a Collector, but for: ${left.join(', ') || 'nothing'}\n`);
      const file = join(work, name);
      writeFileSync(file, stringify(config));
      await expect(run(program, ['validate', `--config=file:${file}`])).resolves.toBeDefined();
    },
  );

  it('take the same of a line of Sightline as the agent of compose/ does', () => {
    interface Agent {
      readonly receivers: {
        readonly file_log: { readonly operators: readonly Readonly<Record<string, string>>[] };
      };
    }
    const moves = (agent: Agent): readonly string[] =>
      agent.receivers.file_log.operators
        .filter(({ from = '' }) => from.startsWith('attributes.line.'))
        .map(({ from, to }) => `${from} ${to}`)
        .toSorted();
    const here = values('collector-agent.values.yaml')['alternateConfig'] as Agent;
    const onOneMachine = readFileSync(join(folder, '../../compose/agent/agent.yml'), 'utf8');
    expect(moves(here)).toEqual(moves(parse(onOneMachine) as Agent));
    expect(moves(here)).toContain('attributes.line.request_id attributes.request_id');
  });

  it('send all spans of a trace to one gateway, which is where the agents look for it', () => {
    const agent = values('collector-agent.values.yaml')['alternateConfig'] as {
      exporters: {
        loadbalancing: { routing_key: string; resolver: { dns: { hostname: string; port: string } } };
      };
    };
    const gateway = values('collector-gateway.values.yaml') as {
      extraManifests: {
        metadata: { name: string };
        spec: { clusterIP: string; ports: { port: number }[] };
      }[];
    };
    const [service] = gateway.extraManifests;
    const { routing_key: key, resolver } = agent.exporters.loadbalancing;
    expect(key).toBe('traceID');
    expect(resolver.dns.hostname).toBe(`${service?.metadata.name}.monitoring.svc`);
    expect([service?.spec.clusterIP, service?.spec.ports[0]?.port]).toEqual([
      'None',
      Number(resolver.dns.port),
    ]);
  });

  it('make settings that Loki takes, for each of its parts', async ({ skip }) => {
    const program = pathOr(loki, skip);
    const { loki: given } = values('loki.values.yaml') as {
      loki: Record<string, Record<string, unknown>> & { storage: Record<string, unknown> };
    };
    const config = join(work, 'loki.yml');
    writeFileSync(
      config,
      stringify({
        auth_enabled: given['auth_enabled'],
        common: { path_prefix: join(work, 'loki'), replication_factor: 3 },
        schema_config: given['schemaConfig'],
        limits_config: given['limits_config'],
        compactor: { working_directory: join(work, 'compactor'), ...given['compactor'] },
        analytics: given['analytics'],
        ruler: given['rulerConfig'],
        storage_config: {
          use_thanos_objstore: true,
          object_store: {
            s3: {
              ...(given.storage['object_store'] as { s3: object }).s3,
              bucket_name: 'sightline-loki-chunks',
            },
          },
        },
      }),
    );
    for (const target of ['distributor', 'ingester', 'querier', 'compactor', 'ruler'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as each takes a core
      await expect(
        run(program, [`-config.file=${config}`, `-target=${target}`, '-verify-config']),
      ).resolves.toBeDefined();
  });

  it('make settings that Tempo takes, for each of its parts', async ({ skip }) => {
    const program = pathOr(tempo, skip);
    const given = values('tempo.values.yaml') as Record<string, Record<string, unknown>>;
    const config = join(work, 'tempo.yml');
    writeFileSync(
      config,
      stringify({
        multitenancy_enabled: given['multitenancyEnabled'],
        stream_over_http_enabled: given['streamOverHTTPEnabled'],
        usage_report: { reporting_enabled: given['reportingEnabled'] },
        ingest: given['ingest'],
        storage: given['storage'],
        overrides: given['overrides'],
        metrics_generator: given['metricsGenerator']?.['config'],
        block_builder: given['blockBuilder']?.['config'],
        backend_scheduler: given['backendScheduler']?.['config'],
      }),
    );
    for (const target of [
      'distributor',
      'live-store',
      'block-builder',
      'metrics-generator',
      'querier',
      'backend-scheduler',
    ])
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as each takes a core
      await expect(
        run(program, [`-config.file=${config}`, `-target=${target}`, '-config.verify=true']),
      ).resolves.toBeDefined();
  });

  it('hold no secret: each is a Secret by its name, which the README says how to make', () => {
    const texts = files.map((name) => read(`helm/${name}`)).join('\n');
    expect(texts).not.toMatch(/(?:password|secret_key|access_key)\w*: (?!\$__file)[\w-]{4,}/i);
    const named = [
      ...texts.matchAll(/(?:existingSecret|secretName|configSecret): (?:\{ name: )?([\w-]+)/g),
    ].map(([, name]) => name);
    const made = [...read('README.md').matchAll(/create secret generic ([\w-]+)/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(made));
  });
});

describe.skipIf('missing' in kubectl)('Thanos', () => {
  it('satisfies the schemas of Kubernetes and of the operator, fields and values', async () => {
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.flatMap(valueProblems)).toEqual([]);
    expect((await fieldProblems({ thanos: objects })).get('thanos')).toEqual([]);
  }, 60_000);

  it('has no object twice, all in one namespace, and each selector finds pods', () => {
    expect(new Set(objects.map(titleOf)).size).toBe(objects.length);
    expect(new Set(objects.map(({ metadata }) => metadata?.namespace))).toEqual(new Set(['monitoring']));
    const pods = [...ofKind(objects, 'StatefulSet'), ...ofKind(objects, 'Deployment')].map(
      ({ spec }) => spec!.template.metadata!.labels!,
    );
    for (const { spec } of ofKind(objects, 'Service'))
      expect(
        pods.filter((labels) =>
          Object.entries(spec?.selector ?? {}).every(([name, value]) => labels[name] === value),
        ),
      ).toHaveLength(1);
  });

  it('may do no more than it must, and is bounded', () => {
    for (const { spec } of [...ofKind(objects, 'StatefulSet'), ...ofKind(objects, 'Deployment')]) {
      const { securityContext, containers, ...pod } = spec!.template.spec!;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        enableServiceLinks: false,
      });
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(containers[0]?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(containers[0]?.resources?.limits?.['memory']).toBeDefined();
      expect(containers[0]?.image).toMatch(/:v\d+\.\d+\.\d+$/);
    }
  });

  it('has every receiver of its hash ring, by the name that its pod has, and one compactor', () => {
    const [{ endpoints }] = JSON.parse(read('thanos/hashrings.json')) as [{ endpoints: string[] }];
    const receive = ofKind(objects, 'StatefulSet').find(
      ({ metadata }) => metadata?.name === 'thanos-receive',
    );
    expect(endpoints).toEqual(
      Array.from(
        { length: receive?.spec?.replicas ?? 0 },
        (_none, index) => `thanos-receive-${index}.${receive?.spec?.serviceName}.monitoring.svc:10901`,
      ),
    );
    const compact = ofKind(objects, 'StatefulSet').find(
      ({ metadata }) => metadata?.name === 'thanos-compact',
    );
    expect(compact?.spec?.replicas).toBe(1);
  });

  it('is what the charts write to and ask', () => {
    const names = new Set(ofKind(objects, 'Service').map(({ metadata }) => metadata?.name));
    const asked = [...files, GENERATED].flatMap((name) =>
      [...read(`helm/${name}`).matchAll(/(thanos-[\w-]+)\.monitoring\.svc/g)].map(([, service]) => service),
    );
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((service) => !names.has(service))).toEqual([]);
  });
});

/** The charts of examples/scale-out, rendered by Helm with our values. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { pathOr, stackProgram } from './compose/stack-program.ts';
import { findKubectl, render } from './kubernetes/render.ts';
import type { ChartPaths } from './scale-out/chart-paths.ts';
import {
  type ChartObject,
  filesOf,
  findCharts,
  portsOfServices,
  renderChart,
  schemaProblem,
} from './scale-out/charts.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const run = promisify(execFile);
const known = JSON.parse(
  readFileSync(new URL('scale-out/chart-paths.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, ChartPaths>>;
const charts = findCharts();
process.stdout.write(
  'missing' in charts
    ? `The charts are not rendered here: ${charts.missing}\n`
    : 'The charts are rendered by Helm, and checked against the schemas of Kubernetes and of the operator.\n',
);

describe.skipIf('missing' in charts)('helm template with our values', () => {
  const rendered = new Map<string, readonly ChartObject[]>();
  let work: string;
  let thanos: readonly ChartObject[] = [];

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'sightline-charts-'));
    if ('missing' in charts) return;
    for (const [file, chart] of Object.entries(known))
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as each takes a core
      rendered.set(file, await renderChart(charts, file, chart));
    const kubectl = await findKubectl();
    if ('path' in kubectl) {
      const folder = fileURLToPath(new URL('../examples/scale-out/thanos', import.meta.url));
      thanos = (await render(kubectl.path, folder)) as unknown as readonly ChartObject[];
    }
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const all = (): readonly ChartObject[] => [...rendered.values()].flat();
  const textIn = (file: string, key: string): string => {
    const map = rendered
      .get(file)
      ?.find(({ kind, data }) => kind === 'ConfigMap' && data?.[key] !== undefined);
    return map?.data?.[key] ?? '';
  };

  it.each(Object.keys(known))(
    'makes objects that satisfy their schemas, none of them twice: %s',
    async (file) => {
      const objects = rendered.get(file) ?? [];
      expect(objects.length).toBeGreaterThan(3);
      expect((await Promise.all(objects.map(schemaProblem))).filter((each) => each !== undefined)).toEqual(
        [],
      );
      const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
    },
  );

  it('makes every service that another one is told to use, on the port that it is told', () => {
    const there = portsOfServices([...all(), ...thanos]);
    const texts = Object.keys(known)
      .flatMap(filesOf)
      .map((file) => readFileSync(file, 'utf8'));
    const told = [...texts.join('\n').matchAll(/https?:\/\/([\w-]+)\.monitoring\.svc(?::(\d+))?/g)]
      .map(([, name, port]) => `${name}:${port ?? 80}`)
      // The operator makes this one.
      .filter((each) => each !== 'alertmanager-operated:9093');
    expect(told.length).toBeGreaterThan(4);
    expect([...new Set(told)].filter((each) => !there.has(each))).toEqual([]);
  });

  it('hands the configuration of the Collector on as it stands in the values', () => {
    for (const file of ['collector-agent.values.yaml', 'collector-gateway.values.yaml']) {
      const [path = ''] = filesOf(file);
      const { alternateConfig } = parse(readFileSync(path, 'utf8')) as { alternateConfig: object };
      expect(parse(textIn(file, 'relay'))).toEqual(alternateConfig);
    }
  });

  it('makes a configuration of Loki that Loki takes, for each of its parts', async ({ skip }) => {
    const program = pathOr(await stackProgram('loki'), skip);
    const config = join(work, 'loki.yml');
    const given = parse(textIn('loki.values.yaml', 'config.yaml')) as { storage_config: object };
    // A default of the chart, for an index that is not in use here and that Loki 3.8 has no more.
    const { boltdb_shipper: _old, ...storage } = given.storage_config as Readonly<Record<string, unknown>>;
    writeFileSync(config, stringify({ ...given, storage_config: storage }));
    for (const target of ['distributor', 'ingester', 'querier', 'compactor', 'ruler', 'index-gateway'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as each takes a core
      await expect(
        run(program, [`-config.file=${config}`, `-target=${target}`, '-verify-config']),
      ).resolves.toBeDefined();
  });

  it('makes a configuration of Tempo that Tempo takes, for each of its parts', async ({ skip }) => {
    const program = pathOr(await stackProgram('tempo'), skip);
    const config = join(work, 'tempo.yml');
    const overrides = join(work, 'overrides.yml');
    writeFileSync(overrides, textIn('tempo.values.yaml', 'overrides.yaml'));
    writeFileSync(
      config,
      textIn('tempo.values.yaml', 'tempo.yaml').replaceAll('/runtime-config/overrides.yaml', overrides),
    );
    for (const target of [
      'distributor',
      'live-store',
      'block-builder',
      'metrics-generator',
      'querier',
      'query-frontend',
      'backend-scheduler',
      'backend-worker',
    ])
      // oxlint-disable-next-line no-await-in-loop -- one after the other, as each takes a core
      await expect(
        run(program, [`-config.file=${config}`, `-target=${target}`, '-config.verify=true']),
      ).resolves.toBeDefined();
  });
});

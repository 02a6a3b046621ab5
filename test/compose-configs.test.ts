import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type MetricDefinition, metrics } from '@sightline/conventions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { collectorProblems } from './compose/collector-config.ts';
import { type CollectorConfig, componentsOf, findCollector, reducedTo } from './compose/collector-program.ts';
import { composeFolder } from './compose/compose-file.ts';
import { knownSettings, prometheusAbilities } from './compose/prometheus-abilities.ts';
import { pathOr, stackProgram, tellMissing } from './compose/stack-program.ts';

// A program that takes a second may take many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(join(composeFolder, file), 'utf8');

const programs = {
  prometheus: await stackProgram('prometheus'),
  promtool: await stackProgram('promtool'),
  amtool: await stackProgram('amtool'),
  loki: await stackProgram('loki'),
  tempo: await stackProgram('tempo'),
};
tellMissing(Object.values(programs));
const collector = findCollector();
process.stdout.write(
  `Grafana${'missing' in collector ? ' and the Collector come' : ' comes'} with no registry at hand: checked by schema alone.\n`,
);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sightline-compose-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the configurations', () => {
  it('are what Prometheus takes, with every rule of alerts/', async ({ skip }) => {
    const promtool = pathOr(programs.promtool, skip);
    const prometheus = pathOr(programs.prometheus, skip);
    const work = join(folder, 'prometheus');
    cpSync(join(composeFolder, 'prometheus'), work, { recursive: true });
    symlinkSync(`${root}/alerts/prometheus`, join(work, 'rules'));
    const config = read('prometheus/prometheus.yml');
    writeFileSync(join(work, 'prometheus.yml'), knownSettings(config, await prometheusAbilities(prometheus)));
    const { stdout } = await run(promtool, ['check', 'config', join(work, 'prometheus.yml')]);
    expect(stdout).toContain(`${readdirSync(`${root}/alerts/prometheus`).length} rule files found`);
  });

  it('are what Alertmanager takes, with every receiver', async ({ skip }) => {
    const amtool = pathOr(programs.amtool, skip);
    const work = join(folder, 'alertmanager');
    cpSync(join(composeFolder, 'alertmanager'), work, { recursive: true });
    cpSync(`${root}/alerts/templates`, join(work, 'templates'), { recursive: true });
    const { stdout } = await run(amtool, ['check-config', join(work, 'alertmanager.yml')]);
    expect(stdout).toContain('SUCCESS');
  });

  it('are what Loki takes', async ({ skip }) => {
    const loki = pathOr(programs.loki, skip);
    const args = (config: string): string[] => [
      `-config.file=${config}`,
      '-config.expand-env=true',
      '-verify-config',
    ];
    await run(loki, args(join(composeFolder, 'loki/loki.yml')));
    const wrong = join(folder, 'loki.yml');
    writeFileSync(wrong, `${read('loki/loki.yml')}\nunknown_block: {}\n`);
    await expect(run(loki, args(wrong))).rejects.toThrow('unknown_block');
  });

  it('are what Tempo takes, without a warning', async ({ skip }) => {
    const tempo = pathOr(programs.tempo, skip);
    const args = (config: string): string[] => [
      `-config.file=${config}`,
      '-config.expand-env=true',
      '-config.verify=true',
    ];
    const { stdout, stderr } = await run(tempo, args(join(composeFolder, 'tempo/tempo.yml')));
    expect(stdout + stderr).not.toContain('WARNINGS');
    const wrong = join(folder, 'tempo.yml');
    writeFileSync(wrong, read('tempo/tempo.yml').replace('live_store:', 'ingester:'));
    await expect(run(tempo, args(wrong))).rejects.toThrow('ingester');
  });

  it.each(['agent/agent.yml', 'collector/collector.yml'])('are what the Collector knows: %s', (name) => {
    expect(collectorProblems(parse(read(name)))).toEqual([]);
  });

  it.for(['agent/agent.yml', 'collector/collector.yml'])(
    'are what a Collector takes, without the components that it was not built with: %s',
    async (name, { skip }) => {
      const program = pathOr(collector, skip);
      const { config, left } = reducedTo(parse(read(name)) as CollectorConfig, await componentsOf(program));
      process.stdout.write(`${name} is checked by a Collector, but for: ${left.join(', ') || 'nothing'}\n`);
      const checked = join(folder, 'collector.yml');
      writeFileSync(checked, stringify(config));
      await run(program, ['validate', `--config=file:${checked}`]);
      const [exporter = ''] = Object.keys(config.exporters);
      const wrong = {
        ...config,
        exporters: { ...config.exporters, [exporter]: { endpoint: 'http://x', wrng: 1 } },
      };
      writeFileSync(checked, stringify(wrong));
      await expect(run(program, ['validate', `--config=file:${checked}`])).rejects.toThrow('wrng');
    },
  );
});

describe('the most samples of a scrape', () => {
  const most = Object.values<MetricDefinition>(metrics).reduce((sum, { type, seriesBound, boundaries }) => {
    const perSeries = type === 'histogram' ? boundaries!.length + 3 : 1;
    return sum + seriesBound * perSeries;
  }, 0);

  it.each([
    'compose/prometheus/prometheus.yml',
    'examples/kubernetes/base/common/monitoring/pod-monitor.yaml',
    'docs/own-servers.md',
  ])('of %s are more than the bounds of all metrics of the catalogue allow', (file) => {
    const limits = Array.from(
      readFileSync(join(root, file), 'utf8').matchAll(/sample_?limit: (\d+)/gi),
      ([, limit]) => Number(limit),
    );
    expect(limits.length).toBeGreaterThan(0);
    for (const limit of limits) expect(limit).toBeGreaterThan(most);
  });
});

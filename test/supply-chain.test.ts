import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledPackages } from './supply-chain/bundled-packages.ts';
import { installedTree } from './supply-chain/installed-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(`${root}/packages`);

/** Those that ask for no more than to be named. */
const PERMISSIVE = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'Unlicense',
]);

/** `(MIT OR Apache-2.0)`: one that fits is enough; `A AND B`: both have to. */
function isPermissive(licence: string): boolean {
  return licence
    .replaceAll(/[()]/g, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((each) => PERMISSIVE.has(each.trim())));
}

/** Most packages that come with each of ours, itself and its siblings among them: more is a decision, not an accident. */
const MOST: Readonly<Record<string, number>> = {
  alerts: 10,
  bootstrap: 80,
  cli: 25,
  conventions: 3,
  dashboards: 12,
  errors: 3,
  health: 8,
  http: 10,
  local: 20,
  logger: 36,
  metrics: 10,
  query: 12,
  redact: 4,
  resilience: 10,
};

describe('what comes with each package', () => {
  const trees = new Map(packages.map((name) => [name, installedTree(`${root}/packages/${name}`)]));

  it.each(packages)('has a licence that asks for no more than to be named: %s', (name) => {
    const all = installedTree(`${root}/packages/${name}`, bundledPackages);
    const others = all.filter(({ licence }) => !isPermissive(licence));
    expect(others.map((each) => `${each.name} ${each.version}: ${each.licence}`)).toEqual([]);
  });

  it.each(packages)('runs nothing when it is installed: %s', (name) => {
    const running = (trees.get(name) ?? []).filter(({ installScripts }) => installScripts.length > 0);
    expect(running.map((each) => `${each.name}: ${each.installScripts.join('; ')}`)).toEqual([]);
  });

  it.each(packages)('is no more than was decided: %s', (name) => {
    const tree = trees.get(name) ?? [];
    expect(tree.map((each) => each.name).slice(MOST[name])).toEqual([]);
  });
});

describe('the manifests', () => {
  it.each(packages)('have it published with provenance, for everybody: %s', (name) => {
    const { publishConfig } = JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8'));
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
  });
});

describe('what is published', () => {
  it.each(packages)('is what was built and its sources, no test and no build record: %s', (name) => {
    const manifest = JSON.parse(readFileSync(`${root}/packages/${name}/package.json`, 'utf8'));
    expect(manifest.files).toEqual(expect.arrayContaining(['!dist/.tsbuildinfo', '!**/*.test.*']));
    expect(manifest.files.filter((each: string) => /^(?:test|bench|\*|\.$)/.test(each))).toEqual([]);
    expect(Object.keys(manifest.scripts ?? {}).filter((each) => /install|^prepare$/.test(each))).toEqual([]);
    expect([manifest.license, manifest.engines]).toEqual(['Apache-2.0', { node: '>=22.15' }]);
  });
});

describe('installedTree', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-tree-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('knows what npm runs at an installation, named in the manifest or not', () => {
    const manifest = (more: object): void =>
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'a', version: '1.0.0', ...more }));
    const scriptsOf = () => installedTree(folder)[0]?.installScripts;
    manifest({ scripts: { test: 'x', prepare: 'x' } });
    expect(scriptsOf()).toEqual([]);
    writeFileSync(join(folder, 'binding.gyp'), '{}');
    expect(scriptsOf()).toEqual(['install: node-gyp rebuild']);
    manifest({ scripts: { postinstall: 'node get.js' } });
    expect(scriptsOf()).toEqual(['postinstall: node get.js', 'install: node-gyp rebuild']);
    manifest({ scripts: { install: 'node build.js' } });
    expect(scriptsOf()).toEqual(['install: node build.js']);
  });
});

describe('isPermissive', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['MIT AND GPL-3.0', false],
    ['AGPL-3.0', false],
    ['', false],
  ])('judges %j as %s', (licence, expected) => expect(isPermissive(licence)).toBe(expected));
});

describe('the lock file', () => {
  const lock = readFileSync(`${root}/pnpm-lock.yaml`, 'utf8');
  it('has a digest for each package, and takes none from anywhere but the registry', () => {
    const resolutions = [...lock.matchAll(/^ {4}resolution: (.+)$/gm)].map(([, text]) => text ?? '');
    expect(resolutions.length).toBeGreaterThan(100);
    expect(resolutions.filter((text) => !text.startsWith('{integrity: sha512-'))).toEqual([]);
  });
});

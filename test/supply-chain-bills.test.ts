import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { billOfMaterials, lockedDigests, packageUrl } from './supply-chain/bill-of-materials.ts';
import { bundledNotices } from './supply-chain/bundled-notices.ts';
import { bundledPackages, importedPackages } from './supply-chain/bundled-packages.ts';
import { type InstalledPackage, installedTree, packageKey } from './supply-chain/installed-tree.ts';
import { sightlineBills, writeBills } from './supply-chain/sbom.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(`${root}/packages`);
const digests = lockedDigests(readFileSync(`${root}/pnpm-lock.yaml`, 'utf8'));

describe('sightlineBills', () => {
  const bills = sightlineBills();

  it('is CycloneDX 1.6 for every package', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    const problems = await Promise.all(
      packages.map((name) => validator.validate(JSON.stringify(bills.get(name)))),
    );
    expect(Object.fromEntries(packages.map((name, at) => [name, problems[at]]))).toEqual(
      Object.fromEntries(packages.map((name) => [name, null])),
    );
    const broken = { ...bills.get('errors'), serialNumber: 'none' };
    expect(await validator.validate(JSON.stringify(broken))).not.toBeNull();
  }, 60_000);

  it.each(packages)(
    'names each package that is installed, with its licence and the digest of the lock: %s',
    (name) => {
      const bill = bills.get(name)!;
      const tree = installedTree(`${root}/packages/${name}`, bundledPackages);
      const components = new Map(
        [bill.metadata.component, ...bill.components].map((each) => [each.purl, each]),
      );
      expect([...components.keys()].toSorted()).toEqual([...new Set(tree.map(packageUrl))].toSorted());
      for (const each of tree) {
        const { licenses, hashes } = components.get(packageUrl(each))!;
        expect(licenses).toEqual([{ license: { id: each.licence } }]);
        const digest = Buffer.from(hashes?.[0]?.content ?? '', 'hex').toString('base64');
        expect([each.name, `sha512-${digest}`]).toEqual([
          each.name,
          each.name.startsWith('@sightline/') ? 'sha512-' : digests.get(packageKey(each)),
        ]);
      }
    },
  );

  it.each(packages)('leads from the package to every other: %s', (name) => {
    const bill = bills.get(name)!;
    const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set([bill.metadata.component.purl]);
    for (const each of reached) for (const next of edges.get(each) ?? []) reached.add(next);
    expect([...reached].toSorted()).toEqual([...edges.keys()].toSorted());
    expect(reached.size).toBe(bill.components.length + 1);
  });

  const notices = `${root}/packages/local/dist/ui/licenses.md`;
  it.skipIf(!existsSync(notices))('names what is inside of the built web app', () => {
    const inside = [...readFileSync(notices, 'utf8').matchAll(/^## (\S+) - (\S+) \(/gm)];
    const known = new Set(bills.get('local')!.components.map(({ purl }) => purl));
    expect(inside.length).toBeGreaterThan(10);
    expect(
      inside
        .map(([, name = '', version = '']) => packageUrl({ name, version }))
        .filter((each) => !known.has(each)),
    ).toEqual([]);
  });
});

describe('writeBills', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-bills-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes a file for each package, the same bytes each time', () => {
    const read = (file: string): string => readFileSync(file, 'utf8');
    const [first, second] = ['first', 'second'].map((name) => writeBills(join(folder, name)));
    expect(first?.map((file) => basename(file))).toEqual(packages.map((name) => `${name}.cdx.json`));
    expect(second?.map(read)).toEqual(first?.map(read));
  });
});

describe('billOfMaterials', () => {
  const one = (name: string, ...dependencies: readonly string[]): InstalledPackage => ({
    name,
    version: '1.0.0',
    licence: 'MIT',
    installScripts: [],
    bytes: 1,
    dependencies,
  });
  const tree = [one('@a/own', 'b@1.0.0', 'c@1.0.0'), one('b', 'c@1.0.0'), one('c')] as const;

  it('is the same whatever was found first, and another as soon as something differs', () => {
    const [own, b, c] = tree;
    const bill = billOfMaterials(tree, new Map());
    expect(billOfMaterials([own, c, b, c], new Map())).toEqual(bill);
    const changed = billOfMaterials([own, b, { ...c, licence: 'ISC' }], new Map());
    expect(changed.serialNumber).not.toBe(bill.serialNumber);
    expect(bill.serialNumber).toMatch(
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('writes a choice of licences as an expression, and nothing where a manifest names none', () => {
    const licensesOf = (licence: string): unknown =>
      billOfMaterials([{ ...one('a'), licence }], new Map()).metadata.component.licenses;
    expect(licensesOf('(MIT OR Apache-2.0)')).toEqual([{ expression: '(MIT OR Apache-2.0)' }]);
    expect(licensesOf('')).toBeUndefined();
  });
});

describe('lockedDigests', () => {
  it('reads the digests of packages with and without a scope', () => {
    const lock = [
      'packages:',
      '',
      "  '@a/b@1.0.0':",
      '    resolution: {integrity: sha512-aa==}',
      "    engines: {node: '>=20'}",
      '',
      '  c@2.0.0:',
      '    resolution: {integrity: sha512-bb==, tarball: c.tgz}',
    ].join('\n');
    expect([...lockedDigests(lock)]).toEqual([
      ['@a/b@1.0.0', 'sha512-aa=='],
      ['c@2.0.0', 'sha512-bb=='],
    ]);
  });
});

describe('bundledNotices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-notices-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inside = (name: string, files: Readonly<Record<string, string>>): string => {
    const at = join(folder, 'node_modules', name);
    mkdirSync(join(at, 'dist'), { recursive: true });
    const manifest = JSON.stringify({ name, version: '1.0.0', license: 'MIT' });
    for (const [file, text] of Object.entries({ 'package.json': manifest, ...files })) {
      writeFileSync(join(at, file), text);
    }
    return join(at, 'dist/index.js');
  };

  it('has the licence and the notice of each package once, and nothing of our own', () => {
    const modules = [
      inside('b', { LICENSE: 'of b\n', NOTICE: 'note of b' }),
      inside('@a/a', { 'licence.md': 'of a' }),
      join(folder, 'src/own.ts'),
    ];
    expect(bundledNotices([...modules, ...modules])).toBe(
      '# Licenses of what is inside\n\n## @a/a 1.0.0 (MIT)\n\nof a\n\n## b 1.0.0 (MIT)\n\nof b\n\nnote of b\n',
    );
  });

  it('throws where there is no licence to copy', () => {
    expect(() => bundledNotices([inside('c', {})])).toThrow('c has no file with its licence');
  });
});

describe('importedPackages', () => {
  it.each([
    ["import { a } from 'preact/hooks';", ['preact']],
    ["import {\n  a,\n  type B,\n} from '@a/b/c';", ['@a/b']],
    ["import 'uplot/dist/uPlot.min.css';", ['uplot']],
    ["const a = await import('preact');", ['preact']],
    ["export * as a from 'preact';", ['preact']],
    ["import type { A } from 'preact';\nimport { b } from './b.ts';\nimport { c } from 'node:fs';", []],
    ["export const a = 'preact';", []],
  ])('finds in %j %j', (source, expected) => expect(importedPackages(source)).toEqual(expected));
});

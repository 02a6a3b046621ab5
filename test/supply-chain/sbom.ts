/**
 * Writes what comes with each package that is published, as CycloneDX 1.6 in JSON: `<folder>/<package>.cdx.json`.
 *
 * `node test/supply-chain/sbom.ts <folder>`
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BillOfMaterials, billOfMaterials, lockedDigests } from './bill-of-materials.ts';
import { bundledPackages } from './bundled-packages.ts';
import { installedTree } from './installed-tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The bill of each package of ours, by the name of its folder. */
export function sightlineBills(): ReadonlyMap<string, BillOfMaterials> {
  const digests = lockedDigests(readFileSync(`${root}pnpm-lock.yaml`, 'utf8'));
  return new Map(
    readdirSync(`${root}packages`).map((name) => [
      name,
      billOfMaterials(installedTree(`${root}packages/${name}`, bundledPackages), digests),
    ]),
  );
}

/** @returns the files that were written */
export function writeBills(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return [...sightlineBills()].map(([name, bill]) => {
    const file = join(folder, `${name}.cdx.json`);
    writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
    return file;
  });
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write('Name the folder to write to: node test/supply-chain/sbom.ts <folder>\n');
    process.exitCode = 2;
  } else {
    for (const file of writeBills(folder)) process.stdout.write(`${file}\n`);
  }
}

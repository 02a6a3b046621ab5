import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Packages that are inside of the built web app of a package, which nobody installs with it: what its sources import, types
 * and tests left out. Siblings are dependencies, too, and found as such.
 *
 * @param folder of the package; one without a web app has none
 */
export function bundledPackages(folder: string): readonly string[] {
  const cwd = join(folder, 'ui/src');
  if (!existsSync(cwd)) return [];
  const files = globSync('**/*.{ts,tsx}', { cwd }).filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file));
  const names = files.flatMap((file) => importedPackages(readFileSync(join(cwd, file), 'utf8')));
  return [...new Set(names)].filter((name) => !name.startsWith('@sightline/')).toSorted();
}

const IMPORTS =
  /^(?:import|export)\s(?!type\b)(?:[\w\s{},*$]+\sfrom\s)?'([@a-z][^':]*)'|\bimport\('([@a-z][^':]*)'\)/gm;

/** Names of the packages that a source imports for more than their types: `preact` of `preact/hooks`. */
export function importedPackages(source: string): readonly string[] {
  return [...source.matchAll(IMPORTS)].map(([, fixed, later]) => {
    const [scope = '', name = ''] = (fixed ?? later ?? '').split('/');
    return scope.startsWith('@') ? `${scope}/${name}` : scope;
  });
}

import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { jsonOf, listAt, textsAt, valueAt } from '../doctor/json-at.ts';

/**
 * The folders of packages that a folder is the root of, as far as they start something; nothing where it is no root of any.
 *
 * @param scripts that start a service
 */
export async function servicesBelow(
  folder: string,
  manifest: unknown,
  scripts: readonly string[],
): Promise<readonly string[] | undefined> {
  const patterns = await patternsOf(folder, manifest);
  if (patterns === undefined) return undefined;
  const found = await Promise.all(
    // Others than `services/*`, as which `services/**` is taken, and `services/api` are too rare to be worth it: this only makes a
    // message clearer.
    patterns
      .filter((each): each is string => typeof each === 'string' && /^[\w./@-]+(?:\/\*{1,2})?$/.test(each))
      .map(async (each) => {
        const at = each.replace(/^\.\//, '').replace(/\/\**$/, '');
        if (!each.endsWith('*')) return [at];
        const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => []);
        return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${at}/${name}`);
      }),
  );
  const folders = [...new Set(found.flat())].toSorted();
  const isService = await Promise.all(
    folders.map(async (each) => {
      const text = await readFile(join(folder, each, 'package.json'), 'utf8').catch(() => '');
      const own = textsAt(jsonOf(text), 'scripts');
      return scripts.some((name) => own[name] !== undefined);
    }),
  );
  return folders.filter((_each, index) => isService[index]);
}

/** Other packages of the workspace that a folder is in, from its root, that start something and have a dependency. */
export async function neighboursWith(
  dependency: string,
  folder: string,
  scripts: readonly string[],
): Promise<readonly string[]> {
  let root = folder;
  // A repository ends with its root, which may be the folder itself.
  while (!existsSync(join(root, '.git')) && dirname(root) !== root) {
    root = dirname(root);
    // oxlint-disable-next-line no-await-in-loop -- one folder after the other, up to the root of the workspace
    const manifest = jsonOf(await readFile(join(root, 'package.json'), 'utf8').catch(() => ''));
    // oxlint-disable-next-line no-await-in-loop -- the same
    const services = await servicesBelow(root, manifest, scripts);
    if (services !== undefined) {
      const others = services.filter((each) => join(root, each) !== folder);
      // oxlint-disable-next-line no-await-in-loop -- the same
      const texts = await Promise.all(
        others.map((each) => readFile(join(root, each, 'package.json'), 'utf8')),
      );
      return others.filter(
        (_each, index) => valueAt(jsonOf(texts[index]!), 'dependencies', dependency) !== undefined,
      );
    }
  }
  return [];
}

/** What npm, Yarn and Bun read, and what pnpm does. */
async function patternsOf(folder: string, manifest: unknown): Promise<readonly unknown[] | undefined> {
  const named = [...listAt(manifest, 'workspaces'), ...listAt(manifest, 'workspaces', 'packages')];
  if (named.length > 0) return named;
  const file = join(folder, 'pnpm-workspace.yaml');
  if (!existsSync(file)) return undefined;
  try {
    const packages = listAt(parse(await readFile(file, 'utf8')), 'packages').filter((each) => each !== '.');
    // It may hold settings alone.
    return packages.length > 0 ? packages : undefined;
  } catch {
    return [];
  }
}

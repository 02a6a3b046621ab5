import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const installed = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** A folder of a service, with only the packages that it has. */
export interface PlacedService {
  path(file: string): string;
  remove(): Promise<void>;
}

/**
 * Copies a folder of `apps/` to where nothing else is installed than what it names: what a service finds beside itself
 * is part of what is observed.
 *
 * @param dependencies the package that is installed here, by the name that the service knows it by
 */
export async function placeService(
  folder: string,
  dependencies: Readonly<Record<string, string>> = {},
): Promise<PlacedService> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'sightline-e2e-')));
  await cp(fileURLToPath(new URL(`apps/${folder}`, import.meta.url)), root, { recursive: true });
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({
      name: 'placed',
      version: '1.2.3',
      type: 'module',
      dependencies: Object.fromEntries(
        Object.entries(dependencies).map(([name, source]) => [name, `file:../${source}`]),
      ),
    }),
  );
  await Promise.all(
    Object.entries(dependencies).map(async ([name, source]) => {
      const link = join(root, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(await realpath(join(installed, source)), link);
    }),
  );
  return {
    path: (file) => join(root, file),
    remove: () => rm(root, { recursive: true }),
  };
}

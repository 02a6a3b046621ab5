import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

interface Bundled {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/**
 * The notices of the packages that are inside of a bundle, as Markdown: their licences ask that these come with every copy.
 *
 * @param modules files that the bundle was made of; those that are in no `node_modules` are our own
 * @throws when a package has no file with its licence
 */
export function bundledNotices(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((file) => packageFolder(file) ?? []));
  const packages = [...folders].map((folder): Bundled => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly name: string;
      readonly version: string;
      readonly license: string;
    };
    return { folder, name, version, licence: license };
  });
  const sections = packages
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(
      ({ folder, name, version, licence }) =>
        `## ${name} ${version} (${licence})\n\n${textsOf(folder, name)}`,
    );
  return `# Licenses of what is inside\n\n${sections.join('\n\n')}\n`;
}

/** The folder of the package that a file is of: after the last `node_modules`, one name or a scope and a name. */
function packageFolder(file: string): string | undefined {
  return /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^@\\/][^\\/]*)[\\/]/.exec(file)?.[1];
}

function textsOf(folder: string, name: string): string {
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice)(?:\.(?:md|txt))?$/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no file with its licence`);
  return files
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
    .join('\n\n');
}

import { dirname, join, resolve, sep } from 'node:path';
import { pm2Worker } from './pm2-worker.ts';
import { readTextFile } from '../resource/read-text-file.ts';

/** The names that packages are installed under beside their own, by their own: `express` → `web` with `"web": "npm:express@5"`. */
export type PackageAliases = ReadonlyMap<string, readonly string[]>;

export interface AliasSources {
  /** The file of the service, or the folder that `node .` names, as a preload sees it. */
  readonly entry?: string | undefined;
  readonly workingDirectory?: string;
  readonly readText?: (path: string) => string | undefined;
}

/** Deeper than any real folder; a loop of links ends here. */
const MAX_LEVELS = 64;
const NPM = /^npm:((?:@[^/@]+\/)?[^/@]+)(?:@|$)/;
/** A version, a range or a tag: the package has its own name. */
const OF_REGISTRY = /^[\w.^~<>=*|\s-]*$/;

/** Reads the package.json files above the service: those that it is installed with. */
export function packageAliases(sources: AliasSources = {}): PackageAliases {
  const { workingDirectory = process.cwd(), readText = readTextFile } = sources;
  const entry = 'entry' in sources ? sources.entry : (pm2Worker()?.script ?? process.argv[1]);
  const isOfService = entry !== undefined && !entry.split(sep).includes('node_modules');
  const found = new Map<string, Set<string>>();
  let folder = resolve(workingDirectory, isOfService ? entry : '.');
  for (let level = 0; level < MAX_LEVELS; level++) {
    for (const [alias, specifier] of dependenciesOf(readText(join(folder, 'package.json')))) {
      const name = ownName(alias, specifier, folder, readText);
      if (name === undefined || name === alias) continue;
      const aliases = found.get(name);
      if (aliases) aliases.add(alias);
      else found.set(name, new Set([alias]));
    }
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return new Map([...found].map(([name, aliases]) => [name, [...aliases]]));
}

function ownName(
  alias: string,
  specifier: string,
  folder: string,
  readText: (path: string) => string | undefined,
): string | undefined {
  const named = NPM.exec(specifier)?.[1];
  if (named !== undefined || OF_REGISTRY.test(specifier)) return named;
  const { name } = parsed(readText(join(folder, 'node_modules', alias, 'package.json')));
  return typeof name === 'string' ? name : undefined;
}

function dependenciesOf(manifest: string | undefined): (readonly [string, string])[] {
  const { dependencies, devDependencies, optionalDependencies } = parsed(manifest);
  return [dependencies, devDependencies, optionalDependencies].flatMap((group) =>
    typeof group === 'object' && group !== null
      ? Object.entries(group).filter((each): each is [string, string] => typeof each[1] === 'string')
      : [],
  );
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text ?? '')) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

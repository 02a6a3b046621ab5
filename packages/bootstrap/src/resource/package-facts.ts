import { dirname, join, resolve, sep } from 'node:path';
import type { ReadText } from '../config/otlp.ts';

/** What the package.json of the service says. */
export interface PackageFacts {
  readonly name?: string;
  readonly version?: string;
}

/** Deeper than any real folder; a loop of links ends here. */
const MAX_LEVELS = 64;

/**
 * The nearest package.json with a name, from the program upward.
 *
 * @param entry `process.argv[1]`: a file, or the folder that `node .` names, as a preload sees it. One of an installed package is a
 *   starter, such as pm2, and says nothing of the service
 * @param workingDirectory where to begin in that case, without a file, and where there is none above it: `/usr/local/bin/ts-node` is a
 *   link to a starter
 */
export function packageFacts(
  entry: string | undefined,
  workingDirectory: string,
  readText: ReadText,
): PackageFacts {
  const ofService = entry !== undefined && !entry.split(sep).includes('node_modules');
  const found = ofService ? nearest(resolve(workingDirectory, entry), readText) : undefined;
  return found ?? nearest(workingDirectory, readText) ?? {};
}

function nearest(from: string, readText: ReadText): PackageFacts | undefined {
  let folder = from;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const facts = parse(readText(join(folder, 'package.json')));
    if (facts?.name !== undefined) return facts;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

function parse(text: string | undefined): PackageFacts | undefined {
  if (text === undefined) return undefined;
  try {
    const found = JSON.parse(text) as { readonly name?: unknown; readonly version?: unknown } | null;
    const [name, version] = [found?.name, found?.version].map((value) =>
      typeof value === 'string' && value !== '' && value.length <= 255 ? value : undefined,
    );
    return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) };
  } catch {
    return undefined;
  }
}

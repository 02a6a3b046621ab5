import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { frameworkOf } from '../../init/framework.ts';
import type { ProjectFacts } from '../facts.ts';
import { jsonOf, textAt, textsAt } from '../json-at.ts';
import { keptEnvironment } from './process.ts';

/** The package in a folder; nothing when there is none. */
export async function projectFacts(folder: string): Promise<ProjectFacts | undefined> {
  const read = (name: string): Promise<string | undefined> =>
    readFile(join(folder, name), 'utf8').catch(() => undefined);
  const [manifest, dotenv] = await Promise.all([read('package.json'), read('.env')]);
  if (manifest === undefined) return undefined;
  const json = jsonOf(manifest);
  const framework = frameworkOf({
    ...textsAt(json, 'devDependencies'),
    ...textsAt(json, 'dependencies'),
  });
  return {
    startScript: textAt(json, 'scripts', 'start'),
    dependsOnBootstrap: ['dependencies', 'devDependencies', 'peerDependencies'].some(
      (kind) => textsAt(json, kind)['@sightline/bootstrap'] !== undefined,
    ),
    ...(framework !== 'http' && { framework }),
    env: keptEnvironment(parseEnv(dotenv ?? '')),
  };
}

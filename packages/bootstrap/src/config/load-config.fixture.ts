import type { SightlineError } from '@sightline/errors';
import { loadConfig } from './config.ts';
import type { Config } from './config.ts';
import type { StartOptions } from './options.ts';
import type { Surroundings } from './surroundings.ts';

/** The text of a file with a certificate. */
export const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

/** Loads a configuration where nothing but this is set, in a process that is in no terminal and no Kubernetes. */
export function load(
  env: Record<string, string> = {},
  options: unknown = {},
  files: Record<string, string> = {},
  surroundings: Partial<Surroundings> = {},
): { config: Config; told: SightlineError[] } {
  const told: SightlineError[] = [];
  const config = loadConfig(options as StartOptions, {
    env,
    readText: (path) => files[path],
    loadPackage: () => undefined,
    surroundings: { isKubernetes: false, isTerminal: false, instance: 0, ...surroundings },
    onProblem: (error) => told.push(error),
  });
  return { config, told };
}

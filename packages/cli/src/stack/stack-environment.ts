import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isPort } from '../option-checks.ts';
import { throwAll, usageError } from '../usage-error.ts';
import { stackOf } from './stack-files.ts';
import { otherPorts, stackServers } from './stack-servers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The variables of a stack: those of this process, and below them what `compose/.env` sets, as Compose reads them.
 *
 * @param stack holds `compose/`; undefined where there is none
 */
export function stackEnvironment(env: Environment, stack: string | undefined): Environment {
  if (stack === undefined) return env;
  try {
    return { ...parseEnv(readFileSync(join(stack, 'compose/.env'), 'utf8')), ...env };
  } catch {
    // Mostly there is none. What cannot be read Compose complains about.
    return env;
  }
}

/** The variables of the stack that was started from a folder, for commands that ask its servers. */
export function environmentOf({
  env,
  cwd,
}: {
  readonly env: Environment;
  readonly cwd: string;
}): Environment {
  return stackEnvironment(env, stackOf(cwd));
}

/** @throws {SightlineError} `SIGHTLINE_CLI_USAGE` for each variable of a port that is none, all at once */
export function checkPorts(env: Environment): void {
  const variables = [
    ...Object.values(stackServers).map(({ portVariable }) => portVariable),
    ...Object.keys(otherPorts),
  ];
  const wrong = variables.filter((name) => {
    const value = env[name];
    return value !== undefined && value !== '' && (isPort(value) !== undefined || Number(value) === 0);
  });
  throwAll(
    wrong.map((name) =>
      usageError({
        problem: `${name} has a wrong value`,
        expected: 'a port from 1 to 65535',
        fix: 'correct it in the environment, or in compose/.env of the stack',
      }),
    ),
  );
}

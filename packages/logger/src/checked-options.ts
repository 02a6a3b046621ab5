import { SightlineError, resolveOptions } from '@sightline/errors';
import type { Resolved, ResolveOptionsBehaviour } from '@sightline/errors';
import { pino } from 'pino';
import { isFreeName, loggerOptionsSchema } from './options.ts';
import type { LoggerOptions } from './options.ts';

type Schema = ReturnType<typeof loggerOptionsSchema>;

/** The last one: to make it takes 2 to 7 ms, and the loggers of a process mostly know the same levels. */
let made: { readonly names: string; readonly schema: Schema } | undefined;

function schemaFor(levelNames: readonly string[]): Schema {
  const names = JSON.stringify(levelNames);
  if (made?.names !== names) made = { names, schema: loggerOptionsSchema(levelNames) };
  return made.schema;
}

/**
 * @param levelNames what `levelNamesOf` answers for these options
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` when strict
 */
export function checkedOptions(
  options: LoggerOptions,
  levelNames: readonly string[],
  environmentLevel: string | undefined,
  behaviour: ResolveOptionsBehaviour,
): Resolved<Schema> {
  const given = withEnvironment(options, environmentLevel);
  return resolveOptions('createLogger', schemaFor(levelNames), given, behaviour);
}

/**
 * What `createLogger` finds wrong, for who names everything that is wrong with a service at once.
 *
 * @param environmentLevel the value of `LOG_LEVEL`
 */
export function loggerProblem(
  options: LoggerOptions,
  environmentLevel: string | undefined,
): SightlineError | undefined {
  // Nothing is given that could be wrong.
  if (environmentLevel === undefined && Object.keys(options).length === 0) return undefined;
  try {
    const behaviour = { strict: true, onProblem: () => {} };
    checkedOptions(options, levelNamesOf(options), environmentLevel, behaviour);
    return undefined;
  } catch (error) {
    if (error instanceof SightlineError) return error;
    throw error;
  }
}

/** The options with the environment's share. A level of pino's own is taken in any case, as pino does. */
function withEnvironment(options: LoggerOptions, environmentLevel: string | undefined): unknown {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return options;
  const lowerCase = typeof options.level === 'string' ? options.level.toLowerCase() : '';
  return {
    ...options,
    ...(lowerCase in pino.levels.values && { level: lowerCase }),
    ...(environmentLevel !== undefined && environmentLevel !== '' && { LOG_LEVEL: environmentLevel }),
  };
}

/** pino's levels with the caller's own, and `silent`; what is wrong with them is told with the other options. */
export function levelNamesOf(options: LoggerOptions): string[] {
  const { customLevels, useOnlyCustomLevels }: LoggerOptions = options ?? {};
  const custom =
    typeof customLevels === 'object' && customLevels !== null
      ? Object.entries(customLevels).flatMap(([name, number]) =>
          typeof number === 'number' && isFreeName(name) ? [name] : [],
        )
      : [];
  const standard = useOnlyCustomLevels === true && custom.length > 0 ? [] : Object.keys(pino.levels.values);
  return [...standard, ...custom, 'silent'];
}

import { redactOptionsSchema } from '@sightline/redact';
import type { RedactOptions } from '@sightline/redact';
import { pino } from 'pino';
import type { DestinationStream, LoggerOptions as PinoOptions } from 'pino';
import * as z from 'zod';

/** pino's own redaction, by path; it comes on top of what is censored anyway. */
const pathsSchema = z
  .array(z.string().refine(isPath, { error: 'a path as pino takes it, such as `user.*.note`' }))
  .default([]);

/** pino's `redact` beside our options. */
const pathRedaction = {
  paths: pathsSchema,
  /** What stands in the place of what a path names; default: the marker. */
  censor: z.union([z.string(), z.custom<PathCensor>(isFunction, 'a function')]).optional(),
  /** Whether what a path names is left out altogether. */
  remove: z.boolean().optional(),
};

/** pino's `redact.censor`: what stands in a value's place; the value that it is given is censored already. */
export type PathCensor = (value: unknown, path: string[]) => unknown;

/** What a logger has besides its levels. */
const TAKEN_NAMES = new Set(
  (
    'audit setLevel levelsInForce stats redactor requestLog close child bindings setBindings flush isLevelEnabled ' +
    'level levelVal levels version silent onChild msgPrefix on emit'
  ).split(' '),
);

/** Whether a level can be called so. */
export function isFreeName(name: string): boolean {
  return !TAKEN_NAMES.has(name);
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function holdsFunctions(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((each) => each === undefined || isFunction(each));
}

/** pino compiles paths when the logger is made, and throws at those that it cannot read. */
function isPath(path: string): boolean {
  try {
    pino({ redact: [path], enabled: false }, { write: () => {} });
    return true;
  } catch {
    return false;
  }
}

/**
 * The options of `createLogger`. Those that pino knows go to pino as they are.
 *
 * @param levels every name that is a level, `silent` among them
 */
export function loggerOptionsSchema(levels: readonly string[]) {
  const level = z.enum(levels as [string, ...string[]]);
  const options = z.strictObject({
    /** Name of the service, the field `service`. Default: `OTEL_SERVICE_NAME`, or `service.name` of `OTEL_RESOURCE_ATTRIBUTES`. */
    service: z.string().min(1).max(255).optional(),
    /** Where it runs, the field `environment`. Default: `deployment.environment.name` of `OTEL_RESOURCE_ATTRIBUTES`. */
    environment: z.string().min(1).max(255).optional(),
    /** Version of the service, the field `version`. Default: `service.version` of `OTEL_RESOURCE_ATTRIBUTES`. */
    version: z.string().min(1).max(255).optional(),
    /** Lowest level that is written. Default: `LOG_LEVEL`, or `info`. */
    level: level.optional(),
    /** Levels of modules: a child with the binding `module` takes the one of its name. Also from `LOG_LEVEL`: `info,db=debug`. */
    levels: z.record(z.string(), level).default({}),
    /** What is censored besides the built-in rules; see `@sightline/redact`. `paths`, `censor` and `remove` are pino's, on top. */
    redact: z.union([pathsSchema, redactOptionsSchema.extend(pathRedaction)]).optional(),
    /** Where audit records go. Default: where the other lines go. */
    audit: z.custom<DestinationStream>(hasWrite, 'a destination: an object with write(line)').optional(),

    // pino's own, checked for their kind only.
    name: z.string().optional(),
    enabled: z.boolean().optional(),
    base: z.custom<NonNullable<PinoOptions['base']>>(isObject, 'an object').nullable().optional(),
    timestamp: z.union([z.boolean(), z.custom<() => string>(isFunction, 'a function')]).optional(),
    messageKey: z.string().min(1).optional(),
    errorKey: z.string().min(1).optional(),
    nestedKey: z.string().min(1).optional(),
    msgPrefix: z.string().optional(),
    crlf: z.boolean().optional(),
    depthLimit: z.int().min(1).optional(),
    edgeLimit: z.int().min(1).optional(),
    customLevels: z
      .record(
        z
          .string()
          .refine((name) => !TAKEN_NAMES.has(name), { error: 'a name that the logger does not use itself' }),
        z.number(),
      )
      .optional(),
    useOnlyCustomLevels: z.boolean().optional(),
    levelComparison: z
      .union([
        z.enum(['ASC', 'DESC']),
        z.custom<(level: number, least: number) => boolean>(isFunction, 'a function'),
      ])
      .optional(),
    serializers: z
      .custom<NonNullable<PinoOptions['serializers']>>(holdsFunctions, 'an object of functions')
      .optional(),
    formatters: z
      .custom<NonNullable<PinoOptions['formatters']>>(holdsFunctions, 'an object of functions')
      .optional(),
    hooks: z.custom<NonNullable<PinoOptions['hooks']>>(holdsFunctions, 'an object of functions').optional(),
    mixin: z.custom<NonNullable<PinoOptions['mixin']>>(isFunction, 'a function').optional(),
    mixinMergeStrategy: z
      .custom<NonNullable<PinoOptions['mixinMergeStrategy']>>(isFunction, 'a function')
      .optional(),
    onChild: z.custom<NonNullable<PinoOptions['onChild']>>(isFunction, 'a function').optional(),
    transport: z
      .custom<NonNullable<PinoOptions['transport']>>(isObject, 'an object with target or targets')
      .optional(),

    /** The environment's share: `info`, or `info,db=debug,http=warn`. */
    LOG_LEVEL: z
      .string()
      .refine((text) => parseLevels(text, levels) !== undefined, {
        error: `a level (${levels.join(', ')}), and levels of modules such as \`info,db=debug\``,
      })
      .transform((text) => parseLevels(text, levels) ?? { modules: {} })
      .optional(),
  });
  return options.refine(hasLevels, {
    path: ['useOnlyCustomLevels'],
    error: '`customLevels` beside it',
  });
}

function hasLevels(given: {
  useOnlyCustomLevels?: boolean | undefined;
  customLevels?: object | undefined;
}): boolean {
  return given.useOnlyCustomLevels !== true || Object.keys(given.customLevels ?? {}).length > 0;
}

/** pino's options, and ours. */
export type LoggerOptions = Omit<PinoOptions, 'redact' | 'level'> & {
  service?: string;
  environment?: string;
  version?: string;
  level?: string;
  levels?: Record<string, string>;
  redact?:
    | string[]
    | (RedactOptions & {
        paths?: string[];
        censor?: string | PathCensor | undefined;
        remove?: boolean | undefined;
      });
  audit?: DestinationStream;
};

export interface ParsedLevels {
  readonly level?: string;
  readonly modules: Readonly<Record<string, string>>;
}

/** `info,db=debug` in parts; undefined when one of them is no level. Levels of pino's own go in any case. */
function parseLevels(text: string, levels: readonly string[]): ParsedLevels | undefined {
  const modules = new Map<string, string>();
  let level: string | undefined;
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const module = part.slice(0, Math.max(0, equals)).trim();
    const written = part.slice(equals + 1).trim();
    const name = levels.includes(written) ? written : written.toLowerCase();
    if (!levels.includes(name) || (equals !== -1 && !/^[^\s;]+$/.test(module))) return undefined;
    if (equals === -1) level = name;
    else modules.set(module, name);
  }
  return { ...(level !== undefined && { level }), modules: Object.fromEntries(modules) };
}

/** Whether lines can be written to it. */
export function hasWrite(value: unknown): boolean {
  return isObject(value) && typeof (value as DestinationStream).write === 'function';
}

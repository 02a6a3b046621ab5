import { ownData } from '@sightline/redact';
import type { ChildLoggerOptions, Logger as PinoLogger } from 'pino';
import type { AppCode } from './app-code.ts';
import { levelFormatter } from './level-formatter.ts';
import type { LevelControl } from './level-control.ts';
import type { LineWriter } from './line.ts';
import type { PathCensor } from './options.ts';
import { formattersSym } from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';

type Bindings = Record<string, unknown>;
type Child = (this: PinoLogger, bindings: Bindings, options?: ChildLoggerOptions) => PinoLogger;

export interface ChildTools {
  readonly lines: LineWriter;
  readonly levels: LevelControl;
  readonly appCode: AppCode;
  /** The root's own pino `redact` paths: a child adds to them and cannot take them away. */
  readonly paths: readonly string[];
  /** What pino does with what a path names. */
  readonly pathRedaction: { readonly censor: string | PathCensor; readonly remove: boolean };
  readonly censorLevel: (level: object) => unknown;
}

/** Paths that hold for a logger, its ancestors' included. */
const pathsSym = Symbol('sightline.paths');

type Instance = PinoInstance & { [pathsSym]?: readonly string[]; onChild: (child: PinoLogger) => void };

/** pino's `child` and `setBindings`, with censored bindings, added paths and levels by module. */
export function createChildMethods(pino: PinoLogger, tools: ChildTools) {
  const { lines, levels, appCode, paths, pathRedaction } = tools;
  const { child: pinoChild } = pino as unknown as { child: Child };

  /** pino's child with every setting, without bindings. */
  function childWith(parent: Instance, options: ChildLoggerOptions): Instance {
    // `onChild` is called when the bindings are there.
    const silent = Object.create(parent) as Instance;
    silent.onChild = () => {};
    const added = pathsOf(options.redact);
    const allPaths = [...(parent[pathsSym] ?? paths), ...added];
    const settings = {
      ...options,
      // Without new paths it has its parent's, and the work of compiling them is saved.
      redact: added.length === 0 ? undefined : { paths: allPaths, ...pathRedaction },
      ...(options.formatters && { formatters: safeFormatters(options.formatters) }),
    } as ChildLoggerOptions;
    const made = pinoChild.call(silent as unknown as PinoLogger, {}, settings) as unknown as Instance;
    Object.setPrototypeOf(made, parent);
    if (added.length > 0) made[pathsSym] = allPaths;
    made[formattersSym] = { ...made[formattersSym], bindings: options.formatters?.bindings };
    return made;
  }

  /** pino puts what these make into the line as it is, so bindings are left to us and levels are censored. */
  function safeFormatters({ level, bindings: _bindings, ...formatters }: Formatters): Formatters {
    return level === undefined
      ? formatters
      : { ...formatters, level: levelFormatter(level, appCode, tools.censorLevel) };
  }

  function child(this: PinoLogger, bindings: Bindings, options?: ChildLoggerOptions): PinoLogger {
    // pino refuses what is nothing, in its own words.
    if (!bindings) return pinoChild.call(this, bindings, options);
    const parent = this as unknown as Instance;
    const made = options ? childWith(parent, options) : plainChild(parent);
    lines.bind(made, bindings, options?.formatters?.bindings);

    const logger = made as unknown as PinoLogger;
    const module = ownData(Object(bindings) as object, 'module', true);
    if (typeof module === 'string') levels.adopt(module, logger, options?.level !== undefined);
    appCode.run('onChild', () => parent.onChild(logger), undefined);
    return logger;
  }

  function setBindings(this: PinoLogger, bindings: Bindings): void {
    const instance = this as unknown as PinoInstance;
    lines.bind(instance, bindings, instance[formattersSym].bindings);
  }

  return { child, setBindings };
}

type Formatters = NonNullable<ChildLoggerOptions['formatters']>;

/** pino's child without options, which is its quick way, and without bindings. */
function plainChild(parent: Instance): Instance {
  const made = Object.create(parent) as Instance;
  const formatters = parent[formattersSym];
  // The formatter of bindings is for its own logger alone.
  if (formatters.bindings !== undefined) made[formattersSym] = { ...formatters, bindings: undefined };
  return made;
}

function pathsOf(redact: ChildLoggerOptions['redact']): readonly string[] {
  return Array.isArray(redact) ? redact : (redact?.paths ?? []);
}

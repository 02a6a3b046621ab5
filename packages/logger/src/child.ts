import type { ChildLoggerOptions, Logger as PinoLogger } from 'pino';
import type { LevelControl } from './level-control.ts';
import type { LineWriter } from './line.ts';
import { chindingsSym, formattersSym, serializersSym } from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';

type Bindings = Readonly<Record<string, unknown>>;
type Child = (this: PinoLogger, bindings: Bindings, options?: ChildLoggerOptions) => PinoLogger;

export interface ChildTools {
  readonly lines: LineWriter;
  readonly levels: LevelControl;
  /** The root's own pino `redact` paths: a child adds to them and cannot take them away. */
  readonly paths: readonly string[];
  readonly marker: string;
}

/** Paths that hold for a logger, its ancestors' included. */
const pathsSym = Symbol('sightline.paths');

/** pino's `child` and `setBindings`, with censored bindings, added paths and levels by module. */
export function createChildMethods(pino: PinoLogger, { lines, levels, paths, marker }: ChildTools) {
  const { child: pinoChild } = pino as unknown as { child: Child };

  function child(this: PinoLogger, bindings: Bindings, options?: ChildLoggerOptions): PinoLogger {
    // pino refuses what is no object, in its own words.
    if (typeof bindings !== 'object' || bindings === null) return pinoChild.call(this, bindings, options);
    const parent = this as unknown as PinoInstance & { [pathsSym]?: readonly string[] };
    const allPaths = [...(parent[pathsSym] ?? paths), ...pathsOf(options?.redact)];

    // pino starts a child's bindings from those it inherits: ours stand there already, and it is given none.
    const heir = Object.create(parent) as typeof parent & { [serializersSym]: unknown };
    if (options?.serializers !== undefined) {
      heir[serializersSym] = { ...parent[serializersSym], ...options.serializers };
    }
    const format =
      options?.formatters?.bindings ?? (isRoot(parent) ? parent[formattersSym].bindings : undefined);
    heir[chindingsSym] = parent[chindingsSym] + lines.bindings(heir, format?.({ ...bindings }) ?? bindings);
    heir[pathsSym] = allPaths;
    const settings =
      allPaths.length === 0 ? options : { ...options, redact: { paths: allPaths, censor: marker } };
    const made = pinoChild.call(heir as unknown as PinoLogger, {}, settings);

    const module = Object.getOwnPropertyDescriptor(bindings, 'module')?.value as unknown;
    if (typeof module === 'string') levels.adopt(module, made);
    return made;
  }

  function setBindings(this: PinoLogger, bindings: Bindings): void {
    const instance = this as unknown as PinoInstance;
    instance[chindingsSym] += lines.bindings(instance, bindings);
  }

  function isRoot(instance: object): boolean {
    return instance === pino;
  }

  return { child, setBindings };
}

function pathsOf(redact: ChildLoggerOptions['redact']): readonly string[] {
  return Array.isArray(redact) ? redact : (redact?.paths ?? []);
}

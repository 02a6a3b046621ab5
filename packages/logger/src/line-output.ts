import { types } from 'node:util';
import { errorMessage, ownData } from '@sightline/redact';
import type { AppCode } from './app-code.ts';
import { isError } from './errors.ts';
import { ownFields } from './own-data.ts';
import {
  asJsonSym,
  errorKeySym,
  hooksSym,
  messageKeySym,
  mixinMergeStrategySym,
  mixinSym,
  needsMetadataGsym,
  streamSym,
  timeSliceIndexSym,
  timeSym,
} from './pino-internals.ts';
import type { PinoInstance, PinoStream } from './pino-internals.ts';

/** A line, and what a stream may want to know about it. */
interface LineToSend {
  readonly line: string;
  /** The level's number. */
  readonly level: number;
  readonly object: object;
  readonly message: unknown;
  /** As `timeSym` answers it. */
  readonly time: string;
}

export interface LineOutput {
  /** In place of pino's `write`: from what a log call was given to the stream. Never throws. */
  write(this: PinoInstance, given: unknown, message: unknown, level: number): void;
  /** Hands a line to a stream: the logger's own unless told otherwise. Never throws. */
  send(instance: PinoInstance, line: LineToSend, stream?: PinoStream): void;
  /** Lines that were handed over since the start, by the level's number. */
  counts(): ReadonlyMap<number, number>;
}

const MIXIN_THREW = { mixin: '[the mixin threw]' };

/**
 * Compiles pino's way from a log call to the stream, without its two dangers: getters and proxies of what is logged are
 * left alone, and nothing that the app has hooked in can throw out of it.
 */
export function createLineOutput(appCode: AppCode): LineOutput {
  const counts = new Map<number, { lines: number }>();

  function mixed(instance: PinoInstance, mixin: Mixin, object: object, level: number): object {
    const extra = appCode.run('mixin', () => mixin(object, level, instance), MIXIN_THREW);
    const strategy = instance[mixinMergeStrategySym];
    const merged =
      strategy === undefined
        ? undefined
        : appCode.run('mixinMergeStrategy', () => strategy(object, extra), undefined);
    if (typeof merged !== 'object' || merged === null) return { ...ownFields(extra), ...ownFields(object) };
    return types.isProxy(merged) ? ownFields(merged) : merged;
  }

  function send(
    instance: PinoInstance,
    { line, level, object, message, time }: LineToSend,
    stream = instance[streamSym],
  ): void {
    let count = counts.get(level);
    if (count === undefined) counts.set(level, (count = { lines: 0 }));
    count.lines += 1;
    try {
      if (stream[needsMetadataGsym] === true) {
        stream.lastLevel = level;
        stream.lastObj = object;
        stream.lastMsg = message;
        stream.lastTime = time.slice(instance[timeSliceIndexSym]);
        stream.lastLogger = instance;
      }
      const hook = instance[hooksSym].streamWrite;
      // A hook that throws costs its line: what it was to take out of it must not go out instead.
      stream.write(hook === undefined ? line : hook(line));
    } catch (error) {
      appCode.streamThrew(error);
    }
  }

  return {
    write(given, message, level) {
      const time = this[timeSym]();
      const logged = whatIsLogged(this, given);
      const mixin = this[mixinSym];
      const object = mixin === undefined ? logged.object : mixed(this, mixin, logged.object, level);
      const text = message === undefined ? logged.message : message;
      send(this, {
        line: this[asJsonSym](object, text, level, time),
        level,
        object,
        message: text,
        time,
      });
    },
    send,
    counts: () => new Map([...counts].map(([level, { lines }]) => [level, lines])),
  };
}

type Mixin = NonNullable<PinoInstance[typeof mixinSym]>;

/** The fields of a log call's first argument, and the message where the call gives none: that of the error in it. */
function whatIsLogged(instance: PinoInstance, given: unknown): { object: object; message?: unknown } {
  if (typeof given !== 'object' || given === null) return { object: {} };
  if (types.isProxy(given)) return { object: ownFields(given) };
  const errorKey = instance[errorKeySym];
  if (isError(given)) return { object: { [errorKey]: given }, message: errorMessage(given) };
  const messageKey = instance[messageKeySym];
  if (
    Object.hasOwn(given, messageKey) &&
    Object.getOwnPropertyDescriptor(given, messageKey)?.value !== undefined
  )
    return { object: given };
  const error = ownData(given, errorKey, true);
  if (typeof error !== 'object' || error === null) return { object: given };
  return { object: given, message: errorMessage(error) };
}

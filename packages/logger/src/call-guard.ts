import { types } from 'node:util';
import { ownData } from '@sightline/redact';
import type { Redactor } from '@sightline/redact';
import type { LogFn, Logger as PinoLogger } from 'pino';
import type { AppCode } from './app-code.ts';
import { isError } from './errors.ts';
import type { LineOutput } from './line-output.ts';
import { hasOwnAccessor, ownFields } from './own-data.ts';
import {
  asJsonSym,
  errorKeySym,
  formatOptsSym,
  mixinSym,
  msgPrefixSym,
  timeSym,
  writeSym,
} from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';

type LogMethod = (this: PinoLogger, args: Parameters<LogFn>, method: LogFn, level: number) => void;

interface Placeholder {
  readonly kind: string;
  /** Whether the word in front of it says that a secret follows: `password %s`. */
  readonly isSecret: boolean;
  /** Whether a number is none behind that word: `tokens: %d`. */
  readonly isCount: boolean;
}

/** The placeholders of a format, from the first on. */
interface Placeholders {
  readonly found: readonly Placeholder[];
  /** Whether there are no more of them. */
  readonly areAll: boolean;
}

export interface CallGuardSetup {
  readonly redactor: Redactor;
  /** What stands in a secret's place. */
  readonly marker: string;
  readonly appCode: AppCode;
  readonly output: LineOutput;
  /** The app's own `hooks.logMethod`. */
  readonly next: LogMethod | undefined;
}

const MAX_REMEMBERED_FORMATS = 1000;
/** A longer one is data rather than a format, and is looked at each time [UTF-16 code units]. */
const MAX_REMEMBERED_LENGTH = 1024;
/** pino takes an argument for any of these, also where it does not know the letter; none for `%%`. */
const PLACEHOLDER = /%([^])/g;
const NUMBER_KINDS = new Set(['d', 'i', 'f']);
/** Those that show an error; `100% of …` has a place for none. */
const ERROR_KINDS = new Set(['s', 'j', 'o', 'O']);
/** What pino asks of an object to see whether it is a request or a response. */
const REQUEST_KEYS = ['method', 'headers', 'socket', 'setHeader'];

/**
 * Compiles what stands between the app and pino: a log call never throws into the app, whatever it is given, and
 * arguments of a format string are made safe before pino turns them into text.
 */
export function createCallGuard({ redactor, marker, appCode, output, next }: CallGuardSetup): LogMethod {
  const formats = new Map<string, Placeholders>();

  /** @param count so many arguments there are: of a text full of `%` no more is looked at */
  function placeholders(format: string, count: number): readonly Placeholder[] {
    const known = formats.get(format);
    if (known !== undefined && (known.areAll || known.found.length >= count)) return known.found;
    const found: Placeholder[] = [];
    let areAll = true;
    for (const match of format.matchAll(PLACEHOLDER)) {
      const kind = match[1] ?? '';
      if (kind === '%') continue;
      if (found.length === count) {
        areAll = false;
        break;
      }
      const [before = ''] =
        /[\w.-]*[\s"'`:=]{0,4}$/.exec(format.slice(Math.max(0, match.index - 64), match.index)) ?? [];
      const name = before.replace(/[\s"'`:=]+$/, '');
      found.push({
        kind,
        isSecret: redactor.isSecretKey(name),
        isCount: redactor.json({ [name]: 1 })?.endsWith(':1}') === true,
      });
    }
    if (format.length > MAX_REMEMBERED_LENGTH) return found;
    if (formats.size >= MAX_REMEMBERED_FORMATS) formats.clear();
    formats.set(format, { found, areAll });
    return found;
  }

  function argument(instance: PinoInstance, value: unknown, placeholder: Placeholder): unknown {
    const { kind, isCount } = placeholder;
    const isSecret = placeholder.isSecret && !(isCount && typeof value === 'number');
    if (isSecret && value !== null && value !== undefined && typeof value !== 'boolean') return marker;
    if (typeof value === 'symbol') return String(value);
    if (typeof value === 'function') return functionName(value);
    if (typeof value !== 'object' || value === null) return value;
    if (NUMBER_KINDS.has(kind)) return types.isDate(value) ? Date.prototype.getTime.call(value) : Number.NaN;
    const plain = redactor.value(value);
    if (kind !== 's' || typeof plain !== 'object' || plain === null) return plain;
    if (isError(value)) {
      const { type, message } = plain as { type: string; message: string };
      return `${type}: ${message}`;
    }
    // As `%j` does it, with the `redact` paths.
    return instance[formatOptsSym].stringify(plain);
  }

  /** The arguments of a call as pino can turn them into text without running code of theirs. */
  function safeArguments(instance: PinoInstance, args: readonly unknown[]): unknown[] {
    if (args.length === 0) return [];
    const first = safeFirst(instance, args[0]);
    const formatAt = typeof first === 'string' ? 0 : 1;
    const head = [first, ...args.slice(1, formatAt + 1).map(safeMessage)];
    if (args.length <= formatAt + 1) return head;
    const format = head[formatAt];
    const rest = args.slice(formatAt + 1);
    if (typeof format !== 'string') return [head[0], ...[format, ...rest].map(safeValue)];
    const known = placeholders((instance[msgPrefixSym] ?? '') + format, rest.length);
    const error = rest.find(
      (value, at): value is Error => !ERROR_KINDS.has(known[at]?.kind ?? '') && isError(value),
    );
    if (rest.length > known.length) {
      const leftOut = rest.slice(known.length).filter((value) => value !== undefined && value !== null);
      if (leftOut.length > (error !== undefined && leftOut.includes(error) ? 1 : 0)) appCode.leftOut(format);
    }
    return [
      ...(error === undefined ? head : withError(instance, format, first, error)),
      ...rest.map((value, index) =>
        argument(instance, value, known[index] ?? { kind: 'j', isSecret: false, isCount: false }),
      ),
    ];
  }

  function safeValue(value: unknown): unknown {
    return typeof value === 'string' ? value : redactor.value(value);
  }

  /** Where pino stumbles over the arguments all the same, they come as their bare data. */
  function bareArguments(instance: PinoInstance, [first, ...rest]: readonly unknown[]): unknown[] {
    const bare = isObject(first) ? bareFields(instance, first) : first;
    return safeArguments(instance, [
      bare,
      ...rest.map((value) => (isObject(value) ? redactor.json(value) : value)),
    ]);
  }

  /** Logs, whatever the arguments do. When pino throws nothing has been written yet: writing does not throw. */
  function logSafely(instance: PinoInstance, args: readonly unknown[], method: LogFn, level: number): void {
    const logger = instance as unknown as PinoLogger;
    try {
      method.apply(logger, safeArguments(instance, args) as Parameters<LogFn>);
    } catch {
      try {
        method.apply(logger, bareArguments(instance, args) as Parameters<LogFn>);
      } catch (error) {
        instance[writeSym]({ err: error }, 'a log call threw', level);
      }
    }
  }

  /** Through the app's own hook. When it throws before it has logged, the line goes out without it. */
  function logThrough(
    hook: LogMethod,
    instance: PinoInstance,
    args: Parameters<LogFn>,
    method: LogFn,
    level: number,
  ): void {
    let hasLogged = false;
    function guardedMethod(this: PinoInstance, ...given: unknown[]): void {
      hasLogged = true;
      logSafely(this ?? instance, given, method, level);
    }
    const hasThrown = appCode.run(
      'hooks.logMethod',
      () => {
        hook.call(instance as unknown as PinoLogger, args, guardedMethod, level);
        return false;
      },
      true,
    );
    if (hasThrown && !hasLogged) logSafely(instance, args, method, level);
  }

  /** pino's way to the line, for an ordinary call: an object and a text. */
  function logDirectly(instance: PinoInstance, args: readonly unknown[], level: number): boolean {
    const [object, message] = args;
    try {
      if (args.length !== 2 || typeof message !== 'string' || !isOrdinary(instance, object)) return false;
      const prefix = instance[msgPrefixSym];
      const text = prefix === undefined ? message : prefix + message;
      const time = instance[timeSym]();
      const line = instance[asJsonSym](object, text, level, time);
      output.send(instance, { line, level, object, message: text, time });
      return true;
    } catch {
      // A proxy among the prototypes answers questions as it likes.
      return false;
    }
  }

  return function guardedLog(args, method, level) {
    const instance = this as unknown as PinoInstance;
    if (next !== undefined) logThrough(next, instance, args, method, level);
    else if (!logDirectly(instance, args, level)) logSafely(instance, args, method, level);
  };
}

/** The first argument, unless pino would run code of it or through it. */
function safeFirst(instance: PinoInstance, first: unknown): unknown {
  if (!isObject(first)) return safeMessage(first);
  const isTouchy = types.isProxy(first) || REQUEST_KEYS.some((key) => hasOwnAccessor(first, key));
  return isTouchy ? bareFields(instance, first) : first;
}

/**
 * The object and the text of a call with an error that the text has no place for: `log.error('not saved:', error)`, as other
 * loggers take it. pino would leave it out; it is the error of the line, unless that has one.
 */
function withError(instance: PinoInstance, text: string, first: unknown, error: Error): unknown[] {
  const errorKey = instance[errorKeySym];
  if (typeof first === 'string' || first === undefined || first === null)
    return [{ [errorKey]: error }, text];
  const isTaken =
    !isObject(first) ||
    isError(first) ||
    Object.hasOwn(first, errorKey) ||
    'headers' in first ||
    'setHeader' in first;
  return [isTaken ? first : { ...ownFields(first), [errorKey]: error }, text];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What is logged, without asking it anything; an error stays whole, under its key. */
function bareFields(instance: PinoInstance, object: object): object {
  return isError(object) ? { [instance[errorKeySym]]: object } : ownFields(object);
}

/**
 * Whether what pino does on its way from a call with this object and a text comes down to writing the line: no error,
 * no request or response, which pino shows by its own serializers, and no mixin.
 */
function isOrdinary(instance: PinoInstance, object: unknown): object is object {
  return (
    typeof object === 'object' &&
    object !== null &&
    !isError(object) &&
    !types.isProxy(object) &&
    !('headers' in object) &&
    !('setHeader' in object) &&
    instance[mixinSym] === undefined
  );
}

/** pino writes no function as the message, and behind a prefix its source; a symbol it cannot write there. */
function safeMessage(message: unknown): unknown {
  if (typeof message === 'function') return undefined;
  return typeof message === 'symbol' ? String(message) : message;
}

/** pino would write the name, or for `%s` the source. */
function functionName(code: object): string {
  const name = ownData(code, 'name', true);
  return `[Function: ${typeof name === 'string' && name !== '' ? name : '<anonymous>'}]`;
}

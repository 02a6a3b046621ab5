import { types } from 'node:util';
import type { Redactor } from '@sightline/redact';
import type { LogFn, Logger as PinoLogger } from 'pino';
import { isError } from './errors.ts';
import {
  asJsonSym,
  hooksSym,
  mixinSym,
  msgPrefixSym,
  needsMetadataGsym,
  streamSym,
  timeSym,
  writeSym,
} from './pino-internals.ts';
import type { PinoInstance } from './pino-internals.ts';

type LogMethod = (this: PinoLogger, args: Parameters<LogFn>, method: LogFn, level: number) => void;

interface Placeholder {
  readonly kind: string;
  /** Whether the word in front of it says that a secret follows: `password %s`. */
  readonly isSecret: boolean;
}

const MAX_REMEMBERED_FORMATS = 1000;
const PLACEHOLDER = /%([sdifjoOc%])/g;

/**
 * Compiles what stands between the app and pino: a log call never throws into the app, whatever it is given, and
 * arguments of a format string are made safe before pino turns them into text.
 *
 * @param next the app's own `hooks.logMethod`
 */
export function createCallGuard(redactor: Redactor, marker: string, next: LogMethod | undefined): LogMethod {
  const formats = new Map<string, readonly Placeholder[]>();

  function placeholders(format: string): readonly Placeholder[] {
    const known = formats.get(format);
    if (known !== undefined) return known;
    const found: Placeholder[] = [];
    for (const match of format.matchAll(PLACEHOLDER)) {
      const kind = match[1] ?? '';
      if (kind === '%') continue;
      const [before = ''] =
        /[\w.-]*[\s"'`]{0,3}$/.exec(format.slice(Math.max(0, match.index - 64), match.index)) ?? [];
      found.push({ kind, isSecret: redactor.isSecretKey(before.trim()) });
    }
    if (formats.size >= MAX_REMEMBERED_FORMATS) formats.clear();
    formats.set(format, found);
    return found;
  }

  function argument(value: unknown, { kind, isSecret }: Placeholder): unknown {
    if (isSecret && value !== null && value !== undefined && typeof value !== 'boolean') return marker;
    if (typeof value === 'symbol') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (kind !== 's') return redactor.value(value);
    if (!isError(value)) return redactor.json(value);
    const { type, message } = redactor.value(value) as { type: string; message: string };
    return `${type}: ${message}`;
  }

  function safeArguments(args: readonly unknown[]): unknown[] {
    const formatAt = typeof args[0] === 'string' ? 0 : 1;
    const format = args[formatAt];
    const head = args.slice(0, formatAt + 1);
    if (typeof format !== 'string')
      return [...head, ...args.slice(formatAt + 1).map((value) => redactor.value(value))];
    const known = placeholders(format);
    return [
      ...head,
      ...args
        .slice(formatAt + 1)
        .map((value, index) => argument(value, known[index] ?? { kind: 'j', isSecret: false })),
    ];
  }

  return function guardedLog(args, method, level) {
    try {
      const first: unknown = args[0];
      if (
        next === undefined &&
        args.length === 2 &&
        isOrdinary(this as unknown as PinoInstance, first, args[1])
      ) {
        writeDirectly(this as unknown as PinoInstance, first, args[1] as unknown as string, level);
        return;
      }
      const isFormatted = args.length > 2 || (args.length === 2 && typeof first === 'string');
      let safe = (isFormatted ? safeArguments(args) : args) as Parameters<LogFn>;
      if (types.isProxy(first))
        safe = [{ value: '[Proxy]' }, ...safe.slice(1)] as unknown as Parameters<LogFn>;
      if (next === undefined) method.apply(this, safe);
      else next.call(this, safe, method, level);
    } catch (error) {
      const reason = isError(error) ? redactor.value(error) : undefined;
      (this as unknown as PinoInstance)[writeSym]({ err: reason }, 'a log call threw', level);
    }
  };
}

/**
 * Whether a call is the usual one, an object and a text without placeholders' arguments, on a logger without mixin and
 * stream hooks: then what pino does on its way to the line comes down to `writeDirectly`.
 */
function isOrdinary(instance: PinoInstance, first: unknown, message: unknown): first is object {
  return (
    typeof message === 'string' &&
    typeof first === 'object' &&
    first !== null &&
    !isError(first) &&
    !types.isProxy(first) &&
    // pino shows requests and responses by its own serializers.
    !('headers' in first) &&
    !('setHeader' in first) &&
    instance[mixinSym] === undefined &&
    instance[hooksSym].streamWrite === undefined &&
    instance[streamSym][needsMetadataGsym] !== true
  );
}

/** pino's `write`, for an ordinary call. */
function writeDirectly(instance: PinoInstance, object: object, message: string, level: number): void {
  const prefix = instance[msgPrefixSym];
  const text = prefix === undefined ? message : prefix + message;
  instance[streamSym].write(instance[asJsonSym](object, text, level, instance[timeSym]()));
}

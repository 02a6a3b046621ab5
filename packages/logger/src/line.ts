import type { Redactor } from '@sightline/redact';
import { errorData, isError } from './errors.ts';
import {
  chindingsSym,
  endSym,
  errorKeySym,
  formattersSym,
  lsCacheSym,
  messageKeySym,
  nestedKeySym,
  redactFmtSym,
  serializersSym,
  stringifiersSym,
  wildcardFirstSym,
} from './pino-internals.ts';
import type { PinoInstance, Serializer, Stringifier } from './pino-internals.ts';
import { traceFields } from './trace-context.ts';

/** Writes the lines and the bindings of a pino instance, censored. */
export interface LineWriter {
  /** In place of pino's `asJson`: the whole line, with its newline. Never throws. */
  line(this: PinoInstance, object: object, message: unknown, level: number, time: string): string;
  /** In place of pino's `err` serializer. */
  readonly errorSerializer: (value: unknown) => unknown;
  /** In place of pino's `asChindings`: `,"key":…` for each binding. Never throws. */
  bindings(instance: PinoInstance, bindings: object): string;
}

/** Keys that pino's `child` takes as settings rather than as bindings. */
const CHILD_SETTINGS = new Set(['level', 'serializers', 'formatters', 'customLevels']);

/**
 * Compiles the writing of lines: pino's format, field for field, with every field censored while it is written.
 *
 * Doing it here rather than in a formatter saves a copy of the object, and leaves no way around: serializers, message,
 * bindings and pino's own `redact` paths all come through.
 */
export function createLineWriter(redactor: Redactor): LineWriter {
  function errorSerializer(value: unknown): unknown {
    return isError(value) ? errorData(redactor, value) : value;
  }

  /** One field, `,"key":…`, or nothing where the value has no JSON. */
  function field(key: string, raw: unknown, { serializers, stringifiers, errorKey }: Settings): string {
    const serializer = serializers[key] ?? (key === errorKey ? serializers['err'] : undefined);
    const value =
      serializer === undefined || serializer === errorSerializer ? raw : serialize(serializer, raw);
    if (stringifiers !== undefined) {
      const stringifier = stringifiers[key] ?? stringifiers[wildcardFirstSym];
      if (stringifier !== undefined) return withPaths(key, value, stringifier);
    }
    if (typeof value === 'object' && isError(value)) return errorField(key, value);
    return redactor.entry(key, value);
  }

  function errorField(key: string, error: Error): string {
    return `,${JSON.stringify(redactor.text(key))}:${JSON.stringify(errorData(redactor, error))}`;
  }

  /** pino's own `redact` paths, on top of everything else. They are applied to the censored copy. */
  function withPaths(key: string, value: unknown, stringifier: Stringifier): string {
    const holder = isError(value) ? { [key]: errorData(redactor, value) } : redactor.value({ [key]: value });
    const [safeKey, censored] = Object.entries(holder as object)[0] ?? [key, undefined];
    if (censored === undefined) return '';
    try {
      const written = stringifier(censored) as string | undefined;
      return written === undefined ? '' : `,${JSON.stringify(safeKey)}:${written}`;
    } catch {
      return redactor.entry(key, '[Unreadable]');
    }
  }

  /** Every own field that is set; a getter is named, not run. */
  function fields(object: object, settings: Settings): string {
    let output = '';
    for (const key of Object.keys(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined) continue;
      if (descriptor.get !== undefined) output += redactor.entry(key, '[Getter]');
      else if (descriptor.value !== undefined) output += field(key, descriptor.value, settings);
    }
    return output;
  }

  function messageField(key: string, message: unknown, serializers: Settings['serializers']): string {
    const serializer = serializers[key];
    const text = serializer === undefined ? message : serialize(serializer, message);
    if (text === undefined || typeof text === 'function') return '';
    return redactor.entry(key, text);
  }

  return {
    errorSerializer,

    line(object, message, level, time) {
      const settings = settingsOf(this);
      const formatLog = this[formattersSym].log;
      const formatted = formatLog === undefined ? object : guard(() => formatLog(object), object);
      let body = fields(formatted, settings);
      const nestedKey = this[nestedKeySym];
      if (nestedKey && body !== '') body = `,${JSON.stringify(nestedKey)}:{${body.slice(1)}}`;
      const ids = traceFields();
      if (ids !== '' && !Object.hasOwn(formatted, 'trace_id')) body += ids;
      if (message !== undefined) body += messageField(this[messageKeySym], message, settings.serializers);
      return this[lsCacheSym][level] + time + this[chindingsSym] + body + this[endSym];
    },

    bindings(instance, bindings) {
      const settings = settingsOf(instance);
      let output = '';
      for (const key of Object.keys(bindings)) {
        const descriptor = Object.getOwnPropertyDescriptor(bindings, key);
        if (descriptor === undefined || CHILD_SETTINGS.has(key)) continue;
        if (descriptor.get !== undefined) output += redactor.entry(key, '[Getter]');
        else if (descriptor.value !== undefined) output += field(key, descriptor.value, settings);
      }
      return output;
    },
  };
}

/** What of an instance every field is written with. */
interface Settings {
  readonly serializers: Readonly<Record<string, Serializer | undefined>>;
  /** Undefined where no `redact` paths are set, which is nearly always. */
  readonly stringifiers: Readonly<Record<string | symbol, Stringifier | undefined>> | undefined;
  readonly errorKey: string;
}

function settingsOf(instance: PinoInstance): Settings {
  const stringifiers = instance[stringifiersSym];
  return {
    serializers: instance[serializersSym],
    // pino puts its formatting redactor among the stringifiers as soon as there is a path.
    stringifiers: redactFmtSym in stringifiers ? stringifiers : undefined,
    errorKey: instance[errorKeySym],
  };
}

/** A serializer is the app's code: what it throws must not reach the app through a log call. */
function serialize(serializer: (value: unknown) => unknown, value: unknown): unknown {
  return guard(() => serializer(value), '[the serializer threw]');
}

function guard<Value>(run: () => Value, otherwise: Value): Value {
  try {
    return run();
  } catch {
    return otherwise;
  }
}

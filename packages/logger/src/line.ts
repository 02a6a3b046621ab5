import { types } from 'node:util';
import type { PlainData, Redactor } from '@sightline/redact';
import type { AppCode } from './app-code.ts';
import { boundNamesSym, isBound, withNames, withoutRepeated, writtenName } from './bound-names.ts';
import type { BoundNames } from './bound-names.ts';
import { errorData, isError } from './errors.ts';
import { ownFields } from './own-data.ts';
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
  timeSliceIndexSym,
  wildcardFirstSym,
} from './pino-internals.ts';
import type { PinoInstance, Serializer, Stringifier } from './pino-internals.ts';
import { activeContext, requestIdField, traceFields } from './trace-context.ts';

/** Writes the lines and the bindings of a pino instance, censored. */
export interface LineWriter {
  /** In place of pino's `asJson`: the whole line, with its newline. Never throws. */
  line(this: PinoInstance, object: object, message: unknown, level: number, time: string): string;
  /** In place of pino's `err` serializer. */
  readonly errorSerializer: (value: unknown) => unknown;
  /**
   * In place of pino's `asChindings`: binds more to an instance, `,"key":…` for each. Never throws.
   *
   * @param format the app's `formatters.bindings`
   */
  bind(instance: PinoInstance, bindings: object, format?: (bindings: Bindings) => object): void;
}

type Bindings = Record<string, unknown>;

/** What a line of a level without a name of its own begins with: audit records know no levels. */
const PLAIN_HEAD = '{"level":"info"';

/** Keys that pino's `child` takes as settings rather than as bindings. */
const CHILD_SETTINGS = new Set(['level', 'serializers', 'formatters', 'customLevels']);

/**
 * Compiles the writing of lines: pino's format, field for field, with every field censored while it is written.
 *
 * Doing it here rather than in a formatter saves a copy of the object, and leaves no way around: serializers, message,
 * bindings and pino's own `redact` paths all come through.
 */
export function createLineWriter(redactor: Redactor, appCode: AppCode): LineWriter {
  /** What a serializer makes of a value: what it throws costs its field. */
  function serialize(key: string, serializer: Serializer, value: unknown): unknown {
    return appCode.run(`serializers.${key}`, () => serializer(value), '[the serializer threw]');
  }

  function errorSerializer(value: unknown): unknown {
    return isError(value) ? errorData(redactor, value) : value;
  }

  /** One field, `,"key":…`, or nothing where the value has no JSON. */
  function field(
    key: string,
    raw: unknown,
    { serializers, stringifiers, errorKey }: Settings,
    holder: object,
  ): string {
    const serializer = serializers[key] ?? (key === errorKey ? serializers['err'] : undefined);
    const value =
      serializer === undefined || serializer === errorSerializer ? raw : serialize(key, serializer, raw);
    if (stringifiers !== undefined) {
      const stringifier = stringifiers[key] ?? stringifiers[wildcardFirstSym];
      if (stringifier !== undefined) return withPaths(censored(key, value, holder), stringifier);
    }
    return censored(key, value, holder);
  }

  function censored(key: string, value: unknown, holder?: object): string {
    if (typeof value === 'object' && isError(value) && !redactor.isSecretKey(key))
      return errorField(key, value);
    return entry(key, value, holder);
  }

  /** Where the fast way of writing stumbles, over a revoked proxy in a list, the thorough one does not. */
  function entry(key: string, value: unknown, holder?: object): string {
    try {
      return redactor.entry(key, value, holder);
    } catch {
      return `,${JSON.stringify(redactor.value({ [key]: value })).slice(1, -1)}`;
    }
  }

  function errorField(key: string, error: Error): string {
    return `,${JSON.stringify(redactor.text(key))}:${JSON.stringify(errorData(redactor, error))}`;
  }

  /**
   * pino's own `redact` paths, on top of everything else.
   *
   * @param written the field, censored
   */
  function withPaths(written: string, stringifier: Stringifier): string {
    if (written === '') return '';
    const object = JSON.parse(`{${written.slice(1)}}`) as Record<string, PlainData>;
    const [[key, value] = ['', null]] = Object.entries(object);
    try {
      const json = stringifier(value) as string | undefined;
      return json === undefined ? '' : `,${JSON.stringify(key)}:${json}`;
    } catch {
      return redactor.entry(key, '[Unreadable]');
    }
  }

  /** Every own field that is set and not among those to skip; a getter is named, not run. */
  function fields(
    object: object,
    settings: Settings,
    keys: readonly string[] = Object.keys(object),
    skip?: ReadonlySet<string>,
  ): string {
    let output = '';
    for (const key of keys) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key);
      if (descriptor === undefined || skip?.has(key) === true) continue;
      let text = '';
      if (descriptor.get !== undefined) text = redactor.entry(key, '[Getter]');
      else if (descriptor.value !== undefined) text = field(key, descriptor.value, settings, object);
      const mayBeTaken = key === 'time' || key === 'level' || key === settings.messageKey;
      if (mayBeTaken && isTaken(key, settings)) text = renamed(key, text, object);
      output += text;
      if (text !== '' && isBound(settings.names, key)) (settings.repeated ??= []).push(writtenName(text));
    }
    return output;
  }

  function messageField(key: string, message: unknown, { serializers, stringifiers }: Settings): string {
    const serializer = serializers[key];
    const text = serializer === undefined ? message : serialize(key, serializer, message);
    if (text === undefined || typeof text === 'function') return '';
    const stringifier = stringifiers?.[key] ?? stringifiers?.[wildcardFirstSym];
    return stringifier === undefined ? entry(key, text) : withPaths(censored(key, text), stringifier);
  }

  /** What the app's formatter makes of an object; nothing where it makes no object of it. */
  function formatted(option: string, format: (object: never) => object, object: object): object {
    const made: unknown = appCode.run(option, () => format(object as never), object);
    return typeof made !== 'object' || made === null || types.isProxy(made) ? ownFields(made) : made;
  }

  return {
    errorSerializer,

    line(given, message, level, time) {
      const nestedKey = this[nestedKeySym];
      const head = this[lsCacheSym][level] ?? PLAIN_HEAD;
      const settings = settingsOf(
        this,
        nestedKey ? undefined : { head, time, hasMessage: message !== undefined },
      );
      const formatLog = this[formattersSym].log;
      const object = formatLog === undefined ? given : formatted('formatters.log', formatLog, given);
      let body = fields(object, settings);
      const bound = this[chindingsSym];
      const { repeated } = settings;
      const bindings = repeated === undefined || nestedKey ? bound : withoutRepeated(bound, repeated);
      const isNested = Boolean(nestedKey) && body !== '';
      if (isNested) body = `,${JSON.stringify(nestedKey)}:{${body.slice(1)}}`;
      const active = activeContext();
      const isFree = (key: string): boolean =>
        (isNested || !isSet(object, key)) && !isBound(settings.names, key);
      const ids = traceFields(active);
      if (ids !== '' && isFree('trace_id')) body += ids;
      const requestId = requestIdField(active);
      if (requestId !== '' && isFree('request_id')) body += requestId;
      if (message !== undefined) body += messageField(settings.messageKey, message, settings);
      return head + time + bindings + body + this[endSym];
    },

    bind(instance, given, format) {
      const isPlain = typeof given === 'object' && !types.isProxy(given);
      const own = isPlain && format === undefined ? given : ownFields(given);
      const bindings = format === undefined ? own : formatted('formatters.bindings', format, own);
      // pino looks for the time in what writes it when the logger is made.
      const line = instance[timeSliceIndexSym] === 0 ? { ...ANY_LINE, time: '' } : ANY_LINE;
      const settings = settingsOf(instance, line);
      const names = Object.keys(bindings);
      const more = fields(bindings, settings, names, CHILD_SETTINGS);
      const { repeated } = settings;
      const bound = instance[chindingsSym];
      instance[chindingsSym] = (repeated === undefined ? bound : withoutRepeated(bound, repeated)) + more;
      const written = names.filter((name) => !CHILD_SETTINGS.has(name) && isSet(bindings, name));
      instance[boundNamesSym] = withNames(settings.names, written);
    },
  };
}

/** Whether a field is there and will be written. */
function isSet(object: object, key: string): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  return descriptor !== undefined && (descriptor.value !== undefined || descriptor.get !== undefined);
}

/** What a line says by itself, before and after the fields of the app. */
interface OwnFields {
  readonly head: string;
  readonly time: string;
  readonly hasMessage: boolean;
}

/** For bindings, which are written before there is a line. */
const ANY_LINE: OwnFields = { head: PLAIN_HEAD, time: ',"time":0', hasMessage: true };

/** @param key is `time`, `level` or the key of messages, which a line mostly has by itself */
function isTaken(key: string, { own, messageKey }: Settings): boolean {
  if (own === undefined) return false;
  if (key === messageKey && own.hasMessage) return true;
  if (key === 'time') return own.time.startsWith(',"time":');
  return key === 'level' && own.head.startsWith('{"level":');
}

/** The field of the app under another name: an object of JSON has each name once, and readers differ in which of two they take. */
function renamed(key: string, text: string, object: object): string {
  let name = `app_${key}`;
  while (Object.hasOwn(object, name)) name = `app_${name}`;
  const start = `,${JSON.stringify(key)}:`;
  return text.startsWith(start) ? `,${JSON.stringify(name)}:${text.slice(start.length)}` : text;
}

/** What of an instance every field is written with. */
interface Settings {
  readonly serializers: Readonly<Record<string, Serializer | undefined>>;
  /** Undefined where no `redact` paths are set, which is nearly always. */
  readonly stringifiers: Readonly<Record<string | symbol, Stringifier | undefined>> | undefined;
  readonly errorKey: string;
  readonly messageKey: string;
  /** Undefined where the fields of the app stand apart. */
  readonly own: OwnFields | undefined;
  /** Those of the bindings that stand in front of the fields. */
  readonly names: BoundNames | undefined;
  /** Those of them that a field has as well, as they are written; undefined where there is none, which is nearly always. */
  repeated: string[] | undefined;
}

function settingsOf(instance: PinoInstance, own: OwnFields | undefined): Settings {
  const stringifiers = instance[stringifiersSym];
  return {
    serializers: instance[serializersSym],
    // pino puts its formatting redactor among the stringifiers as soon as there is a path.
    stringifiers: redactFmtSym in stringifiers ? stringifiers : undefined,
    errorKey: instance[errorKeySym],
    messageKey: instance[messageKeySym],
    own,
    names: instance[boundNamesSym],
    repeated: undefined,
  };
}

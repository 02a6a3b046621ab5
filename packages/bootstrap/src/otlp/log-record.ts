import type { AnyValue, Attributes } from '@opentelemetry/api';
import type { AttributeName, LogFieldName } from '@sightline/conventions';
import { nanosText, otlpValue } from './otlp-message.ts';
import type { OtlpMessage } from './otlp-message.ts';

/** Bounds of one log record. Source: https://opentelemetry.io/docs/specs/otel/logs/sdk/#logrecord-limits */
export interface RecordLimits {
  /** `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`, else `OTEL_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributeCount: number;
  /** Characters of one string [UTF-16 code units]: `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`, else `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. */
  readonly attributeValueLength: number;
}

/** What the logger calls the message and the error of a line; a service may have other names for them. */
export interface RecordKeys {
  /** pino's `messageKey`. */
  readonly message: string;
  /** pino's `errorKey`. */
  readonly error: string;
}

export const defaultRecordKeys: RecordKeys = { message: 'msg', error: 'err' };

/** By names in lower case. Source: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const INFO = 9;
const SEVERITY: ReadonlyMap<string, number> = new Map([
  ['trace', 1],
  ['debug', 5],
  ['info', INFO],
  ['warn', 13],
  ['warning', 13],
  ['error', 17],
  ['critical', 18],
  ['fatal', 21],
]);

/** A field of the app's may be called `time` as well: what no line can be from is not taken for one [ms since 1970]. */
const YEAR_2000_MS = 946_684_800_000;
const YEAR_2200_MS = 7_258_118_400_000;

/** As `isoTime` of pino writes it, and others do: milliseconds, or up to nanoseconds. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(?:Z|[+-]\d\d:\d\d)$/;

/** The levels of pino as numbers. */
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/** Fields that have a place of their own in a record. */
const TAKEN = [
  'time',
  'level',
  'trace_id',
  'span_id',
  'trace_flags',
] as const satisfies readonly LogFieldName[];

/** Fields that say what the resource says, unless the app means something else by them. */
const OF_RESOURCE: ReadonlyMap<string, AttributeName> = new Map<LogFieldName, AttributeName>([
  ['service', 'service.name'],
  ['environment', 'deployment.environment.name'],
  ['version', 'service.version'],
  ['pid', 'process.pid'],
  ['hostname', 'host.name'],
]);

type Fields = Readonly<Record<string, AnyValue>>;

/** Makes a log record of a line, which may be none of the logger. Never throws. */
type RecordMaker = (line: string, observedMs: number) => OtlpMessage;

/** @param resource the attributes that go with all records */
export function createRecordMaker(
  resource: Attributes,
  { attributeCount, attributeValueLength }: RecordLimits,
  keys: RecordKeys = defaultRecordKeys,
): RecordMaker {
  const taken = new Set<string>([...TAKEN, keys.message, keys.error]);

  const isSaid = (field: string, value: unknown): boolean => {
    const name = OF_RESOURCE.get(field);
    return name !== undefined && resource[name] === value;
  };

  const attributesOf = (fields: Fields): OtlpMessage => {
    const others = Object.entries(fields).filter(([key, value]) => !taken.has(key) && !isSaid(key, value));
    const exception = exceptionOf(fields[keys.error], keys.error);
    const all = Object.entries({ ...exception, ...Object.fromEntries(others) });
    const kept = all.slice(0, attributeCount);
    return {
      attributes: kept.map(([key, value]) => ({ key, value: otlpValue(value, 0, attributeValueLength) })),
      ...(kept.length < all.length && { droppedAttributesCount: all.length - kept.length }),
    };
  };

  return function recordOf(line, observedMs) {
    const observedTimeUnixNano = nanosText(observedMs);
    const fields = parsed(line);
    if (fields === undefined) {
      return {
        timeUnixNano: observedTimeUnixNano,
        body: { stringValue: line.trimEnd() },
        observedTimeUnixNano,
      };
    }
    // `severity` is what lines for Google Cloud have in its place.
    const level = levelOf(fields['level'] ?? fields['severity']);
    const flags = text(fields['trace_flags']) ?? '';
    return {
      timeUnixNano: timeOf(fields['time']) ?? observedTimeUnixNano,
      severityNumber: SEVERITY.get(level.toLowerCase()) ?? INFO,
      severityText: level,
      body: otlpValue(fields[keys.message] ?? ''),
      ...attributesOf(fields),
      ...(/^[0-9a-f]{2}$/.test(flags) ? { flags: Number.parseInt(flags, 16) } : {}),
      ...idOf('traceId', fields['trace_id'], /^[0-9a-f]{32}$/),
      ...idOf('spanId', fields['span_id'], /^[0-9a-f]{16}$/),
      observedTimeUnixNano,
    };
  };
}

function parsed(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

/** @returns ns since 1970; undefined for what is no time that a `timestamp` of pino writes */
function timeOf(time: unknown): string | undefined {
  const iso = typeof time === 'string' ? ISO_TIME.exec(time) : null;
  const timeMs = iso === null ? numericTimeMs(time) : Date.parse(iso[0]);
  if (!(timeMs >= YEAR_2000_MS && timeMs < YEAR_2200_MS)) return undefined;
  const nanos = nanosText(timeMs);
  // `Date.parse` leaves out what is finer than a millisecond.
  return iso === null ? nanos : `${nanos.slice(0, -6)}${(iso[1] ?? '').padEnd(9, '0').slice(3)}`;
}

/** Milliseconds, or seconds, as `unixTime` of pino has it. */
function numericTimeMs(time: unknown): number {
  if (typeof time !== 'number') return Number.NaN;
  return time < YEAR_2200_MS / 1000 ? time * 1000 : time;
}

function levelOf(level: unknown): string {
  if (typeof level === 'string') return level;
  return typeof level === 'number' ? (LEVELS[Math.floor(level / 10) - 1] ?? 'info') : 'info';
}

function exceptionOf(error: unknown, key: string): Attributes {
  if (typeof error !== 'object' || error === null) return error === undefined ? {} : { [key]: error };
  const { type, message, stack, ...rest } = error as Record<string, unknown>;
  const parts = {
    'exception.type': text(type),
    'exception.message': text(message),
    'exception.stacktrace': text(stack),
  } satisfies Partial<Record<AttributeName, string | undefined>>;
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), ...(Object.keys(rest).length > 0 ? { [key]: rest } : {}) };
}

function idOf(name: string, value: unknown, form: RegExp): OtlpMessage {
  return typeof value === 'string' && form.test(value) ? { [name]: value } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

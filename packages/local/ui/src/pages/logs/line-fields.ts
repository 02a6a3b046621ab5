import type { LogLine } from '../../api/loki.ts';
import type { FieldKind } from './edit-query.ts';

export interface Field {
  /** As a query calls it: `err_message`. */
  readonly name: string;
  readonly value: string;
  readonly kind: FieldKind;
}

/** What a line says, taken apart as far as it is needed to show it. */
export interface ReadLine {
  readonly level: Level;
  readonly service: string;
  readonly message: string;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  /** What is worth showing beside the message, the most telling first. */
  readonly fields: readonly Field[];
}

export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'unknown'] as const;
export type Level = (typeof LEVELS)[number];

const LEVEL_WORDS = new Map<string, Level>(
  Object.entries({
    fatal: 'fatal',
    critical: 'fatal',
    emerg: 'fatal',
    alert: 'fatal',
    panic: 'fatal',
    error: 'error',
    err: 'error',
    warn: 'warn',
    warning: 'warn',
    info: 'info',
    information: 'info',
    notice: 'info',
    debug: 'debug',
    trace: 'trace',
    verbose: 'trace',
  }),
);

/** A level by any of its names, or by the number of pino (30) or bunyan. */
export function levelOf(value: unknown): Level {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{2}$/.test(value))) {
    const number = Number(value);
    if (number >= 60) return 'fatal';
    if (number >= 50) return 'error';
    if (number >= 40) return 'warn';
    if (number >= 30) return 'info';
    return number >= 20 ? 'debug' : 'trace';
  }
  return typeof value === 'string' ? (LEVEL_WORDS.get(value.toLowerCase()) ?? 'unknown') : 'unknown';
}

/** Longer lines are not taken apart: they are shown as they are. */
const MAX_PARSED = 200_000;
const MAX_FIELDS = 200;
const MAX_DEPTH = 6;

/** The same in every line of a process, or shown elsewhere in the row. */
const COMMON = new Set([
  'scope_version',
  'time',
  'timestamp',
  'ts',
  'level',
  'detected_level',
  'severity',
  'severity_text',
  'severity_number',
  'observed_timestamp',
  'dropped_attributes_count',
  'msg',
  'message',
  'service',
  'service_name',
  'service_namespace',
  'service_version',
  'service_instance_id',
  'deployment_environment_name',
  'environment',
  'version',
  'pid',
  'hostname',
  'host_name',
  'scope_name',
  'trace_id',
  'span_id',
  'trace_flags',
  'flags',
  'request_id',
]);
const COMMON_PREFIX = /^(?:telemetry|process|host|os|container|k8s|cloud)_/;
/** Too long for a row, or of no use in it. */
const NOT_IN_ROW = /_stack$|stacktrace$|_body_size$|^__error/;
/** Shown first: what a person looks for. */
const TELLING = ['err_message', 'exception_message', 'err_type', 'exception_type', 'error', 'error_type'];

export type JsonLine = Readonly<Record<string, unknown>>;

/** The object that a line is, or undefined. */
export function parseJsonLine(line: string): JsonLine | undefined {
  if (!line.startsWith('{') || line.length > MAX_PARSED) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as JsonLine)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A key as LogQL's `json` names it. */
function fieldName(key: string): string {
  const name = key.replaceAll(/[^A-Za-z0-9_]/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}

/** The values of an object at any depth, as LogQL's `json` flattens them: keys joined by `_`, arrays left out. */
export function flattenJson(object: JsonLine): readonly (readonly [name: string, value: string])[] {
  const found: [string, string][] = [];
  const walk = (value: unknown, name: string, depth: number): void => {
    if (found.length >= MAX_FIELDS) return;
    if (typeof value === 'object' && value !== null) {
      // LogQL does not flatten arrays; they are shown, but cannot be asked for.
      if (Array.isArray(value) || depth >= MAX_DEPTH) found.push([name, JSON.stringify(value)]);
      else {
        for (const [key, each] of Object.entries(value)) {
          walk(each, name === '' ? fieldName(key) : `${name}_${fieldName(key)}`, depth + 1);
        }
      }
    } else if (value !== null && value !== undefined) {
      found.push([name, typeof value === 'string' ? value : JSON.stringify(value)]);
    }
  };
  walk(object, '', 0);
  return found;
}

const PAIR = /(?:^|\s)([A-Za-z_][\w.]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g;

/** `key=value` pairs, when the line is made of them. */
function readLogfmt(line: string): readonly (readonly [string, string])[] {
  if (line.length > 5000 || !/^\s*[A-Za-z_][\w.]*=/.test(line)) return [];
  return [...line.matchAll(PAIR)]
    .slice(0, MAX_FIELDS)
    .map(([, key = '', text, bare = '']) => [fieldName(key), text ?? bare]);
}

/**
 * All fields of a line, each once: labels of its stream, structured metadata and what the query extracted, then what
 * stands in the line itself. A field of the line with the name of a label is `name_extracted`, as Loki calls it, and
 * left out when it says the same.
 *
 * @param streamLabels names of labels that are of the stream
 */
export function allFields({ line, labels }: LogLine, streamLabels: ReadonlySet<string>): readonly Field[] {
  const fields = Object.entries(labels).map(([name, value]): Field => ({
    name,
    value,
    kind: streamLabels.has(name) ? 'label' : 'field',
  }));
  const json = parseJsonLine(line);
  const kind: FieldKind = json === undefined ? 'logfmt' : 'json';
  const own = json === undefined ? readLogfmt(line) : flattenJson(json);
  const names = new Set(Object.keys(labels));
  for (const [key, value] of own) {
    // A key may be called like what every object has.
    const taken = Object.hasOwn(labels, key) ? labels[key] : undefined;
    // Already extracted by the query, or the same as a label.
    if (taken === value) continue;
    const name = taken === undefined ? key : `${key}_extracted`;
    if (names.has(name)) continue;
    names.add(name);
    fields.push({ name, value, kind });
  }
  return fields.toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

/** Labels first, then what tells most, and last what is the same in every line of a process. */
function rank({ name, kind }: Field): number {
  if (kind === 'label') return 0;
  if (TELLING.includes(name)) return 1;
  return COMMON_PREFIX.test(name) ? 3 : 2;
}

function readUncached(logLine: LogLine): ReadLine {
  const { line, labels } = logLine;
  const json = parseJsonLine(line);
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = labels[name] ?? json?.[name];
      if (typeof value === 'string' && value !== '') return value;
    }
    return undefined;
  };
  const message = json?.['msg'] ?? json?.['message'] ?? json?.['event'];
  const action =
    typeof json?.['action'] === 'string' ? `${json['action']} ${text('outcome') ?? ''}` : undefined;
  const said = typeof message === 'string' ? message : line;
  const fields = allFields(logLine, NO_LABELS).filter(
    ({ name, value }) =>
      !COMMON.has(name) &&
      !COMMON_PREFIX.test(name) &&
      !NOT_IN_ROW.test(name) &&
      !(value.length > 2 && said.length < 1000 && said.includes(value)),
  );
  return {
    level: levelOf(labels['level'] ?? labels['detected_level'] ?? json?.['level'] ?? json?.['severity']),
    service: text('service_name', 'service', 'job', 'app') ?? '',
    message: typeof message === 'string' ? message : (action ?? line),
    traceId: text('trace_id', 'traceId', 'traceID'),
    spanId: text('span_id', 'spanId', 'spanID'),
    // What a line of pairs says is there to be read already.
    fields: fields
      .filter(({ kind }) => kind !== 'logfmt')
      .toSorted((one, other) => telling(one) - telling(other))
      .slice(0, 12),
  };
}

function telling({ name }: Field): number {
  const place = TELLING.indexOf(name);
  return place < 0 ? TELLING.length : place;
}

const NO_LABELS: ReadonlySet<string> = new Set();
const read = new WeakMap<LogLine, ReadLine>();

/** What a line says. Only lines in sight are asked for, and each is taken apart once. */
export function readLine(line: LogLine): ReadLine {
  let found = read.get(line);
  if (found === undefined) read.set(line, (found = readUncached(line)));
  return found;
}

/** The labels of a line that are of its stream. */
export function streamOf(line: LogLine, streamLabels: ReadonlySet<string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(line.labels).filter(([name]) => streamLabels.has(name)));
}

/** Whether a field can be asked for in a query: an array cannot, and a long text would not fit into an address. */
export function isAskable({ name, value }: Field): boolean {
  return value.length <= 1000 && /^[A-Za-z_]\w*$/.test(name) && !name.startsWith('__');
}

import { nextTurn } from '../../next-turn.ts';
import { QueryError } from '../../query-error.ts';
import type { LogqlEngine } from '../engine.ts';
import type { ResultStream } from '../evaluate/log-evaluator.ts';
import type { ListRange, LogLists } from '../lists/log-lists.ts';
import { formatByteSize, parseByteSize } from '../values/byte-size.ts';
import { fieldTypeOf } from './field-type.ts';
import type { FieldType } from './field-type.ts';
import { createFieldReader, jsonKeysOf } from './line-fields.ts';
import type { LineParser } from './line-fields.ts';

/** Which lines are looked at: the newest that a query of lines finds. */
export interface DetectionRange extends ListRange {
  /** Most lines that are looked at. Default 100. */
  readonly lineLimit?: number;
  /** Most fields or values of the result. Default 1000. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Something that lines have beside the labels of their stream: metadata, or what a parser would find. */
export interface DetectedField {
  readonly label: string;
  readonly type: FieldType;
  /** How many values it has. */
  readonly cardinality: number;
  /** Those that find it; none for structured metadata. */
  readonly parsers: readonly LineParser[];
  /** Of a field of JSON, the keys that lead to it. */
  readonly jsonPath: readonly string[] | undefined;
}

export interface DetectedLabel {
  readonly label: string;
  readonly cardinality: number;
}

/** Finds out what there is to ask for, as Loki's read API does for Grafana's drilldown. Each rejects with a `QueryError`. */
export interface LogDetections {
  fields(query: string, range: DetectionRange): Promise<readonly DetectedField[]>;
  fieldValues(query: string, name: string, range: DetectionRange): Promise<readonly string[]>;
  /** Labels of streams that tell something; those all of whose values are ids or numbers do not. */
  labels(range: ListRange, query?: string): readonly DetectedLabel[];
}

interface Found {
  readonly values: Set<string>;
  readonly parsers: Set<LineParser>;
  type: FieldType;
  jsonPath: readonly string[] | undefined;
}

/** A value counts up to this many; more are as good as endless. */
const MAX_VALUES = 10_000;
/** Work between two turns of the event loop [UTF-16 units of lines]. */
const WORK_PER_TURN = 200_000;
const WORK_PER_LINE = 100;
/** Labels that are shown whatever their values are. */
const staticLabels: ReadonlySet<string> = new Set(['cluster', 'namespace', 'instance', 'pod']);
const uuid = /^(?:urn:uuid:|\{)?[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}\}?$/i;
const bytesUnit = /(?:b|[kmgtpe]i?)$/i;

export function createLogDetections(engine: LogqlEngine, lists: LogLists): LogDetections {
  async function linesOf(query: string, range: DetectionRange): Promise<readonly ResultStream[]> {
    const { startNs, endNs, lineLimit = 100, signal } = range;
    const result = await engine.range(query, {
      startNs,
      endNs,
      limit: lineLimit,
      categorizeLabels: true,
      ...(signal && { signal }),
    });
    if (result.type !== 'streams') throw new QueryError('bad_data', 'only log selector is supported');
    return result.streams;
  }

  return {
    async fields(query, range) {
      const { limit = 1000 } = range;
      const found = new Map<string, Found>();
      let keysOf: { readonly line: string; readonly of: ReturnType<typeof jsonKeysOf> } | undefined;
      await eachField(await linesOf(query, range), (name, value, parser, line) => {
        let field = found.get(name);
        if (field === undefined) {
          if (found.size >= limit) return;
          field = { values: new Set(), parsers: new Set(), type: 'string', jsonPath: undefined };
          found.set(name, field);
        }
        field.type = fieldTypeOf(value);
        if (field.values.size < MAX_VALUES) field.values.add(value);
        if (parser !== undefined) field.parsers.add(parser);
        if (parser !== 'json' || field.jsonPath !== undefined) return;
        if (keysOf?.line !== line) keysOf = { line, of: jsonKeysOf(line) };
        field.jsonPath = keysOf.of(name);
      });
      return Array.from(found, ([label, { values, parsers, type, jsonPath }]) => ({
        label,
        type,
        cardinality: values.size,
        parsers: [...parsers],
        jsonPath,
      }));
    },
    async fieldValues(query, name, range) {
      const { limit = 1000 } = range;
      const values = new Set<string>();
      await eachField(await linesOf(query, range), (field, value, parser) => {
        if (field !== name || values.size >= limit) return;
        values.add(parser === undefined ? value : asQueried(value));
      });
      return [...values];
    },
    labels(range, query) {
      const values = new Map<string, Set<string>>();
      for (const labels of lists.series(query === undefined ? [] : [query], range)) {
        for (const [name, value] of Object.entries(labels)) {
          const known = values.get(name);
          if (known === undefined) values.set(name, new Set([value]));
          else known.add(value);
        }
      }
      return Array.from(values)
        .filter(([name, each]) => staticLabels.has(name) || tellsSomething([...each]))
        .map(([label, each]) => ({ label, cardinality: each.size }));
    },
  };
}

/** @param visit without a parser for structured metadata */
async function eachField(
  streams: readonly ResultStream[],
  visit: (name: string, value: string, parser: LineParser | undefined, line: string) => void,
): Promise<void> {
  const reader = createFieldReader();
  let work = 0;
  for (const { labels, entries } of streams) {
    for (const entry of entries) {
      work += WORK_PER_LINE + entry.line.length;
      if (work > WORK_PER_TURN) {
        work = 0;
        // oxlint-disable-next-line no-await-in-loop -- others have their turn
        await nextTurn();
      }
      // Labels were asked for apart, so each line has them.
      for (const [name, value] of Object.entries(entry.metadata!)) visit(name, value, undefined, entry.line);
      const { parser, fields } = reader.read(labels, entry);
      for (const [name, value] of fields) visit(name, value, parser, entry.line);
    }
  }
}

/** A size as a query takes it: `1.5 MB` has a space that it may not have. */
function asQueried(value: string): string {
  if (!bytesUnit.test(value)) return value;
  const size = parseByteSize(value);
  return 'value' in size ? formatByteSize(size.value) : value;
}

function tellsSomething(values: readonly string[]): boolean {
  if (values.length <= 2 && values.every((value) => value === '0' || value === '1')) return true;
  return !values.every((value) => uuid.test(value) || isNumber(value));
}

function isNumber(value: string): boolean {
  return value !== '' && fieldTypeOf(value) !== 'string' && /^(?:int|float)$/.test(fieldTypeOf(value));
}

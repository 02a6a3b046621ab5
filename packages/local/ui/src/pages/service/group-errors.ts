import type { LogLine } from '../../api/loki.ts';
import { addLineFilter } from '../logs/edit-query.ts';
import { flattenJson, parseJsonLine, readLine } from '../logs/line-fields.ts';

/** Errors that are one and the same, by the fingerprint that the logger gives them. */
export interface ErrorGroup {
  readonly key: string;
  readonly fingerprint: string | undefined;
  readonly message: string;
  /** Of the error itself: `TypeError: x is undefined`. */
  readonly error: string;
  readonly count: number;
  /** Since 1970 [ms]. */
  readonly lastMs: number;
  readonly firstMs: number;
  /** The newest one that has a trace. */
  readonly traceId: string | undefined;
}

/** What a line says of its error, whether it came as JSON or with the fields of OTLP. */
function errorOf(line: LogLine): { readonly fingerprint: string | undefined; readonly text: string } {
  const json = parseJsonLine(line.line);
  const fields = new Map(json === undefined ? [] : flattenJson(json));
  // OTLP has no nested fields: the object is a text there.
  const nested = parseJsonLine(line.labels['err'] ?? '');
  for (const [name, value] of nested === undefined ? [] : flattenJson(nested))
    fields.set(`err_${name}`, value);
  const first = (...names: readonly string[]): string | undefined =>
    names
      .map((name) => line.labels[name] ?? fields.get(name))
      .find((value) => value !== undefined && value !== '');
  const type = first('exception_type', 'err_type', 'error_type') ?? '';
  const message = first('exception_message', 'err_message', 'error') ?? '';
  return {
    fingerprint: first('err_fingerprint'),
    text: [type, message].filter((each) => each !== '').join(': '),
  };
}

const NUMBER_OR_ID = /[0-9a-f]*\d[0-9a-f-]*/gi;

/** Without numbers and ids. */
function wordsOf(message: string, error: string): string {
  return `${message} ${error}`.slice(0, 500).replaceAll(NUMBER_OR_ID, '#');
}

/** More pieces would not leave other lines out. */
const MAX_PIECES = 6;

/**
 * The lines of a group without a fingerprint: those with all the words of its message. What differs from one to the next is not
 * asked for, nor what JSON writes in another way than it is read.
 */
export function linesOfGroup(errorLogs: string, message: string): string {
  const pieces = message
    .slice(0, 500)
    .split(new RegExp(`${NUMBER_OR_ID.source}|["\\\\]|[^ -~]+`, 'gi'))
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 1)
    .slice(0, MAX_PIECES);
  return pieces.reduce((query, piece) => addLineFilter(query, '|=', piece), errorLogs);
}

/**
 * Error lines by what went wrong, the most recent first.
 *
 * @param lines the newest first
 */
export function groupErrors(lines: readonly LogLine[]): readonly ErrorGroup[] {
  const groups = new Map<string, ErrorGroup>();
  for (const line of lines) {
    const { message, traceId } = readLine(line);
    const { fingerprint, text } = errorOf(line);
    // Without a fingerprint what differs from one to the next must not keep alike errors apart.
    const key = fingerprint ?? wordsOf(message, text);
    const atMs = Number(line.timeNs.slice(0, -6));
    const known = groups.get(key);
    groups.set(
      key,
      known === undefined
        ? { key, fingerprint, message, error: text, count: 1, lastMs: atMs, firstMs: atMs, traceId }
        : { ...known, count: known.count + 1, firstMs: atMs, traceId: known.traceId ?? traceId },
    );
  }
  return [...groups.values()];
}

/** Whether another one has the same words, so that only its fingerprint tells it apart: it came about elsewhere. */
export function hasTwin(group: ErrorGroup, groups: readonly ErrorGroup[]): boolean {
  const words = wordsOf(group.message, group.error);
  return groups.some(({ key, message, error }) => key !== group.key && wordsOf(message, error) === words);
}

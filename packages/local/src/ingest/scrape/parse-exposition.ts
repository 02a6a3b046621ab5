import { type ParsedExemplar, parseExemplar } from './parse-exemplar.ts';
import { seriesEnd } from './parse-series.ts';

/** What a page says of a metric besides its samples. */
interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** Takes what stands on a page, in its order. */
export interface ExpositionReader {
  /**
   * @param seriesText the name and the labels as they stand there: the same text on every page of a target, so that
   *   whoever reads many needs to take it apart once
   * @param timeMs since 1970 [ms], where the page gives one
   */
  sample(
    seriesText: string,
    value: number,
    timeMs: number | undefined,
    exemplar: ParsedExemplar | undefined,
  ): void;
  metadata(name: string, metadata: Partial<MetricMetadata>): void;
}

/** A page that cannot be read, with the line. */
export class ExpositionError extends Error {
  override readonly name = 'ExpositionError';
}

const META = /^#\s*(HELP|TYPE|UNIT)\s+("(?:[^"\\]|\\.)*"|\S+)(?:\s+([^]*))?$/;

/**
 * Reads a page of Prometheus's text format or of OpenMetrics.
 *
 * Sources: https://prometheus.io/docs/instrumenting/exposition_formats/ and
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 *
 * @param isOpenMetrics times are seconds there, else milliseconds; and `# EOF` is its end, without which it was cut off
 * @throws {ExpositionError} at the first line that is neither a sample, a comment nor empty, and where the end is not the end
 */
export function parseExposition(page: string, isOpenMetrics: boolean, reader: ExpositionReader): void {
  let start = 0;
  let number = 0;
  while (start < page.length) {
    const newline = page.indexOf('\n', start);
    const end = newline === -1 ? page.length : newline;
    number += 1;
    const line = page.slice(start, page.charCodeAt(end - 1) === 13 ? end - 1 : end);
    start = end + 1;
    if (line === '' || line.trim() === '') continue;
    if (line.startsWith('#')) {
      if (isOpenMetrics && line === '# EOF') {
        if (start < page.length) throw new ExpositionError('unexpected data after # EOF');
        return;
      }
      readMeta(line, reader);
    } else if (!readSample(line, isOpenMetrics, reader)) {
      throw new ExpositionError(
        `line ${number}: expected a sample such as \`name{label="value"} 1\`, is ${shown(line)}`,
      );
    }
  }
  if (isOpenMetrics) throw new ExpositionError('data does not end with # EOF');
}

function readMeta(line: string, reader: ExpositionReader): void {
  const [, kind, quoted = '', text = ''] = META.exec(line) ?? [];
  if (kind === undefined) return;
  const name = quoted.startsWith('"') ? quoted.slice(1, -1) : quoted;
  if (kind === 'HELP') reader.metadata(name, { help: unescapeHelp(text) });
  else if (kind === 'TYPE') reader.metadata(name, { type: text.trim() });
  else reader.metadata(name, { unit: text.trim() });
}

function unescapeHelp(text: string): string {
  return text.includes('\\')
    ? text.replaceAll(/\\([n"\\])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
    : text;
}

function readSample(line: string, isOpenMetrics: boolean, reader: ExpositionReader): boolean {
  const end = seriesEnd(line);
  if (end === -1) return false;
  const seriesText = line.slice(0, end);
  const exemplarAt = line.indexOf(' # {', end);
  const rest = (exemplarAt === -1 ? line.slice(end) : line.slice(end, exemplarAt)).trim();
  const space = rest.search(/\s/);
  const valueText = space === -1 ? rest : rest.slice(0, space);
  const value = parseValue(valueText);
  if (value === undefined) return false;
  let timeMs: number | undefined;
  if (space !== -1) {
    const time = parseValue(rest.slice(space).trim());
    if (time === undefined || !Number.isFinite(time)) return false;
    timeMs = Math.trunc(isOpenMetrics ? time * 1000 : time);
  }
  const exemplar = exemplarAt === -1 ? undefined : parseExemplar(line.slice(exemplarAt + 3));
  reader.sample(seriesText, value, timeMs, exemplar);
  return true;
}

/** A number as Go's ParseFloat takes it; undefined where it is none. */
export function parseValue(text: string): number | undefined {
  const number = Number(text);
  if (!Number.isNaN(number)) return text === '' ? undefined : number;
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
    case '+infinity':
      return Infinity;
    case '-inf':
    case '-infinity':
      return -Infinity;
    default:
      return undefined;
  }
}

function shown(line: string): string {
  return JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
}

import type { LogRange, LogSelector, LabelFilter, Stage, Unwrap, UnwrapConversion } from './ast.ts';
import { parseLabelFilter } from './parse-label-filter.ts';
import { parseSelector } from './parse-matchers.ts';
import { parseStages } from './parse-pipeline.ts';
import type { TokenReader } from './token-reader.ts';

const conversions: Readonly<Record<string, UnwrapConversion>> = {
  BYTES_CONV: 'bytes',
  DURATION_CONV: 'duration',
  DURATION_SECONDS_CONV: 'duration_seconds',
};

/** A selector with its window: `{…} | json | unwrap x [5m] offset 1m`; the window may also stand before the stages. */
export function parseLogRange(reader: TokenReader): LogRange {
  if (reader.peek().kind !== '(') {
    if (reader.peek().kind !== '{') reader.unexpected('NUMBER', '{', '(');
    return parseBareRange(reader);
  }
  reader.next();
  return reader.nested(() => parseInParentheses(reader));
}

/** Behind `(`: a range in more parentheses, or the selector of one whose window comes behind `)`. */
function parseInParentheses(reader: TokenReader): LogRange {
  const range = reader.peek().kind === '(' ? parseLogRange(reader) : parsePartialRange(reader);
  if (!reader.take(')')) reader.unexpected(...(range.rangeNs === undefined ? [] : [')']));
  if (range.rangeNs !== undefined) return range;
  const rangeNs = reader.expect('RANGE').amount;
  const offsetNs = parseOffset(reader);
  const unwrap = range.unwrap ?? (range.selector.stages.length === 0 ? parseUnwrap(reader) : undefined);
  return { selector: range.selector, unwrap, rangeNs, offsetNs };
}

/** A range whose window is still to come. */
type PartialRange = Pick<LogRange, 'selector' | 'unwrap'> & { readonly rangeNs?: undefined };

function parsePartialRange(reader: TokenReader): LogRange | PartialRange {
  const matchers = parseSelector(reader);
  if (reader.peek().kind === 'RANGE') return parseBehindSelector(reader, matchers);
  const stages = parseStages(reader);
  const unwrap = parseUnwrap(reader);
  const selector: LogSelector = { type: 'log', matchers, stages };
  return reader.peek().kind === 'RANGE' ? parseWindow(reader, selector, unwrap) : { selector, unwrap };
}

function parseBareRange(reader: TokenReader): LogRange {
  const range = parsePartialRange(reader);
  if (range.rangeNs === undefined)
    return reader.unexpected(...(range.unwrap === undefined ? [] : ['RANGE', '|']));
  return range;
}

function parseWindow(reader: TokenReader, selector: LogSelector, unwrap: Unwrap | undefined): LogRange {
  const rangeNs = reader.expect('RANGE').amount;
  return { selector, unwrap, rangeNs, offsetNs: parseOffset(reader) };
}

/** `{…} [5m] offset 1m | json | unwrap x`. */
function parseBehindSelector(reader: TokenReader, matchers: LogSelector['matchers']): LogRange {
  const rangeNs = reader.expect('RANGE').amount;
  const offsetNs = parseOffset(reader);
  const stages: readonly Stage[] = parseStages(reader);
  return { selector: { type: 'log', matchers, stages }, unwrap: parseUnwrap(reader), rangeNs, offsetNs };
}

function parseOffset(reader: TokenReader): number {
  return reader.take('offset') ? reader.expect('DURATION').amount : 0;
}

function parseUnwrap(reader: TokenReader): Unwrap | undefined {
  if (reader.peek().kind !== '|' || reader.peek(1).kind !== 'unwrap') return undefined;
  reader.next();
  reader.next();
  const conversion = conversions[reader.peek().kind];
  if (conversion !== undefined) {
    reader.next();
    reader.expect('(');
  }
  const name = reader.expect('IDENTIFIER').text;
  if (conversion !== undefined) reader.expect(')');
  const filters: LabelFilter[] = [];
  while (reader.take('|')) {
    if (reader.peek().kind !== 'IDENTIFIER' && reader.peek().kind !== '(')
      reader.unexpected('IDENTIFIER', '(');
    filters.push(parseLabelFilter(reader));
  }
  return { name, conversion, filters };
}

import { parsePatternExpression } from '../pipeline/pattern-expression.ts';
import { regexpCaptures } from '../pipeline/regexp-captures.ts';
import type {
  LabelExtraction,
  LabelFormat,
  LineFilter,
  LineFilterOperator,
  LineFilterTerm,
  NamedMatcher,
  Stage,
} from './ast.ts';
import { isMatcherOperator, parseMatcher, withParseError } from './parse-matchers.ts';
import { parseLabelFilter } from './parse-label-filter.ts';
import type { TokenReader } from './token-reader.ts';

const lineFilterOperators: ReadonlySet<string> = new Set(['|=', '!=', '|~', '!~', '|>', '!>']);

function isLineFilterOperator(kind: string): kind is LineFilterOperator {
  return lineFilterOperators.has(kind);
}

/** Stages up to what is none; `| unwrap` is none. */
export function parseStages(reader: TokenReader): readonly Stage[] {
  const stages: Stage[] = [];
  for (;;) {
    const { kind } = reader.peek();
    if (isLineFilterOperator(kind)) {
      stages.push({ type: 'line-filters', filters: parseLineFilters(reader) });
    } else if (kind === '|' && reader.peek(1).kind !== 'unwrap') {
      reader.next();
      reader.operator('stage');
      stages.push(parseStage(reader));
    } else {
      return stages;
    }
  }
}

function parseLineFilters(reader: TokenReader): readonly LineFilter[] {
  const filters: LineFilter[] = [];
  for (;;) {
    const operator = reader.peek().kind;
    if (!isLineFilterOperator(operator)) return filters;
    reader.next();
    reader.operator('filter');
    const terms = [parseTerm(reader)];
    while (reader.take('or')) {
      reader.operator('filter');
      terms.push(parseTerm(reader));
    }
    filters.push({ operator, terms });
  }
}

function parseTerm(reader: TokenReader): LineFilterTerm {
  if (reader.peek().kind === 'STRING') return { ip: false, text: reader.next().text };
  if (!reader.take('ip')) reader.unexpected('STRING', 'ip');
  reader.expect('(');
  const text = reader.expect('STRING').text;
  reader.expect(')');
  return { ip: true, text };
}

/** What may stand behind `|`, by the word that begins it. */
const stageParsers: Readonly<Record<string, (reader: TokenReader) => Stage>> = {
  json: (reader) => ({
    type: 'json',
    extractions: reader.peek().kind === 'IDENTIFIER' ? parseExtractions(reader) : [],
  }),
  logfmt(reader) {
    const flags = new Set<string>();
    while (reader.peek().kind === 'FUNCTION_FLAG') flags.add(reader.next().text);
    return {
      type: 'logfmt',
      strict: flags.has('--strict'),
      keepEmpty: flags.has('--keep-empty'),
      extractions: reader.peek().kind === 'IDENTIFIER' ? parseExtractions(reader) : [],
    };
  },
  regexp(reader) {
    const pattern = reader.expect('STRING').text;
    withParseError(() => regexpCaptures(pattern), 'invalid regexp parser: ');
    return { type: 'regexp', pattern };
  },
  pattern(reader) {
    const pattern = reader.expect('STRING').text;
    withParseError(() => parsePatternExpression(pattern), 'invalid pattern parser: ');
    return { type: 'pattern', pattern };
  },
  unpack: () => ({ type: 'unpack' }),
  decolorize: () => ({ type: 'decolorize' }),
  line_format: (reader) => ({ type: 'line-format', template: reader.expect('STRING').text }),
  label_format: (reader) => ({ type: 'label-format', formats: parseList(reader, parseLabelFormat) }),
  drop: (reader) => ({ type: 'drop', labels: parseList(reader, parseNamedMatcher) }),
  keep: (reader) => ({ type: 'keep', labels: parseList(reader, parseNamedMatcher) }),
};

function parseStage(reader: TokenReader): Stage {
  const { kind } = reader.peek();
  const parse = Object.hasOwn(stageParsers, kind) ? stageParsers[kind] : undefined;
  if (parse !== undefined) {
    reader.next();
    return parse(reader);
  }
  if (kind !== 'IDENTIFIER' && kind !== '(') reader.unexpected();
  return { type: 'label-filter', filter: parseLabelFilter(reader) };
}

function parseList<Item>(reader: TokenReader, parse: (reader: TokenReader) => Item): readonly Item[] {
  const items = [parse(reader)];
  while (reader.take(',')) {
    reader.operator('stage');
    items.push(parse(reader));
  }
  return items;
}

function parseExtractions(reader: TokenReader): readonly LabelExtraction[] {
  return parseList(reader, () => {
    const name = reader.expect('IDENTIFIER').text;
    return { name, expression: reader.take('=') ? reader.expect('STRING').text : name };
  });
}

function parseLabelFormat(reader: TokenReader): LabelFormat {
  const name = reader.expect('IDENTIFIER').text;
  reader.expect('=');
  const value = reader.peek();
  if (value.kind !== 'IDENTIFIER' && value.kind !== 'STRING') reader.unexpected('IDENTIFIER', 'STRING');
  return { name, value: reader.next().text, rename: value.kind === 'IDENTIFIER' };
}

function parseNamedMatcher(reader: TokenReader): NamedMatcher {
  if (reader.peek().kind === 'IDENTIFIER' && isMatcherOperator(reader.peek(1).kind)) {
    const matcher = parseMatcher(reader);
    return { name: matcher.name, matcher };
  }
  return { name: reader.expect('IDENTIFIER').text };
}

import type { PartialParse, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { createBoundedCache } from '../../bounded-cache.ts';
import { QueryError } from '../../query-error.ts';
import type { Expression } from '../ast.ts';
import { checkTypes } from './check.ts';
import { diagnose } from './diagnose.ts';
import { maxOperators, tooManyOperators } from './flatten.ts';
import { type ParseFailure, parseFailure } from './parse-error.ts';
import { isExpression } from './reading.ts';
import { readExpression } from './read.ts';
import { tokenAt } from './token.ts';
import { childrenOf } from './tree.ts';

/** Longest query [UTF-16 units]. */
const maxLength = 100_000;

/** How far into a query it is asked what stood around an error [UTF-16 units]; that takes time. */
const maxDiagnosed = 2000;

/** Dashboards and rules ask the same things again and again. */
const kept = createBoundedCache(500, (query) => parse(query));

/**
 * The checked tree of a PromQL expression.
 *
 * @throws {QueryError} `bad_data`, its message beginning with line and column: `1:5: parse error: …`
 */
export function parsePromql(query: string): Expression {
  return query.length > 2000 ? parse(query) : kept.get(query);
}

/** A comment goes on to the end of its line, so that no text can be cut into comments in two ways. */
const blankOnly = /^(?:\s|#[^\n]*(?:\n|$))*$/;

function parse(query: string): Expression {
  const fail = parseFailure(query);
  if (query.length > maxLength)
    throw new QueryError('bad_data', `the query is longer than ${maxLength} characters`);
  if (blankOnly.test(query)) fail({ from: 0, to: 0 }, 'no expression found in input');
  const tree = treeOf(query, fail);
  const root = childrenOf(tree.topNode).find(isExpression)!;
  const expression = readExpression(query, root, fail);
  checkTypes(query, expression, fail);
  return expression;
}

/** Stops at the first error: what a tree with errors would be in the rest of a long text takes seconds to find out. */
const strict = parser.configure({ strict: true });

/**
 * The tree of the official grammar, which is made for editors and does not know all that Prometheus takes. Where it does
 * not, it gets a text of the same length that it knows, and what is read later is read from the query itself.
 */
function treeOf(query: string, fail: ParseFailure): Tree {
  const known = withKnownFunctions(query, knownForm(query));
  try {
    return strictTree(known, fail);
  } catch (error) {
    if (error instanceof QueryError) throw error;
    return failAt(query, known, error, fail);
  }
}

/** What the parser counts of the chain that it is in. */
interface Reductions {
  /** Where the chain begins. */
  lastBigReductionStart: number;
  bigReductionCount: number;
}

/**
 * The parser of the grammar gives up where it has put together some 300 times what began at one place, as it does with
 * `a or b or …`. It counts that in a field of its own, which is set back here as long as we would evaluate such a chain.
 */
function strictTree(text: string, fail: ParseFailure): Tree {
  const parsing = strict.startParse(text) as PartialParse & Reductions;
  let from = -1;
  let count = 0;
  for (;;) {
    const tree = parsing.advance();
    if (tree !== null) return tree;
    if (parsing.lastBigReductionStart !== from) count = 0;
    from = parsing.lastBigReductionStart;
    count += parsing.bigReductionCount;
    parsing.bigReductionCount = 0;
    // An operator and a modifier or two for each.
    if (count > 3 * maxOperators) fail({ from, to: text.length }, tooManyOperators);
  }
}

/**
 * Strings and comments, to be passed over; names, brackets and signs, as far as they tell where durations stand. Escapes
 * stand for themselves: in a string that nothing closes, none of its escaped quotes is tried as the beginning of another.
 */
const placeTokens = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\\.|#[^\n]*|[a-zA-Z_:][\w:]*|\S/g;

/** `min_of` and `max_of` it knows in durations only; where they are called elsewhere, it gets another name for them. */
function withKnownFunctions(query: string, known: string): string {
  if (!/(min|max)_of/.test(query)) return known;
  const parts: string[] = [];
  let copied = 0;
  /** Whether each bracket that is open is that of a duration. */
  const open: boolean[] = [];
  // Behind `offset` a duration is a sign or two and one part, which may be in brackets.
  let isOffset = false;
  for (const { 0: token, index } of query.matchAll(placeTokens)) {
    const isDuration = isOffset || open.at(-1) === true;
    const isFunction =
      (token === 'min_of' || token === 'max_of') && /^\s*\(/.test(query.slice(index + token.length));
    if (token === '(' || token === '[') open.push(isDuration || token === '[');
    else if (token === ')' || token === ']') open.pop();
    else if (isFunction && !isDuration) {
      parts.push(known.slice(copied, index), 'minute');
      copied = index + token.length;
    }
    if (/^offset$/i.test(token)) isOffset = true;
    else if (!/^[-+#]/.test(token) && !(isFunction && isOffset)) isOffset = false;
  }
  return parts.join('') + known.slice(copied);
}

/** Fails with what the tree says of the text up to where it went wrong. */
function failAt(query: string, known: string, error: unknown, fail: ParseFailure): never {
  const at = Number(/No parse at (\d+)/.exec(String(error))?.[1]);
  const end = tokenAt(query, at).to;
  if (at <= maxDiagnosed) diagnose(query, parser.parse(known.slice(0, end)), fail);
  return fail({ from: at, to: end }, `unexpected ${tokenAt(query, at).description}`);
}

/** Strings, escapes and comments, to be left as they are; then numbers that end in a dot, and keywords in capitals. */
const unknownForms =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|\\.|#[^\n]*|\b\d[\d_]*\.(?![\d.])|\b(?:step|range|min_of|max_of)(?=\s*\()/gi;

function knownForm(query: string): string {
  return query.replace(unknownForms, (text) => {
    if (/^\d/.test(text)) return `${text.slice(0, -1)} `;
    return /^[a-z]/i.test(text) ? text.toLowerCase() : text;
  });
}

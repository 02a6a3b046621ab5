import type { Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { createBoundedCache } from '../../bounded-cache.ts';
import { QueryError } from '../../query-error.ts';
import type { Expression } from '../ast.ts';
import { checkTypes } from './check.ts';
import { diagnose } from './diagnose.ts';
import { parseFailure } from './parse-error.ts';
import { isExpression } from './reading.ts';
import { readExpression } from './read.ts';
import { childrenOf } from './tree.ts';

/** Longest query [UTF-16 units]. */
const maxLength = 100_000;

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

function parse(query: string): Expression {
  const fail = parseFailure(query);
  if (query.length > maxLength)
    throw new QueryError('bad_data', `the query is longer than ${maxLength} characters`);
  if (/^(\s|#[^\n]*)*$/.test(query)) fail({ from: 0, to: 0 }, 'no expression found in input');
  const tree = treeOf(query);
  diagnose(query, tree, fail);
  const root = childrenOf(tree.topNode).find(isExpression);
  if (root === undefined) return fail({ from: 0, to: 0 }, 'no expression found in input');
  const expression = readExpression(query, root, fail);
  checkTypes(query, expression, fail);
  return expression;
}

/**
 * The tree of the official grammar, which is made for editors and does not know all that Prometheus takes. Where it does
 * not, it gets a text of the same length that it knows, and what is read later is read from the query itself.
 */
function treeOf(query: string): Tree {
  const tree = parser.parse(knownForm(query));
  if (!/(min|max)_of/.test(query)) return tree;
  // `min_of` and `max_of` it knows in durations only; where they are called as functions, it takes them for a selector.
  let replaced = knownForm(query);
  tree.iterate({
    enter(node) {
      const name = query.slice(node.from, node.to);
      if (node.name !== 'Identifier' || (name !== 'min_of' && name !== 'max_of')) return;
      if (/^\s*\(/.test(query.slice(node.to)))
        replaced = `${replaced.slice(0, node.from)}minute${replaced.slice(node.to)}`;
    },
  });
  return parser.parse(replaced);
}

/** Strings and comments, to be left as they are; then numbers that end in a dot, and keywords in capitals. */
const unknownForms =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*|\b\d[\d_]*\.(?![\d.])|\b(?:step|range|min_of|max_of)(?=\s*\()/gi;

function knownForm(query: string): string {
  return query.replace(unknownForms, (text) => {
    if (/^\d/.test(text)) return `${text.slice(0, -1)} `;
    return /^[a-z]/i.test(text) ? text.toLowerCase() : text;
  });
}

import type { SyntaxNode, Tree } from '@lezer/common';
import type { ParseFailure } from './parse-error.ts';
import { isBehindBracket, isInAggregation, tokenAt } from './token.ts';

/**
 * Fails with what is wrong at the first place that the grammar does not understand, in the words of Prometheus's own
 * parser as far as the place tells them.
 */
export function diagnose(source: string, tree: Tree, fail: ParseFailure): void {
  const error = firstError(tree);
  if (error === undefined) return;
  const token = tokenAt(source, error.from);
  const position = { from: token.from, to: token.to };
  const called = /([a-zA-Z_:][a-zA-Z0-9_:]*)\s*$/.exec(source.slice(0, token.from));
  // Among labels, a name is one, whatever follows.
  const isCall = token.description === '"("' && error.parent?.name !== 'GroupingLabels';
  if (isCall && called?.[1] !== undefined) {
    const from = called.index;
    fail({ from, to: from + called[1].length }, `unknown function with name "${called[1]}"`);
  }
  if (isBehindBracket(source, token.from) && (token.kind === 'word' || token.kind === 'string')) {
    const sign = source.charAt(token.from);
    fail(position, `unexpected character in duration expression: '${sign === "'" ? String.raw`\'` : sign}'`);
  }
  if (token.problem !== undefined) {
    // Prometheus has read the parenthesis by the time it says where it is.
    const from = token.problem.startsWith('unexpected right parenthesis') ? token.to : token.from;
    fail({ from, to: token.to }, token.problem);
  }
  const where =
    context(error, /,\s*$/.test(source.slice(0, token.from))) ||
    (isInAggregation(source, token.from) ? ' in aggregation' : '');
  fail(position, `unexpected ${token.description}${where}`);
}

function firstError(tree: Tree): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  tree.iterate({
    enter(node) {
      if (found !== undefined) return false;
      if (node.type.isError) found = node.node;
      return found === undefined;
    },
  });
  return found;
}

/** Where the parser of Prometheus would say that it is, and what it would have liked better. */
function context(error: SyntaxNode, isAfterComma: boolean): string {
  const parent = error.parent;
  const before = error.prevSibling?.name;
  switch (parent?.name) {
    case 'LabelMatchers':
      return before === undefined || isAfterComma
        ? ' in label matching, expected identifier or "}"'
        : ' in label matching, expected "," or "}"';
    case 'UnquotedLabelMatcher':
    case 'QuotedLabelMatcher':
      return before === 'MatchOp'
        ? ' in label matching, expected string'
        : ' in label matching, expected label matching operator';
    case 'GroupingLabels':
      return before === undefined
        ? ' in grouping opts, expected label'
        : ' in grouping opts, expected "," or ")"';
    case 'AggregateModifier':
    case 'MatchingModifierClause':
      return ' in grouping opts, expected "("';
    case 'AggregateExpr':
      return ' in aggregation';
    case 'OffsetExpr':
      return ' in offset, expected number, duration, step(), or range()';
    case 'StepInvariantExpr':
      return ' in @, expected timestamp';
    case 'MatrixSelector':
      return before === 'DurationExpr'
        ? ' in subquery or range, expected ":" or "]"'
        : ' in subquery or range selector, expected number, duration, step(), or range()';
    case 'SubqueryExpr':
      return ' in subquery selector, expected number, duration, step(), range(), or "]"';
    default:
      return '';
  }
}

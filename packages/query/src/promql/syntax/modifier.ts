import type { SyntaxNode } from '@lezer/common';
import type {
  AtModifier,
  DurationExpression,
  Expression,
  MatrixSelector,
  Subquery,
  VectorSelector,
} from '../ast.ts';
import { readPositiveDuration } from './duration-expression.ts';
import { numberOf, type Reading, textOf } from './reading.ts';
import { childAt, childrenOf } from './tree.ts';

type Movable = VectorSelector | Subquery;

/** `selector[range]`. */
export function readMatrixSelector(reading: Reading, node: SyntaxNode, selector: Expression): MatrixSelector {
  const range = childAt(node, 1);
  const duration = readPositiveDuration(reading, range);
  const brackets = { from: reading.source.lastIndexOf('[', range.from), to: node.to };
  if (selector.kind !== 'selector') return reading.fail(brackets, 'ranges only allowed for vector selectors');
  if (selector.offset !== undefined)
    return reading.fail(brackets, 'no offset modifiers allowed before range');
  if (selector.at !== undefined) return reading.fail(brackets, 'no @ modifiers allowed before range');
  return {
    kind: 'range',
    selector,
    range: duration,
    position: { from: selector.position.from, to: node.to },
  };
}

/** `expression[range:step]`. */
export function readSubquery(reading: Reading, node: SyntaxNode, expression: Expression): Subquery {
  const step = childrenOf(node)[2];
  return {
    kind: 'subquery',
    expression,
    range: readPositiveDuration(reading, childAt(node, 1)),
    step: step === undefined ? undefined : readPositiveDuration(reading, step),
    offset: undefined,
    at: undefined,
    position: { from: expression.position.from, to: node.to },
  };
}

/** `… offset 5m`. @param to where the duration ends */
export function readOffset(
  reading: Reading,
  offset: DurationExpression,
  to: number,
  target: Expression,
): Expression {
  return moved(reading, target, to, 'offset modifier', (movable) => {
    if (movable.offset !== undefined) reading.fail(target.position, 'offset may not be set multiple times');
    return { ...movable, offset: isZero(offset) ? undefined : offset };
  });
}

/** `… @ 1609746000`, `… @ start()`. */
export function readAt(reading: Reading, node: SyntaxNode, target: Expression): Expression {
  const at = readTime(reading, target, childAt(node, 2));
  return moved(reading, target, node.to, '@ modifier', (movable) => {
    if (movable.at !== undefined)
      reading.fail(target.position, '@ <timestamp> may not be set multiple times');
    return { ...movable, at };
  });
}

/** `… anchored`, `… smoothed`. */
export function readExtension(
  reading: Reading,
  target: Expression,
  extension: 'anchored' | 'smoothed',
): Expression {
  const other = extension === 'anchored' ? 'smoothed' : 'anchored';
  const extended = (selector: VectorSelector): VectorSelector => {
    if (selector.extension === other) {
      reading.fail(target.position, 'anchored and smoothed modifiers cannot be used together');
    }
    return { ...selector, extension };
  };
  if (target.kind === 'selector') return extended(target);
  if (target.kind === 'range') return { ...target, selector: extended(target.selector) };
  if (target.kind === 'subquery') {
    return reading.fail(target.position, `${extension} modifier is not supported for subqueries`);
  }
  return reading.fail(target.position, `${extension} modifier not implemented`);
}

function moved(
  reading: Reading,
  target: Expression,
  to: number,
  what: string,
  move: <Target extends Movable>(movable: Target) => Target,
): Expression {
  const position = { from: target.position.from, to };
  if (target.kind === 'range') return { ...target, selector: move(target.selector), position };
  if (target.kind === 'selector' || target.kind === 'subquery') return { ...move(target), position };
  return reading.fail(
    target.position,
    `${what} must be preceded by an instant vector selector or range vector selector or a subquery`,
  );
}

function readTime(reading: Reading, target: Expression, node: SyntaxNode): AtModifier {
  if (node.name === 'AtModifierPreprocessors') {
    return { kind: textOf(reading, node).toLowerCase().startsWith('start') ? 'start' : 'end' };
  }
  const text = textOf(reading, node);
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const value = numberOf(reading, node, text.slice(sign.length).trim());
  const seconds = sign === '-' ? -value : value;
  if (!(Math.abs(seconds) < 2 ** 63)) {
    return reading.fail(target.position, `timestamp out of bounds for @ modifier: ${goFixed(seconds)}`);
  }
  return { kind: 'time', timeMs: Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000) };
}

/** A number as Go writes it with `%f`. */
function goFixed(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return BigInt(Math.trunc(value)).toString() + '.000000';
}

function isZero(duration: DurationExpression): boolean {
  return duration.kind === 'seconds' && duration.value === 0;
}

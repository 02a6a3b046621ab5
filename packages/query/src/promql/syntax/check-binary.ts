import type { QueryPosition } from '../../query-error.ts';
import type { Binary, ValueType } from '../ast.ts';
import { isComparison, isSetOperator } from '../operators.ts';
import type { Checking } from './check.ts';

/** The operands of an operator, and the modifiers behind it. */
export function checkBinary(checking: Checking, binary: Binary): void {
  const { fail } = checking;
  const left = checking.check(binary.left);
  const right = checking.check(binary.right);
  const comparison = isComparison(binary.op);
  if (binary.returnBool && !comparison) {
    fail(operatorPosition(checking, binary), 'bool modifier can only be used on comparison operators');
  }
  if (comparison && !binary.returnBool && left === 'scalar' && right === 'scalar') {
    fail(operatorPosition(checking, binary), 'comparisons between scalars must use BOOL modifier');
  }
  const { matching } = binary;
  const twice = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
  if (twice !== undefined) {
    fail(
      operatorPosition(checking, binary),
      `label "${twice}" must not occur in ON and GROUP clause at once`,
    );
  }
  for (const [operand, type] of [
    [binary.left, left],
    [binary.right, right],
  ] as const) {
    if (type !== 'scalar' && type !== 'vector') {
      fail(operand.position, 'binary expression must contain only scalar and instant vector types');
    }
  }
  checkMatching(checking, binary, left, right);
}

function checkMatching(checking: Checking, binary: Binary, left: ValueType, right: ValueType): void {
  const { fail } = checking;
  const { matching, position } = binary;
  const filled = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (left !== 'vector' || right !== 'vector') {
    if (matching.labels.length > 0) fail(position, 'vector matching only allowed between instant vectors');
    if (filled) fail(position, 'filling in missing series only allowed between instant vectors');
  } else if (isSetOperator(binary.op)) {
    if (matching.card !== 'many-to-many') fail(position, `no grouping allowed for "${binary.op}" operation`);
    if (filled) fail(position, 'filling in missing series not allowed for set operators');
  }
  if ((left === 'scalar' || right === 'scalar') && isSetOperator(binary.op)) {
    fail(position, `set operator "${binary.op}" not allowed in binary scalar expression`);
  }
}

function operatorPosition(checking: Checking, binary: Binary): QueryPosition {
  const from = binary.left.position.to;
  const blank = /^\s*/.exec(checking.source.slice(from))![0].length;
  return { from: from + blank, to: binary.right.position.from };
}

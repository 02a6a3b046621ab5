import type { SyntaxNode } from '@lezer/common';
import type { Binary, BinaryOperator, VectorMatching } from '../ast.ts';
import { readLabelNames } from './aggregate.ts';
import { numberOf, type Reading, textOf } from './reading.ts';
import { childrenOf } from './tree.ts';

const operatorNames: ReadonlySet<string> = new Set([
  'Add',
  'And',
  'Atan2',
  'Div',
  'Eql',
  'Gte',
  'Gtr',
  'Lss',
  'Lte',
  'Mod',
  'Mul',
  'Neq',
  'Or',
  'Pow',
  'Sub',
  'TrimLower',
  'TrimUpper',
  'Unless',
]);

const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

type Matching = { -readonly [Key in keyof VectorMatching]: VectorMatching[Key] };

/** An operator with what stands behind it, before it has its operands. */
export type OperatorPart = Omit<Binary, 'left' | 'right' | 'position'>;

/** `op modifiers` of a binary expression. */
export function readOperator(reading: Reading, node: SyntaxNode): OperatorPart {
  const children = childrenOf(node);
  const operator = children.find((child) => operatorNames.has(child.name))!;
  const op = textOf(reading, operator).toLowerCase() as BinaryOperator;
  const matching = defaultMatching(op);
  for (const child of children) {
    if (child.name === 'MatchingModifierClause') readMatching(reading, child, matching);
    if (child.name === 'FillModifier') readFill(reading, child, matching);
  }
  const returnBool = children.some((child) => child.name === 'BoolModifier');
  return { kind: 'binary', op, returnBool, matching };
}

function defaultMatching(op: string): Matching {
  return {
    card: setOperators.has(op) ? 'many-to-many' : 'one-to-one',
    on: false,
    labels: [],
    include: [],
    fillLeft: undefined,
    fillRight: undefined,
  };
}

function readMatching(reading: Reading, node: SyntaxNode, matching: Matching): void {
  let grouped = false;
  for (const child of childrenOf(node)) {
    if (child.name === 'On') matching.on = true;
    else if (child.name === 'GroupLeft' || child.name === 'GroupRight') {
      grouped = true;
      matching.card = child.name === 'GroupLeft' ? 'many-to-one' : 'one-to-many';
    } else if (child.name === 'GroupingLabels') {
      const names = readLabelNames(reading, child);
      if (grouped) matching.include = names;
      else matching.labels = names;
    }
  }
}

function readFill(reading: Reading, node: SyntaxNode, matching: Matching): void {
  for (const clause of childrenOf(node)) {
    const literal = clause.getChild('NumberDurationLiteral')!;
    const text = textOf(reading, literal);
    const number = numberOf(reading, literal, text.replace(/^[+-]\s*/, ''));
    const value = text.startsWith('-') ? -number : number;
    if (clause.name !== 'FillRightClause') matching.fillLeft = value;
    if (clause.name !== 'FillLeftClause') matching.fillRight = value;
  }
}

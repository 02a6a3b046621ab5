import { goQuote } from '../../go-quote.ts';
import type { LabelMatcher } from '../../labels.ts';
import type {
  Aggregate,
  AtModifier,
  Binary,
  DurationExpression,
  Expression,
  MatrixSelector,
  Subquery,
  VectorMatching,
  VectorSelector,
} from '../ast.ts';
import { goNumber } from '../histogram/index.ts';
import { positionalNumber } from '../positional-number.ts';
import { formatDuration } from './duration.ts';

/** Longest expression that stays on one line [bytes in Prometheus, UTF-16 units here]. */
const MAX_LINE_LENGTH = 100;
const INDENT = '  ';
const bareName = /^[a-zA-Z_]\w*$/;

/**
 * An expression as Prometheus formats it: on one line when it fits, else each part on its own.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/#formatting-query-expressions
 */
export function formatExpression(expression: Expression): string {
  return pretty(expression, 0);
}

function indent(level: number): string {
  return INDENT.repeat(level);
}

function pretty(node: Expression, level: number): string {
  const text = textOf(node);
  const inner = level + 1;
  const isLong = text.length > MAX_LINE_LENGTH;
  if (node.kind === 'unary') return `${indent(level)}${node.op}${pretty(node.operand, level).trim()}`;
  if (node.kind === 'subquery') return isLong ? pretty(node.expression, level) + subquerySuffix(node) : text;
  if (!isLong) return indent(level) + text;
  switch (node.kind) {
    case 'aggregate': {
      const param = node.param === undefined ? '' : `${pretty(node.param, inner)},\n`;
      return `${indent(level)}${aggregateText(node)}(\n${param}${pretty(node.expression, inner)}\n${indent(level)})`;
    }
    case 'binary': {
      return `${pretty(node.left, inner)}\n${indent(level)}${operatorText(node)}\n${pretty(node.right, inner)}`;
    }
    case 'call': {
      const args = node.args.map((each) => pretty(each, inner)).join(',\n');
      return `${indent(level)}${node.name}(\n${args}\n${indent(level)})`;
    }
    case 'parentheses': {
      return `${indent(level)}(\n${pretty(node.expression, inner)}\n${indent(level)})`;
    }
    default: {
      return indent(level) + text;
    }
  }
}

function textOf(node: Expression): string {
  switch (node.kind) {
    case 'number': {
      return numberText(node);
    }
    case 'string': {
      return goQuote(node.value);
    }
    case 'selector': {
      return selectorText(node);
    }
    case 'range': {
      return rangeText(node);
    }
    case 'subquery': {
      return textOf(node.expression) + subquerySuffix(node);
    }
    case 'call': {
      return `${node.name}(${node.args.map(textOf).join(', ')})`;
    }
    case 'aggregate': {
      const param = node.param === undefined ? '' : `${textOf(node.param)}, `;
      return `${aggregateText(node)}(${param}${textOf(node.expression)})`;
    }
    case 'binary': {
      return `${textOf(node.left)} ${operatorText(node)} ${textOf(node.right)}`;
    }
    case 'unary': {
      return node.op + textOf(node.operand);
    }
    default: {
      return `(${textOf(node.expression)})`;
    }
  }
}

/** A number, or a duration as one where it stands as one. */
function numberText({ value, isDuration }: { readonly value: number; readonly isDuration: boolean }): string {
  return isDuration ? formatDuration(Math.round(value * 1000)) : positionalNumber(value);
}

function labelText(name: string): string {
  return bareName.test(name) ? name : goQuote(name);
}

function labelList(names: readonly string[]): string {
  return `(${names.map(labelText).join(', ')})`;
}

function aggregateText({ op, grouping, without }: Aggregate): string {
  if (without) return `${op} without ${labelList(grouping)} `;
  return grouping.length === 0 ? op : `${op} by ${labelList(grouping)} `;
}

function operatorText({ op, returnBool, matching }: Binary): string {
  return `${op}${returnBool ? ' bool' : ''}${matchingText(matching)}`;
}

function matchingText({ card, on, labels, include, fillLeft, fillRight }: VectorMatching): string {
  const isGrouped = card === 'many-to-one' || card === 'one-to-many';
  let text = '';
  if (labels.length > 0 || on || isGrouped) text += ` ${on ? 'on' : 'ignoring'} ${labelList(labels)}`;
  if (isGrouped) text += ` group_${card === 'many-to-one' ? 'left' : 'right'} ${labelList(include)}`;
  if (fillLeft !== undefined && fillLeft === fillRight) return `${text} fill (${goNumber(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${goNumber(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${goNumber(fillRight)})`;
  return text;
}

function matcherText({ name, op, value }: LabelMatcher): string {
  return labelText(name) + op + goQuote(value);
}

function selectorBase({ name, matchers }: VectorSelector): string {
  const shown = matchers
    .filter((each) => !(each.name === '__name__' && each.op === '=' && each.value === name && name !== ''))
    .map(matcherText)
    .toSorted();
  return shown.length === 0 ? name : `${name}{${shown.join(',')}}`;
}

function selectorText(node: VectorSelector): string {
  return selectorBase(node) + atText(node.at) + extensionText(node) + offsetText(node.offset);
}

function rangeText({ selector, range }: MatrixSelector): string {
  const after = extensionText(selector) + atText(selector.at) + offsetText(selector.offset);
  return `${selectorBase(selector)}[${durationText(range)}]${after}`;
}

function subquerySuffix({ range, step, at, offset }: Subquery): string {
  const steps = step === undefined ? '' : durationText(step);
  return `[${durationText(range)}:${steps}]${atText(at)}${offsetText(offset)}`;
}

function extensionText({ extension }: VectorSelector): string {
  return extension === 'none' ? '' : ` ${extension}`;
}

function atText(at: AtModifier | undefined): string {
  if (at === undefined) return '';
  return at.kind === 'time' ? ` @ ${(at.timeMs / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}

function offsetText(offset: DurationExpression | undefined): string {
  if (offset === undefined || (offset.kind === 'seconds' && offset.value === 0)) return '';
  const isCalculated = offset.kind === 'operation' && offset.left !== undefined;
  return ` offset ${isCalculated ? durationPart(offset, closest) : durationText(offset)}`;
}

function durationText(duration: DurationExpression): string {
  switch (duration.kind) {
    case 'seconds': {
      return formatDuration(Math.round(duration.value * 1000));
    }
    case 'step':
    case 'range': {
      return `${duration.kind}()`;
    }
    default: {
      const { op, left, right } = duration;
      if (left === undefined) return `-${durationPart(right, closest)}`;
      if (op === 'min_of' || op === 'max_of') return `${op}(${operandText(left)}, ${operandText(right)})`;
      const own = closeness[op];
      // A power belongs to what is right of it, the others to what is left.
      const [leftLeast, rightLeast] = op === '^' ? [own + 1, own] : [own, own + 1];
      return `${durationPart(left, leftLeast)} ${op} ${durationPart(right, rightLeast)}`;
    }
  }
}

/** How closely operators hold their operands. */
const closeness = { '+': 1, '-': 1, '*': 2, '/': 2, '%': 2, '^': 3 } as const;
const closest = 4;

/** What is calculated with: a number stays one. */
function operandText(duration: DurationExpression): string {
  return duration.kind === 'seconds' ? numberText(duration) : durationText(duration);
}

/** An operand, in parentheses where it holds its own less closely than it has to. */
function durationPart(duration: DurationExpression, least: number): string {
  const text = operandText(duration);
  return closenessOf(duration) < least ? `(${text})` : text;
}

function closenessOf(duration: DurationExpression): number {
  if (duration.kind === 'seconds') return duration.value < 0 ? closeness['*'] : closest;
  if (duration.kind !== 'operation') return closest;
  const { op, left } = duration;
  if (left === undefined) return closeness['*'];
  return op === 'min_of' || op === 'max_of' ? closest : closeness[op];
}

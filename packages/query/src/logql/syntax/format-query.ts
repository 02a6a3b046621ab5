import { goQuote } from '../../go-quote.ts';
import type { LabelMatcher } from '../../labels.ts';
import { formatDuration } from '../../promql/syntax/duration.ts';
import { positionalNumber } from '../../promql/positional-number.ts';
import { formatGoDuration } from '../values/duration.ts';
import type {
  BinaryOperation,
  Grouping,
  LogQuery,
  LogRange,
  LogSelector,
  RangeAggregation,
  Stage,
  Unwrap,
  VectorAggregation,
} from './ast.ts';
import { formatLabelFilter, formatStage } from './format-stage.ts';

/** Longest part that stays on one line, as Loki measures it. */
const MAX_LINE_LENGTH = 100;
const INDENT = '  ';

/** A query as Loki formats it: on one line when it fits, else each stage and each part on its own. */
export function formatLogql(query: LogQuery): string {
  return pretty(query, 0);
}

function indent(level: number): string {
  return INDENT.repeat(level);
}

function pretty(node: LogQuery, level: number): string {
  const text = textOf(node);
  if (text.length <= MAX_LINE_LENGTH || node.type === 'literal' || node.type === 'vector')
    return indent(level) + text;
  switch (node.type) {
    case 'log': {
      return prettySelector(node, level);
    }
    case 'range-aggregation': {
      const parameter =
        node.parameter === undefined ? '' : `${indent(level + 1)}${positionalNumber(node.parameter)},\n`;
      const head = `${indent(level)}${node.operation}(\n${parameter}`;
      const tail = `\n${indent(level)})${prettyGrouping(node.grouping)}`;
      return head + prettyRange(node.range, level + 1) + tail;
    }
    case 'vector-aggregation': {
      const parameter = hasParameter(node) ? `${indent(level + 1)}${node.parameter},\n` : '';
      const head = `${indent(level)}${node.operation}${prettyGrouping(node.grouping)}(\n${parameter}`;
      return `${head}${pretty(node.operand, level + 1)}\n${indent(level)})`;
    }
    case 'binary': {
      const operator = indent(level) + operatorText(node, ', ');
      return `${pretty(node.left, level + 1)}\n${operator}\n${pretty(node.right, level + 1)}`;
    }
    default: {
      const texts = [node.target, node.replacement, node.source, node.pattern];
      const parts = [
        pretty(node.operand, level + 1),
        ...texts.map((each) => indent(level + 1) + goQuote(each)),
      ];
      return `${indent(level)}label_replace(\n${parts.join(',\n')}\n${indent(level)})`;
    }
  }
}

function prettySelector({ matchers, stages }: LogSelector, level: number): string {
  const lines = stages.flatMap((stage) => prettyStage(stage, level + 1));
  return [indent(level) + matchersText(matchers), ...lines].join('\n');
}

/** Filters of lines that do not fit on one stand on lines of their own. */
function prettyStage(stage: Stage, level: number): readonly string[] {
  const text = formatStage(stage);
  if (stage.type === 'decolorize') return [text];
  if (stage.type !== 'line-filters' || text.length <= MAX_LINE_LENGTH) return [indent(level) + text];
  return stage.filters.map(
    (filter) => indent(level) + formatStage({ type: 'line-filters', filters: [filter] }),
  );
}

function prettyRange({ selector, unwrap, rangeNs, offsetNs }: LogRange, level: number): string {
  const { stages } = selector;
  const text = selectorText(selector);
  const lines =
    text.length > MAX_LINE_LENGTH && stages.length > 0
      ? prettySelector(selector, level)
      : indent(level) + text;
  const unwrapped = unwrap === undefined ? '' : `\n${prettyUnwrap(unwrap, level + 1)}`;
  const offset = offsetNs === 0 ? '' : ` offset ${formatDuration(offsetNs / 1e6)}`;
  return `${lines}${unwrapped} [${formatDuration(rangeNs / 1e6)}]${offset}`;
}

function prettyUnwrap(unwrap: Unwrap, level: number): string {
  const filters = unwrap.filters.map((filter) => `\n${indent(level)}| ${formatLabelFilter(filter)}`);
  return `${indent(level)}| unwrap ${unwrapText(unwrap)}${filters.join('')}`;
}

function prettyGrouping(grouping: Grouping | undefined): string {
  if (grouping === undefined) return '';
  const { without, labels } = grouping;
  const word = without ? ' without' : labels.length > 0 ? ' by' : '';
  return labels.length === 0 ? word : `${word} (${labels.join(', ')})`;
}

function textOf(node: LogQuery): string {
  switch (node.type) {
    case 'log': {
      return selectorText(node);
    }
    case 'range-aggregation': {
      return rangeAggregationText(node);
    }
    case 'vector-aggregation': {
      const parameter = hasParameter(node) ? `${node.parameter},` : '';
      const grouping = node.grouping === undefined ? '' : groupingText(node.grouping);
      return `${node.operation}${grouping}(${parameter}${textOf(node.operand)})`;
    }
    case 'binary': {
      return `(${textOf(node.left)} ${operatorText(node, ',')} ${textOf(node.right)})`;
    }
    case 'label-replace': {
      const texts = [node.target, node.replacement, node.source, node.pattern].map(goQuote);
      return `label_replace(${textOf(node.operand)},${texts.join(',')})`;
    }
    case 'vector': {
      return `vector(${node.value.toFixed(6)})`;
    }
    default: {
      return String(node.value);
    }
  }
}

function selectorText({ matchers, stages }: LogSelector): string {
  return [matchersText(matchers), ...stages.map(formatStage)].join(' ');
}

function matchersText(matchers: readonly LabelMatcher[]): string {
  return `{${matchers.map(({ name, op, value }) => name + op + goQuote(value)).join(', ')}}`;
}

function rangeAggregationText({ operation, parameter, range, grouping }: RangeAggregation): string {
  const { selector, unwrap, rangeNs, offsetNs } = range;
  const first = parameter === undefined ? '' : `${positionalNumber(parameter)},`;
  const filters = unwrap?.filters.map((filter) => ` | ${formatLabelFilter(filter)}`).join('') ?? '';
  const unwrapped = unwrap === undefined ? '' : ` | unwrap ${unwrapText(unwrap)}${filters}`;
  const offset = offsetNs === 0 ? '' : ` offset ${formatGoDuration(offsetNs)}`;
  const lines = `${selectorText(selector)}${unwrapped}[${formatDuration(rangeNs / 1e6)}]${offset}`;
  return `${operation}(${first}${lines})${grouping === undefined ? '' : groupingText(grouping)}`;
}

function unwrapText({ name, conversion }: Unwrap): string {
  return conversion === undefined ? name : `${conversion}(${name})`;
}

function groupingText({ without, labels }: Grouping): string {
  return ` ${without ? 'without' : 'by'} (${labels.join(',')})`;
}

/** `topk(0, …)` says something too. */
function hasParameter({ operation, parameter }: VectorAggregation): boolean {
  return parameter !== 0 || operation === 'topk' || operation === 'bottomk' || operation === 'approx_topk';
}

function operatorText({ operator, returnBool, matching }: BinaryOperation, separator: string): string {
  const { cardinality, on, labels, include } = matching;
  const bool = returnBool ? ' bool' : '';
  const group = { 'one-to-one': '', 'many-to-one': 'group_left', 'one-to-many': 'group_right' }[cardinality];
  const included = include.length === 0 ? group : `${group} (${include.join(separator)})`;
  if (!on && labels.length === 0) return operator + bool;
  return `${operator}${bool} ${on ? 'on' : 'ignoring'} (${labels.join(separator)}) ${included}`;
}

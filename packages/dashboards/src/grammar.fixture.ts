import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as traceqlParser } from '@grafana/lezer-traceql';
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';

/** What stands for the variables of Grafana while a query is parsed or run. */
const values: Readonly<Record<string, string>> = {
  __rate_interval: '5m',
  __rate_interval_ms: '300000',
  __auto: '1m',
  __range: '1h',
  __interval: '1m',
  search: '',
};

/** A query with values in place of its variables; a variable of a dashboard is everything. */
export function filled(query: string, given: Readonly<Record<string, string>> = {}): string {
  return query.replaceAll(
    /\$\{?(\w+)(?::\w+)?\}?/g,
    (_, name: string) => given[name] ?? values[name] ?? '.+',
  );
}

type Language = 'promql' | 'logql' | 'traceql';
const parsers: Readonly<Record<Language, { parse(text: string): Tree }>> = {
  promql: promqlParser,
  logql: logqlParser,
  traceql: traceqlParser,
};

/** Where a query breaks its grammar: the text at each such place. */
export function grammarErrors(language: Language, query: string): readonly string[] {
  const errors: string[] = [];
  parsers[language].parse(query).iterate({
    enter(node) {
      if (node.type.isError) errors.push(query.slice(Math.max(0, node.from - 20), node.to + 20));
    },
  });
  return query.trim() === '' ? ['it is empty'] : errors;
}

/** Stands for `$__rate_interval` where selectors are looked at: a duration that nobody writes. */
export const RATE_INTERVAL = '13m';

/** A selector in PromQL. */
export interface FoundSelector {
  readonly name: string;
  /** Matchers as they are written: `job=~"$service"` is `['job', '=~', '$service']`. */
  readonly matchers: readonly (readonly [label: string, operator: string, value: string])[];
  /** The range, where there is one. */
  readonly range: string | undefined;
  /** The function whose argument it is, where it is one. */
  readonly within: string | undefined;
}

/**
 * Every selector of a query.
 *
 * @param query with its variables; only those that stand for durations are filled in
 */
export function selectorsOf(query: string): readonly FoundSelector[] {
  const text = query
    .replaceAll('$__rate_interval_ms', '780000')
    .replaceAll('$__rate_interval', RATE_INTERVAL)
    .replaceAll('$__range', '1h');
  const found: FoundSelector[] = [];
  promqlParser.parse(text).iterate({
    enter({ node, name }) {
      if (name === 'VectorSelector') found.push(selectorAt(node, text));
    },
  });
  return found;
}

function selectorAt(node: SyntaxNode, text: string): FoundSelector {
  const at = (child: SyntaxNode | null): string => (child === null ? '' : text.slice(child.from, child.to));
  const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map(
    (matcher) =>
      [
        at(matcher.getChild('LabelName')),
        at(matcher.getChild('MatchOp')),
        JSON.parse(at(matcher.getChild('StringLiteral'))) as string,
      ] as const,
  );
  const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
  return {
    name: at(node.getChild('Identifier')),
    matchers,
    range: matrix === undefined ? undefined : /\[([^\]]+)\]$/.exec(at(matrix))?.[1],
    within: functionAround(matrix ?? node, at),
  };
}

function functionAround(node: SyntaxNode, at: (node: SyntaxNode | null) => string): string | undefined {
  for (let above = node.parent; above !== null; above = above.parent) {
    if (above.name === 'FunctionCall') return at(above.getChild('FunctionIdentifier'));
    if (!/^(?:OffsetExpr|FunctionCallBody|ParenExpr)$/.test(above.name)) return undefined;
  }
  return undefined;
}

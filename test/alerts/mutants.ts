import type { FileGroup, FileRule } from './rule-files.ts';

/** One change of one rule that some test must notice. */
export interface Mutant {
  readonly rule: FileRule;
  readonly mutated: FileRule;
  /** What was done: `> → <`. */
  readonly change: string;
}

/** What an expression is made of, as far as changes go. */
const token =
  /(?<text>"(?:[^"\\]|\\.)*"|\[[^\]]*\]|offset \w+)|(?<by>\b(?:by|on|group_left) \([^)]*\))|(?<name>[a-zA-Z_:][\w:]*)|(?<number>\d+(?:\.\d+)?)|(?<operator>>=|<=|==|!=|=~|!~|[><=*/+-])/g;

const operators: Readonly<Record<string, string>> = {
  '>': '<',
  '<': '>',
  '>=': '<',
  '<=': '>',
  '==': '!=',
  '=': '!=',
  '=~': '!~',
  '!~': '=~',
  '!=': '=',
  '*': '/',
  '/': '*',
  '-': '+',
  '+': '-',
  and: 'unless',
  unless: 'and',
};

/** A number a little higher and a little lower: far enough that a test with a margin of a tenth notices. */
function otherNumbers(text: string): readonly string[] {
  const value = Number(text);
  if (value === 0) return ['2', '-1'];
  if (Number.isInteger(value) && value <= 10) return [`${value + 1}`, `${value - 1}`];
  return [1.25, 0.8].map((factor) => `${Number((value * factor).toPrecision(6))}`);
}

/** `by (a, b)` without each of its labels; what only tells environments and teams apart in Loki stays. */
function withoutLabels(text: string): readonly (readonly [string, string])[] {
  const [, before = '', inside = ''] = /^(\w+ \()([^)]*)\)$/.exec(text) ?? [];
  const names = inside.split(', ').filter((name) => name !== '');
  return names.map((name) => [
    `${before}… ${name})`,
    `${before}${names.filter((each) => each !== name).join(', ')})`,
  ]);
}

function changesOf(expr: string): readonly { readonly expr: string; readonly change: string }[] {
  const changes: { expr: string; change: string }[] = [];
  for (const match of expr.matchAll(token)) {
    const [text] = match;
    const replace = (by: string, what = `${text} → ${by}`): void => {
      changes.push({
        expr: expr.slice(0, match.index) + by + expr.slice(match.index + text.length),
        change: `${what} at ${match.index}`,
      });
    };
    const { by, number } = match.groups ?? {};
    if (number !== undefined) for (const other of otherNumbers(number)) replace(other);
    // `group_left` names what is brought along, and `on` what both sides have: without a label, either is an error.
    if (by?.startsWith('by'))
      for (const [what, without] of withoutLabels(by)) replace(without, `without ${what}`);
    const other = operators[text];
    if (other !== undefined) replace(other);
  }
  return changes;
}

/** Longer, and not at all. */
function otherWaits(wait: string | undefined): readonly string[] {
  if (wait === undefined) return ['2m'];
  const [, count, unit = 's'] = /^(\d+)([dhms])$/.exec(wait) ?? [];
  return [`${Number(count) * 2}${unit}`, '0s'];
}

/** Every change of a threshold, a label, an operator and a wait of one rule. */
export function mutantsOf(rule: FileRule): readonly Mutant[] {
  const ofExpression = changesOf(rule.expr).map(({ expr, change }) => ({
    rule,
    mutated: { ...rule, expr },
    change,
  }));
  if (rule.alert === undefined) return ofExpression;
  const waits = otherWaits(rule.for).map((wait) => ({
    rule,
    mutated: { ...rule, for: wait },
    change: `for ${rule.for ?? 0} → ${wait}`,
  }));
  const labels = Object.keys(rule.labels ?? {}).map((label) => ({
    rule,
    mutated: { ...rule, labels: { ...rule.labels, [label]: 'other' } },
    change: `label ${label}`,
  }));
  return [...ofExpression, ...waits, ...labels];
}

/** The rule and the change: `ErrorBudgetBurn availability 1h: > → < at 12`. */
export function mutantText({ rule, change }: Mutant): string {
  const labels = ['slo', 'window'].flatMap((label) => rule.labels?.[label] ?? []);
  return `${[rule.alert ?? rule.record, ...labels].join(' ')}: ${change}`;
}

/** Every change of every rule, in the same order each time. */
export function allMutants(groups: readonly FileGroup[]): readonly Mutant[] {
  return groups.flatMap(({ rules }) => rules).flatMap(mutantsOf);
}

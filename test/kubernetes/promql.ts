/** One metric that an expression asks for, and the labels that it asks of it. */
export interface MetricUse {
  readonly metric: string;
  readonly labels: readonly string[];
}

const GROUPING = /\b(?:by|on|without|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*\{([^}]*)\}/g;
const WORDS = new Set(['and', 'or', 'unless', 'offset', 'bool', 'by', 'on', 'without', 'ignoring']);

/** The metrics of an expression. Those without a matcher are found as well; a string may not hold a brace. */
export function metricUses(promql: string): readonly MetricUse[] {
  const uses = [...promql.matchAll(SELECTOR)].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...matchers.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label),
  }));
  const rest = promql
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(SELECTOR, ' ')
    .replaceAll(GROUPING, ' ')
    .replaceAll(/\[[^\]]*\]|\b\d[\w.]*/g, ' ');
  const bare = [...rest.matchAll(/[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([word]) => word);
  return [...uses, ...bare.filter((word) => !WORDS.has(word)).map((metric) => ({ metric, labels: [] }))];
}

/** The labels that an expression groups or joins by. */
export function groupingLabels(promql: string): readonly string[] {
  return [...promql.matchAll(GROUPING)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
}

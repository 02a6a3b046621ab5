import type { Rule, RuleGroup } from '../../api/prometheus.ts';
import { querySelectors } from '../../parts/query-selectors.ts';

const NAME_LABEL = /__name__\s*=\s*["'`]([a-zA-Z_:][\w:.]*)["'`]/;

/** Names of the metrics that a PromQL expression asks for, as far as they are written out. */
export function metricsOf(query: string): ReadonlySet<string> {
  return new Set(
    querySelectors(query).flatMap(({ name, inner }) =>
      name === '' ? (NAME_LABEL.exec(inner)?.[1] ?? []) : name,
    ),
  );
}

/**
 * The rules that ask for a metric of the query, or for what other rules record from one.
 *
 * @returns the groups with those rules alone
 */
export function rulesThatAsk(groups: readonly RuleGroup[], query: string): readonly RuleGroup[] {
  const wanted = new Set(metricsOf(query));
  const asks = new Map<Rule, ReadonlySet<string>>(
    groups.flatMap(({ rules }) => rules.map((rule) => [rule, metricsOf(rule.query)] as const)),
  );
  const found = new Set<Rule>();
  // What is recorded is asked for by others, so that it is looked through until nothing is new.
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const [rule, metrics] of asks) {
      if (found.has(rule) || ![...metrics].some((name) => wanted.has(name))) continue;
      found.add(rule);
      if (rule.type === 'recording') wanted.add(rule.name);
    }
  }
  return groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => found.has(rule)) }));
}

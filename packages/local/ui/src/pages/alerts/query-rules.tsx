import type { RuleGroup } from '../../api/prometheus.ts';
import { href } from '../../state/location.ts';
import { RuleList } from './rule-list.tsx';
import { rulesThatAsk } from './rules-that-ask.ts';

interface QueryRulesProps {
  readonly query: string;
  readonly groups: readonly RuleGroup[];
}

/** The rules that ask for what a query asks for; and the query as the lines of a new one. */
export function QueryRules({ query, groups }: QueryRulesProps) {
  const found = rulesThatAsk(groups, query);
  const count = found.reduce((sum, { rules }) => sum + rules.length, 0);
  return (
    <div class="stack">
      <p>
        <a href={href('/alerts')}>‹ All alerts</a>
      </p>
      <p>
        {count === 0 ? 'No rule asks' : count === 1 ? 'One rule asks' : `${count} rules ask`} for the metrics
        of{' '}
        <a href={href('/explore', { query })}>
          <code>{query}</code>
        </a>
        {count > 0 && ', or for what is recorded from them'}.
      </p>
      {count > 0 && <RuleList groups={found} />}
      <details open={count === 0}>
        <summary>As a rule of its own, with a threshold at its end</summary>
        <pre class="card alerts-rule-text">{ruleText(query)}</pre>
      </details>
    </div>
  );
}

/** A file of rules with the query in a block of text, which takes it as it is. */
function ruleText(query: string): string {
  const expression = query
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n');
  return `groups:
  - name: mine
    rules:
      - alert: NameOfTheAlert
        expr: |
${expression}
          > 0
        for: 5m
        labels: { severity: warning }
        annotations: { summary: 'What it means to a user' }`;
}

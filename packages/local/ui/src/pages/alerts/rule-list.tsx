import type { Rule, RuleGroup } from '../../api/prometheus.ts';
import { duration } from '../../parts/format.ts';
import { href, param, setParams } from '../../state/location.ts';
import { Severity } from './severity.tsx';

const ORDER = { firing: 0, pending: 1, inactive: 2 };

function order(rule: Rule): number {
  if (rule.health !== 'ok' && rule.health !== 'unknown') return -1;
  return rule.state === undefined ? 3 : ORDER[rule.state];
}

/** Every rule with its state, those that ask for attention first. */
export function RuleList({ groups }: { readonly groups: readonly RuleGroup[] }) {
  const filter = param('filter').toLowerCase();
  const rules = groups
    .flatMap(({ name, rules: own }) => own.map((rule) => ({ group: name, rule })))
    .filter(({ group, rule }) => `${rule.name} ${group} ${rule.query}`.toLowerCase().includes(filter))
    .toSorted((one, other) => order(one.rule) - order(other.rule));
  return (
    <div class="stack">
      <label class="row no-print">
        Find
        <input
          type="search"
          value={param('filter')}
          placeholder="name, group or expression"
          onInput={({ currentTarget }) => setParams({ filter: currentTarget.value })}
        />
        <span class="muted">{rules.length === 1 ? '1 rule' : `${rules.length} rules`}</span>
      </label>
      <div class="card wide">
        <table class="alerts-rules">
          <thead>
            <tr>
              <th>State</th>
              <th>Rule</th>
              <th>Severity</th>
              <th>Group</th>
              <th class="number">Took</th>
              <th>Evaluation</th>
            </tr>
          </thead>
          <tbody>
            {rules.map(({ group, rule }) => (
              <tr key={`${group} ${rule.name} ${rule.query}`}>
                <td class={rule.state === 'firing' ? 'bad' : rule.state === 'pending' ? 'warn' : 'muted'}>
                  {rule.state ?? 'records'}
                </td>
                <td>
                  {rule.type === 'alerting' ? (
                    <a href={href('/alerts', { alert: rule.name })}>{rule.name}</a>
                  ) : (
                    <a href={href('/explore', { query: rule.name })}>{rule.name}</a>
                  )}
                </td>
                <td>
                  {rule.labels?.['severity'] !== undefined && <Severity severity={rule.labels['severity']} />}
                </td>
                <td class="muted">{group}</td>
                <td class="number">{duration(rule.evaluationTime)}</td>
                <td class={rule.lastError === undefined || rule.lastError === '' ? 'muted' : 'bad'}>
                  {rule.lastError === undefined || rule.lastError === '' ? rule.health : rule.lastError}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

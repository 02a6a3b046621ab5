import { defineRule } from '../finding.ts';
import { listAt, textAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const prometheusRulesFailing = defineRule({
  code: 'prometheus-rules-failing',
  when: 'Rules of Prometheus cannot be evaluated',
  check({ prometheus }) {
    const rules = listAt(jsonIn(prometheus?.rules ?? { kind: 'not-asked' }), 'data', 'groups').flatMap(
      (group) => listAt(group, 'rules'),
    );
    const failing = rules.filter((rule) => textAt(rule, 'health') === 'err');
    const [first] = failing;
    if (first === undefined) return [];
    return [
      {
        part: 'prometheus',
        seen: `${failing.length} of ${rules.length} rules fail; ${textAt(first, 'name')}: ${textAt(first, 'lastError') ?? ''}`,
        fix: 'correct the rule; sightline alerts lint finds what is wrong with it',
      },
    ];
  },
});

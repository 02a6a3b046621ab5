import { totalOf } from '../exposition.ts';
import { defineRule } from '../finding.ts';
import { targetError } from './target-error.ts';

export const prometheusSampleLimit = defineRule({
  code: 'prometheus-sample-limit',
  when: 'The page has more samples, labels or bytes than the job allows, and nothing of it is kept',
  check(facts) {
    const { kind, target } = targetError(facts);
    if (kind !== 'sample-limit' || target === undefined) return [];
    const name = 'prometheus_target_scrapes_exceeded_sample_limit_total';
    const times = totalOf(facts.prometheus?.after ?? [], name) ?? 0;
    return [
      {
        part: 'prometheus',
        seen: `a limit of the job is in the way: ${target.lastError}; the page has ${facts.app.page.length} samples${times > 0 ? `, ${times} scrapes were refused` : ''}`,
        fix: 'raise sample_limit (or the limit that is named) of the job, or record fewer label sets',
      },
    ];
  },
});

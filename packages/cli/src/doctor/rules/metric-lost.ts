import { defineRule } from '../finding.ts';
import { stepOf } from '../facts.ts';

export const metricLost = defineRule({
  code: 'metric-lost',
  when: 'What the service counted does not show up in Prometheus, and nothing above says why',
  unless: ['prometheus', 'app-disabled', 'app-not-instrumented', 'app-metrics-off', 'app-request-failed'],
  check(facts) {
    const step =
      stepOf(facts, 'metric', 'app', 'prometheus') ?? stepOf(facts, 'metric', 'doctor', 'prometheus');
    const target = facts.prometheus?.target?.target;
    if (step === undefined || step.found || target === undefined) return [];
    return [
      {
        part: 'prometheus',
        seen: `${target.scrapeUrl} is ${target.health} in Prometheus, and its samples are not there after ${Math.round(step.afterMs / 1000)} s`,
        fix: 'see the log of Prometheus: mostly its disk is full, or the interval of the job is long',
      },
    ];
  },
});

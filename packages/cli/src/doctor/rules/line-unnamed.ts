import { stepOf } from '../facts.ts';
import { defineRule } from '../finding.ts';

export const lineUnnamed = defineRule({
  code: 'line-unnamed',
  when: 'The line of the service is in Loki, and not under the name of the service',
  check(facts) {
    const { app, loki } = facts;
    const labels = loki?.streamLabels;
    if (labels === undefined || app.name === undefined || !stepOf(facts, 'line', 'app', 'loki')?.found)
      return [];
    const name = labels['service_name'];
    if (name === app.name) return [];
    return [
      {
        part: 'loki',
        seen: `the line of ${app.name} is in Loki with ${name === undefined ? 'no label service_name' : `service_name=${name}`}`,
        fix: 'let the agent take the label service_name from the field service of the line: dashboards go by it',
      },
    ];
  },
});

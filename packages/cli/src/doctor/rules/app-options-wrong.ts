import { defineRule } from '../finding.ts';
import { listAt } from '../json-at.ts';
import { jsonIn } from '../probe.ts';

export const appOptionsWrong = defineRule({
  code: 'app-options-wrong',
  when: 'The service fell back to defaults, as options or variables of it are wrong',
  check: ({ app }) =>
    listAt(jsonIn(app.statusAfter), 'problems')
      .filter((each) => typeof each === 'string')
      .map((problem) => ({
        part: 'app',
        // `… Expected: … Fix: ….`
        seen: problem.split(/\.? Fix: /)[0]!,
        fix: problem.split(/ Fix: /)[1]?.replace(/\.$/, '') ?? 'correct it where the service is started',
      })),
});

import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appLibraryUnknown = defineRule({
  code: 'app-library-unknown',
  when: 'A library cannot be instrumented',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_NOT_INSTRUMENTED').map(({ problem, fix }) => ({
      part: 'app',
      seen: problem,
      fix,
    })),
});

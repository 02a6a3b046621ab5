import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appLoadedLate = defineRule({
  code: 'app-loaded-late',
  when: 'A library or the server was loaded before Sightline',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_LOADED_LATE').map(({ problem, fix }) => ({
      part: 'app',
      seen: problem,
      fix,
    })),
});

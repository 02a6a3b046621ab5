import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appTwoApis = defineRule({
  code: 'app-two-apis',
  when: 'The service has a second copy of @opentelemetry/api, which does not see the first',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_TWO_APIS').map(({ problem, fix }) => ({
      part: 'app',
      seen: problem,
      fix,
    })),
});

import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appForeignSdk = defineRule({
  code: 'app-foreign-sdk',
  when: 'Another OpenTelemetry SDK was there first, and has the spans',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_FOREIGN_SDK').map(({ problem, fix }) => ({
      part: 'app',
      seen: problem,
      fix,
    })),
});

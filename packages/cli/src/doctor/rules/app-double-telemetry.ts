import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appDoubleTelemetry = defineRule({
  code: 'app-double-telemetry',
  when: 'A note: a package that records requests as well is loaded, so that spans, lines or metrics may come twice',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_DOUBLE_TELEMETRY').map(({ problem, fix }) => ({
      part: 'app',
      severity: 'note',
      seen: problem,
      fix,
    })),
});

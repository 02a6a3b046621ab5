import { defineRule } from '../finding.ts';
import { reportedFindings } from '../gather/app.ts';

export const appTwoRegistries = defineRule({
  code: 'app-two-registries',
  when: 'Two Prometheus clients are loaded, each with a registry of its own',
  check: ({ app }) =>
    reportedFindings(app, 'SIGHTLINE_TWO_PROM_CLIENTS').map(({ problem, fix }) => ({
      part: 'app',
      seen: problem,
      fix,
    })),
});

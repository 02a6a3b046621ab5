import { stepOf } from '../facts.ts';
import { defineRule } from '../finding.ts';
import { isOk } from '../probe.ts';
import { pushesTo } from './loki-refusals.ts';

export const lineLost = defineRule({
  code: 'line-lost',
  when: 'The line of the service, or that of the doctor, does not show up in Loki, and nothing above says why',
  unless: [
    'loki',
    'app-disabled',
    'app-not-instrumented',
    'app-log-level',
    'app-logs-off',
    'app-request-failed',
  ],
  check(facts) {
    const { loki, waitMs } = facts;
    const [app, own] = [stepOf(facts, 'line', 'app', 'loki'), stepOf(facts, 'line', 'doctor', 'loki')];
    if (loki === undefined) return [];
    const within = `within ${waitMs / 1000} s`;
    if (own !== undefined && !own.found && isOk(loki.push)) {
      return [
        {
          part: 'loki',
          seen: `Loki took a line and does not find it ${within}${own.said ? `: ${own.said}` : ''}`,
          fix: 'see whether its queriers ask the ingesters (query_ingesters_within) and whether the tenant is the same for both',
        },
      ];
    }
    if (app === undefined || app.found) return [];
    const to = pushesTo(facts);
    return [
      {
        part: 'loki',
        seen:
          to === undefined
            ? `the line of the service is on its stdout and not in Loki ${within}`
            : `the service sends its lines to ${to}, and Loki at ${loki.url} does not have the one that was looked for ${within}`,
        fix:
          to === undefined
            ? `run what reads stdout and sends it (the agent of compose for containers, Alloy, the Collector), or set OTEL_LOGS_EXPORTER=otlp and OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=${loki.url}/otlp/v1/logs`
            : 'let OTEL_EXPORTER_OTLP_LOGS_ENDPOINT lead to this Loki, /otlp/v1/logs, or to a Collector that does',
      },
    ];
  },
});

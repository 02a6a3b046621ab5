import { stepOf } from '../facts.ts';
import { totalOf } from '../exposition.ts';
import { defineRule } from '../finding.ts';
import { isOk } from '../probe.ts';

const RECEIVED = 'tempo_distributor_spans_received_total';

export const traceLost = defineRule({
  code: 'trace-lost',
  when: 'A trace that was sent does not show up in Tempo, and nothing above says why; a note where a Collector samples',
  unless: [
    'otlp',
    'tempo',
    'app-disabled',
    'app-not-instrumented',
    'app-traces-off',
    'app-sampled-away',
    'app-foreign-sdk',
    'app-two-apis',
    'app-request-failed',
  ],
  check(facts) {
    const { tempo, planted, otlpUrl, waitMs } = facts;
    const [app, own] = [stepOf(facts, 'trace', 'app', 'tempo'), stepOf(facts, 'trace', 'doctor', 'tempo')];
    if (tempo === undefined || planted === undefined) return [];
    const within = `within ${waitMs / 1000} s`;
    if (own?.found === false && isOk(planted.ownTrace)) {
      const [before, after] = [totalOf(tempo.before, RECEIVED), totalOf(tempo.after, RECEIVED)];
      // A Tempo that was never sent anything has no such series at all.
      const isElsewhere = tempo.after.length > 0 && (before ?? 0) === (after ?? 0);
      return [
        {
          part: isElsewhere ? 'otlp' : 'tempo',
          seen: isElsewhere
            ? `${otlpUrl} takes traces, and Tempo at ${tempo.url} gets none of them`
            : `Tempo got a trace and does not find it ${within}${own.said ? `: ${own.said}` : ''}`,
          fix: isElsewhere
            ? 'let OTEL_EXPORTER_OTLP_ENDPOINT lead to the receiver of this Tempo, or to a Collector whose exporter does; or name the right one with --tempo'
            : 'see its log: mostly the storage cannot be written, or writers and queriers have another tenant',
        },
      ];
    }
    if (app?.found !== false) return [];
    const isSent = stepOf(facts, 'trace', 'app', 'otlp')?.found === true;
    return [
      {
        part: isSent ? 'tempo' : 'app',
        // On the same way one trace came and one did not: what is between them samples.
        severity: isSent && own?.found ? 'note' : 'fault',
        seen: `the trace of the request is not in Tempo ${within}${own?.found ? ', although one that the doctor sent is' : ''}`,
        fix: 'see whether the service samples it (OTEL_TRACES_SAMPLER), takes trace ids of others (OTEL_PROPAGATORS), and whether a Collector samples tails',
      },
    ];
  },
});

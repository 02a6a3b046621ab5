import { defineRule } from '../finding.ts';
import { textAt, valueAt } from '../json-at.ts';
import { type Answer, answerText, isOk, jsonIn } from '../probe.ts';

export const otlpRefused = defineRule({
  code: 'otlp-refused',
  when: 'What takes traces is there and refuses those of the service, or has none of its protocol',
  check({ app, planted, otlpUrl }) {
    const status = jsonIn(app.statusAfter);
    const exported = valueAt(status, 'telemetry', 'exports', 'traces');
    const lastError = textAt(exported, 'lastError');
    const own = planted?.ownTrace;
    // Nobody there, or not as it should be: the rules of the network tell of that.
    if (own?.kind === 'failed' || isAnotherAnswer(own)) return [];
    if (lastError !== undefined) {
      // What the service says is shown, and need not be a URL.
      const isGrpc = /:4317\b/.test(otlpUrl);
      return [
        {
          part: 'otlp',
          seen: `the service cannot send its traces to ${otlpUrl}: ${lastError}`,
          fix: isGrpc
            ? 'set the port of OTLP over HTTP, 4318, or OTEL_EXPORTER_OTLP_PROTOCOL=grpc'
            : 'check OTEL_EXPORTER_OTLP_ENDPOINT, _PROTOCOL and _HEADERS of the service',
        },
      ];
    }
    if (own?.kind !== 'answer' || own.status !== 400) return [];
    return [
      {
        part: 'otlp',
        seen: `${otlpUrl} refuses a trace: ${answerText(own)}`,
        fix: 'correct what it says: mostly a limit of the tenant, or a receiver that is no OTLP',
      },
    ];
  },
});

function isAnotherAnswer(answer: Answer | undefined): boolean {
  return answer?.kind === 'answer' && answer.status !== 400 && !isOk(answer);
}

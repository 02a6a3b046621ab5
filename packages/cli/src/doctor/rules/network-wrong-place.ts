import { defineRule, type Found } from '../finding.ts';
import { answerText } from '../probe.ts';
import { addressesOf, nameOf, optionOf } from './network.ts';

/** What other rules tell of. */
const elsewhere: ReadonlySet<number> = new Set([401, 403, 407, 502, 503, 504]);

export const networkWrongPlace = defineRule({
  code: 'network-wrong-place',
  when: 'Something else answers at an address: another server, a page to sign in, a wrong path',
  check: (facts) =>
    addressesOf(facts).flatMap(({ part, url, answer }): readonly Found[] => {
      if (answer.kind !== 'answer' || part === 'app' || elsewhere.has(answer.status)) return [];
      const isPage = /^\s*<(?:!doctype|html)/i.test(answer.text);
      const isRefusedTrace = part === 'otlp' && answer.status === 400;
      if ((answer.status >= 200 && answer.status < 300 && !isPage) || isRefusedTrace) return [];
      const path = new URL(url).pathname;
      const twice = /(\/v1\/traces).*\1/.test(path);
      return [
        {
          part,
          seen: `something else than ${nameOf(part)} answers at ${url}: ${answerText(answer)}`,
          fix: twice
            ? 'leave /v1/traces out of OTEL_EXPORTER_OTLP_ENDPOINT: it is added'
            : `correct ${optionOf(part)}: the host, the port, and the path that a proxy adds`,
        },
      ];
    }),
});

import { defineRule, type Found } from '../finding.ts';
import { textAt } from '../json-at.ts';
import { answerText } from '../probe.ts';
import { addressesOf, nameOf } from './network.ts';

export const serverNotReady = defineRule({
  code: 'server-not-ready',
  when: 'A server is up and not ready, or its database is not',
  check: (facts) =>
    addressesOf(facts).flatMap(({ part, url, answer }): readonly Found[] => {
      if (answer.kind !== 'answer') return [];
      const database = part === 'grafana' ? textAt(answer.json, 'database') : undefined;
      const isOut = database !== undefined && database !== 'ok';
      if (answer.status !== 503 && !isOut) return [];
      return [
        {
          part,
          seen: `${nameOf(part)} at ${url} is not ready: ${isOut ? `its database is ${database}` : answerText(answer)}`,
          fix: 'wait a minute after its start; later, see its log: mostly the disk is full or a folder may not be written',
        },
      ];
    }),
});

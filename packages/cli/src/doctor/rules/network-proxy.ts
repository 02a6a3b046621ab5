import { defineRule, type Found } from '../finding.ts';
import { answerText } from '../probe.ts';
import { addressesOf, nameOf } from './network.ts';

const byGateways: ReadonlySet<number> = new Set([407, 502, 504]);

export const networkProxy = defineRule({
  code: 'network-proxy',
  when: 'A proxy answers in the place of a server',
  check: (facts) =>
    addressesOf(facts).flatMap(({ part, url, answer }): readonly Found[] => {
      if (answer.kind !== 'answer') return [];
      const via = answer.headers.get('via') ?? answer.headers.get('proxy-agent');
      if (!byGateways.has(answer.status) && !(answer.status >= 400 && via !== null)) return [];
      const set = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].find((name) => facts.env[name]);
      return [
        {
          part,
          seen: `${nameOf(part)} at ${url} is answered for by a proxy: ${answerText(answer)}`,
          fix:
            set === undefined
              ? 'see that the proxy in front of it leads to where it listens, and that it is up'
              : `add ${new URL(url).hostname} to NO_PROXY: ${set} is set`,
        },
      ];
    }),
});

import { defineRule, type Found } from '../finding.ts';
import { addressesOf, nameOf } from './network.ts';

export const networkCredentials = defineRule({
  code: 'network-credentials',
  when: 'A server does not take the credentials, or misses a tenant',
  check: (facts) =>
    addressesOf(facts).flatMap(({ part, url, answer }): readonly Found[] => {
      const isRefused = answer.kind === 'answer' && (answer.status === 401 || answer.status === 403);
      if (!isRefused || part === 'app') return [];
      const isTenant = /org id/i.test(answer.text);
      return [
        {
          part,
          seen: `${nameOf(part)} at ${url} answers ${answer.status}${isTenant ? ', as no tenant is named' : ''}`,
          fix: isTenant
            ? 'name the tenant with --tenant here, and by the header X-Scope-OrgID where things are sent from; or turn tenants off where there is one only'
            : part === 'otlp'
              ? 'set OTEL_EXPORTER_OTLP_HEADERS to what it takes'
              : `put the name and the password that it takes into the URL of --${part}`,
        },
      ];
    }),
});

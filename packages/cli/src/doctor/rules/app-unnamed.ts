import { defineRule } from '../finding.ts';

export const appUnnamed = defineRule({
  code: 'app-unnamed',
  when: 'The service has no name, so that nobody finds it in a list',
  check: ({ app: { name } }) =>
    name?.startsWith('unknown_service')
      ? [
          {
            part: 'app',
            seen: `the service is called ${name} in every trace and line`,
            fix: 'set OTEL_SERVICE_NAME, or give package.json a name',
          },
        ]
      : [],
});

import { defineRule } from '../finding.ts';

export const appGuarded = defineRule({
  code: 'app-guarded',
  when: 'A note: the status of the service cannot be read from here',
  check: ({ app: { status, url } }) =>
    status.kind === 'answer' && (status.status === 401 || status.status === 403)
      ? [
          {
            part: 'app',
            severity: 'note',
            seen: `${url}/status is open to its own machine and to a token, so that half of the checks are left out`,
            fix: 'run the doctor beside the service, or set SIGHTLINE_ADMIN_TOKEN for both',
          },
        ]
      : [],
});

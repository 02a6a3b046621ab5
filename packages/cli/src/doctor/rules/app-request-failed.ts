import { stepOf } from '../facts.ts';
import { defineRule } from '../finding.ts';

export const appRequestFailed = defineRule({
  code: 'app-request-failed',
  when: 'The service does not answer the request that is to be followed, or does not count it',
  check(facts) {
    const { app, planted } = facts;
    const request = planted?.request;
    if (request === undefined || request.kind === 'not-asked' || app.serviceUrl === undefined) return [];
    if (request.kind === 'failed') {
      return [
        {
          part: 'app',
          seen: `a request to ${app.serviceUrl} is not answered (${request.detail})`,
          fix: 'see that the service is up and listens there, or name its URL behind sightline doctor',
        },
      ];
    }
    const counted = stepOf(facts, 'metric', 'app', 'app');
    if (counted === undefined || counted.found) return [];
    return [
      {
        part: 'app',
        seen: `${app.serviceUrl} answered ${request.status}, and ${app.url} has not counted it`,
        fix: 'see that both are of the same process, that http.ignore leaves the path in, and that Sightline was loaded before the server',
      },
    ];
  },
});

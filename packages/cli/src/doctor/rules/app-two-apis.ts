import { reportedRule } from './app-reported.ts';

export const appTwoApis = reportedRule({
  code: 'app-two-apis',
  when: 'The service has a second copy of @opentelemetry/api, which does not see the first',
  reportedAs: 'SIGHTLINE_TWO_APIS',
});

import { reportedRule } from './app-reported.ts';

export const appForeignSdk = reportedRule({
  code: 'app-foreign-sdk',
  when: 'Another OpenTelemetry SDK was there first, and has the spans',
  reportedAs: 'SIGHTLINE_FOREIGN_SDK',
});

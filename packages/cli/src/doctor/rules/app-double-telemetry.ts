import { reportedRule } from './app-reported.ts';

export const appDoubleTelemetry = reportedRule({
  code: 'app-double-telemetry',
  when: 'A note: a package that records requests as well is loaded, so that spans, lines or metrics may come twice',
  reportedAs: 'SIGHTLINE_DOUBLE_TELEMETRY',
  severity: 'note',
});

import { reportedRule } from './app-reported.ts';

export const appLibraryUnknown = reportedRule({
  code: 'app-library-unknown',
  when: 'A library cannot be instrumented',
  reportedAs: 'SIGHTLINE_NOT_INSTRUMENTED',
});

import { reportedRule } from './app-reported.ts';

export const appLoadedLate = reportedRule({
  code: 'app-loaded-late',
  when: 'A library or the server was loaded before Sightline',
  reportedAs: 'SIGHTLINE_LOADED_LATE',
});

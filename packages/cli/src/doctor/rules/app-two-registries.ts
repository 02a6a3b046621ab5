import { reportedRule } from './app-reported.ts';

export const appTwoRegistries = reportedRule({
  code: 'app-two-registries',
  when: 'Two Prometheus clients are loaded, each with a registry of its own',
  reportedAs: 'SIGHTLINE_TWO_PROM_CLIENTS',
});

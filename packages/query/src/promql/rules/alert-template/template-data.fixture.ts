import type { AlertTemplateData } from './expand.ts';

/** What the templates of the tests are filled with. */
export const data: AlertTemplateData = {
  alert: 'Slow',
  sample: { labels: { job: 'shop' }, value: 1 },
  externalLabels: {},
  externalUrl: 'https://prometheus.example.com/prom',
  serverUrl: 'https://prometheus.example.com/prom',
  timeMs: 1_500_000,
  query: () => Promise.resolve([{ labels: {}, value: 2 }]),
};

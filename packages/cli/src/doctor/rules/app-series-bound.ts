import { totalsBy } from '../exposition.ts';
import { defineRule } from '../finding.ts';

export const appSeriesBound = defineRule({
  code: 'app-series-bound',
  when: 'A metric has more label sets than its bound, and new ones are counted together',
  check: ({ app }) =>
    [...totalsBy(app.pageAfter, 'sightline_series_refused_total', 'metric')]
      .filter(([, refused]) => refused > 0)
      .map(([metric, refused]) => ({
        part: 'app',
        seen: `${metric} refused ${refused} label sets beyond its bound`,
        fix: 'take the values of its labels from a small set, or raise the bound of that metric',
      })),
});

import { totalOf } from '../exposition.ts';
import { defineRule, type Found } from '../finding.ts';

const reasons: readonly (readonly [metric: string, what: string, fix: string])[] = [
  [
    'prometheus_target_scrapes_sample_out_of_order_total',
    'samples that are older than what it has',
    'take timestamps off the page of the target, or allow them: storage.tsdb.out_of_order_time_window',
  ],
  [
    'prometheus_target_scrapes_sample_duplicate_timestamp_total',
    'samples of the same time with another value',
    'let one job scrape the target, and see that no two of its series become the same by relabelling',
  ],
  [
    'prometheus_target_scrapes_sample_out_of_bounds_total',
    'samples that are too old or too far ahead',
    'take timestamps off the page of the target, and check its clock',
  ],
  [
    'prometheus_tsdb_too_old_samples_total',
    'samples that are older than the window for late ones',
    'check the clock of who writes them, or widen storage.tsdb.out_of_order_time_window',
  ],
];

export const prometheusSamplesRefused = defineRule({
  code: 'prometheus-samples-refused',
  when: 'Prometheus refuses samples as out of order, twice or out of bounds; a note where that was earlier',
  check: ({ prometheus }) =>
    reasons.flatMap(([metric, what, fix]): readonly Found[] => {
      const total = totalOf(prometheus?.after ?? [], metric) ?? 0;
      const more = total - (totalOf(prometheus?.before ?? [], metric) ?? 0);
      if (total === 0) return [];
      return [
        {
          part: 'prometheus',
          severity: more > 0 ? 'fault' : 'note',
          seen: `Prometheus refused ${what}: ${total} since its start${more > 0 ? `, ${more} while this ran` : ', none while this ran'}`,
          fix,
        },
      ];
    }),
});

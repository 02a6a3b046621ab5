import type { MetricName } from '@sightline/conventions';

/** Metrics of the catalogue that are on no dashboard, each with the reason. */
export const metricsWithoutPanel: Readonly<Partial<Record<MetricName, string>>> = {
  nodejs_heap_size_limit_bytes: 'a panel shows how much of it is taken, which the rules of the alerts record',
  process_virtual_memory_bytes:
    'V8 reserves gigabytes of addresses that it never uses, so that the number tells nothing',
};

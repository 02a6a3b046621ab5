import type { MetricName } from '@sightline/conventions';

/** Metrics of the catalogue that are on no dashboard, each with the reason. */
export const metricsWithoutPanel: Readonly<Partial<Record<MetricName, string>>> = {
  process_virtual_memory_bytes:
    'V8 reserves gigabytes of addresses that it never uses, so that the number tells nothing',
};

import { type MetricFamily, sources } from '../metric.ts';

/** One number for each process, named as every Prometheus client names it. */
const perProcess = { labels: [], seriesBound: 1, stability: 'stable', source: sources.process } as const;

/** The process as the operating system sees it. */
export const processMetrics = {
  process_cpu_seconds_total: {
    ...perProcess,
    type: 'counter',
    unit: 's',
    help: 'CPU time that the process has spent, in user and system mode.',
  },
  process_resident_memory_bytes: {
    ...perProcess,
    type: 'gauge',
    unit: 'By',
    help: 'Physical memory that the process takes.',
  },
  process_virtual_memory_bytes: {
    ...perProcess,
    type: 'gauge',
    unit: 'By',
    help: 'Virtual memory that the process has mapped.',
  },
  process_open_fds: {
    ...perProcess,
    type: 'gauge',
    unit: '{file_descriptor}',
    help: 'File descriptors that are open.',
  },
  process_max_fds: {
    ...perProcess,
    type: 'gauge',
    unit: '{file_descriptor}',
    help: 'File descriptors that the process may open.',
  },
  process_start_time_seconds: {
    ...perProcess,
    type: 'gauge',
    unit: 's',
    help: 'Start of the process, in seconds since 1970 in UTC.',
    aggregate: 'min',
  },
} as const satisfies MetricFamily;

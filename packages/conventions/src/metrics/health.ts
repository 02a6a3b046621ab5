import { type MetricFamily, sources } from '../metric.ts';

const results = ['up', 'degraded', 'down', 'timeout'] as const;

/** What the health checks found. */
export const healthMetrics = {
  health_check_status: {
    type: 'gauge',
    unit: '{status}',
    help: 'What a check found last: 1 is up, 0.5 is degraded, 0 is down.',
    labels: ['check'],
    seriesBound: 50,
    stability: 'own',
    source: sources.naming,
  },
  health_check_duration_seconds: {
    type: 'histogram',
    unit: 's',
    help: 'Duration of the runs of a check.',
    labels: ['check'],
    seriesBound: 50,
    boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 0.8, 1, 5],
    stability: 'own',
    source: sources.naming,
  },
  health_check_runs_total: {
    type: 'counter',
    unit: '{run}',
    help: 'Runs of a check, by what they found.',
    labels: ['check', 'result'],
    labelValues: { result: results },
    seriesBound: 200,
    stability: 'own',
    source: sources.naming,
  },
  health_probe_status: {
    type: 'gauge',
    unit: '{status}',
    help: 'What a probe answers now: 1 is 200, 0 is 503.',
    labels: ['probe'],
    seriesBound: 3,
    stability: 'own',
    source: sources.naming,
  },
} as const satisfies MetricFamily;

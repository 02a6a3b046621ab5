import { type MetricFamily, requestBoundaries, sources } from '../metric.ts';

const breakerStates = ['closed', 'open', 'half_open', 'isolated'] as const;
const own = { stability: 'own', source: sources.naming } as const;

/** Breakers, retries and bulkheads: what stands between a call and its failure. */
export const policyMetrics = {
  circuit_breaker_state: {
    ...own,
    type: 'gauge',
    unit: '{state}',
    help: 'One series for each state of a breaker: 1 in the state it is in, 0 in the others.',
    labels: ['name', 'state'],
    labelValues: { state: breakerStates },
    seriesBound: 400,
  },
  circuit_breaker_transitions_total: {
    ...own,
    type: 'counter',
    unit: '{transition}',
    help: 'Changes of the state of a breaker, so that one between two scrapes is seen as well.',
    labels: ['name', 'from', 'to'],
    labelValues: { from: breakerStates, to: breakerStates },
    seriesBound: 1600,
  },
  circuit_breaker_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls through a breaker, by how they ended.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'timeout', 'rejected', 'ignored'] },
    seriesBound: 500,
  },
  circuit_breaker_call_duration_seconds: {
    ...own,
    type: 'histogram',
    unit: 's',
    help: 'Duration of the calls that a breaker let through.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'timeout'] },
    seriesBound: 300,
    boundaries: requestBoundaries,
  },
  retry_attempts_total: {
    ...own,
    type: 'counter',
    unit: '{attempt}',
    help: 'Attempts after the first one.',
    labels: ['name'],
    seriesBound: 100,
  },
  retry_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls under a retry policy, by how they ended.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'success_after_retry', 'gave_up', 'not_retryable'] },
    seriesBound: 400,
  },
  bulkhead_active_calls: {
    ...own,
    type: 'gauge',
    unit: '{call}',
    help: 'Calls that are inside a bulkhead now.',
    labels: ['name'],
    seriesBound: 100,
  },
  bulkhead_queued_calls: {
    ...own,
    type: 'gauge',
    unit: '{call}',
    help: 'Calls that wait for a place in a bulkhead now.',
    labels: ['name'],
    seriesBound: 100,
  },
  bulkhead_limit_calls: {
    ...own,
    type: 'gauge',
    unit: '{call}',
    help: 'Calls that fit into a bulkhead, waiting ones not counted.',
    labels: ['name'],
    seriesBound: 100,
  },
  bulkhead_rejected_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls that a bulkhead turned away because it and its queue were full.',
    labels: ['name'],
    seriesBound: 100,
  },
} as const satisfies MetricFamily;

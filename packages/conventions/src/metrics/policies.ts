import { type MetricFamily, requestBoundaries, sources } from '../metric.ts';

/**
 * `isolated`: held open by hand, no call gets through. `disabled`: switched off, every call gets through unguarded; only
 * breakers that can be switched off have it.
 */
const breakerStates = ['closed', 'open', 'half_open', 'isolated', 'disabled'] as const;

/** How long an outage lasts [s]: from a blink to an hour. */
const recoveryBoundaries = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] as const;

/** Waiting for a place [s]. */
const waitBoundaries = [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] as const;
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
    seriesBound: 500,
    aggregate: 'max',
  },
  circuit_breaker_state_seconds_total: {
    ...own,
    type: 'counter',
    unit: 's',
    help: 'Time that a breaker has spent in each of its states while it was watched.',
    labels: ['name', 'state'],
    labelValues: { state: breakerStates },
    seriesBound: 500,
  },
  circuit_breaker_transitions_total: {
    ...own,
    type: 'counter',
    unit: '{transition}',
    help: 'Changes of the state of a breaker, so that one between two scrapes is seen as well.',
    labels: ['name', 'from', 'to'],
    labelValues: { from: breakerStates, to: breakerStates },
    seriesBound: 2500,
  },
  circuit_breaker_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls through a breaker, each once, by how they ended for the caller: ignored is an error that does not count against the breaker, unguarded a call while it was disabled.',
    labels: ['name', 'outcome'],
    labelValues: {
      outcome: ['success', 'failure', 'timeout', 'rejected', 'fallback', 'ignored', 'unguarded'],
    },
    seriesBound: 700,
  },
  circuit_breaker_call_duration_seconds: {
    ...own,
    type: 'histogram',
    unit: 's',
    help: 'Duration of the calls that a breaker let through, by how they ended before any fallback.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'timeout', 'ignored'] },
    seriesBound: 400,
    boundaries: requestBoundaries,
  },
  circuit_breaker_open_remaining_seconds: {
    ...own,
    type: 'gauge',
    unit: 's',
    help: 'Time until an open breaker lets a probe through; 0 when it may already, or is not open.',
    labels: ['name'],
    seriesBound: 100,
    aggregate: 'max',
  },
  circuit_breaker_recovery_duration_seconds: {
    ...own,
    type: 'histogram',
    unit: 's',
    help: 'Time from the opening of a closed breaker until it was closed again.',
    labels: ['name'],
    seriesBound: 100,
    boundaries: recoveryBoundaries,
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
  timeout_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls under a timeout, by how they ended: timeout is one that ran out of time, whatever came of it later.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'timeout', 'cancelled'] },
    seriesBound: 400,
  },
  timeout_call_duration_seconds: {
    ...own,
    type: 'histogram',
    unit: 's',
    help: 'Duration of the calls under a timeout, to be compared with its limit.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'timeout', 'cancelled'] },
    seriesBound: 400,
    boundaries: requestBoundaries,
  },
  timeout_limit_seconds: {
    ...own,
    type: 'gauge',
    unit: 's',
    help: 'Time that a timeout leaves to a call.',
    labels: ['name'],
    seriesBound: 100,
    aggregate: 'max',
  },
  fallback_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls under a fallback, by what the caller got: the result, the fallback, or an error of either.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'fallback', 'failure', 'fallback_failed'] },
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
  bulkhead_queue_limit_calls: {
    ...own,
    type: 'gauge',
    unit: '{call}',
    help: 'Calls that may wait for a place in a bulkhead.',
    labels: ['name'],
    seriesBound: 100,
  },
  bulkhead_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls that a bulkhead took in, by how they ended: cancelled is one that gave up before it had a place.',
    labels: ['name', 'outcome'],
    labelValues: { outcome: ['success', 'failure', 'cancelled'] },
    seriesBound: 300,
  },
  bulkhead_rejected_calls_total: {
    ...own,
    type: 'counter',
    unit: '{call}',
    help: 'Calls that a bulkhead turned away because it and its queue were full.',
    labels: ['name'],
    seriesBound: 100,
  },
  bulkhead_wait_duration_seconds: {
    ...own,
    type: 'histogram',
    unit: 's',
    help: 'Time that calls waited for a place in a bulkhead before they ran.',
    labels: ['name'],
    seriesBound: 100,
    boundaries: waitBoundaries,
  },
} as const satisfies MetricFamily;

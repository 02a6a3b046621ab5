import { type Scope, aggregate, gaugeBy, histogramRate, increase, rate, share, sumRate } from './promql.ts';

/** The states of a breaker as numbers, the worst last; not every breaker has all of them. */
const stateNumbers = { closed: 0, half_open: 1, open: 2, isolated: 3, disabled: 4 } as const;

/** The state that each breaker is in, as a number: 0 closed, 1 half open, 2 open, 3 isolated, 4 disabled; the worst instance. */
export function breakerState(scope: Scope): string {
  const states = Object.entries(stateNumbers).map(
    ([state, number]) =>
      `${gaugeBy(scope, 'max', 'circuit_breaker_state', ['job', 'name', 'state'], { state: `=${state}` })} * ${number}`,
  );
  return aggregate('max', ['job', 'name'], states.join(' or '));
}

/** Share of the time that each breaker was not closed. */
export function breakerOpenRatio(scope: Scope): string {
  const time = 'circuit_breaker_state_seconds_total';
  const open = sumRate(scope, time, ['job', 'name'], { state: '=~open|half_open|isolated' });
  return share(open, sumRate(scope, time, ['job', 'name']));
}

/** Openings of each closed breaker in 15 minutes, on the instance with the most, as the alert counts them. */
export function breakerOpenings(scope: Scope): string {
  const opened = increase(
    scope,
    'circuit_breaker_transitions_total',
    { from: '=closed', to: '=open' },
    '15m',
  );
  return aggregate('max', ['job', 'name'], opened);
}

/** Attempts for each call under a retry policy: 1 without retries. */
export function attemptsPerCall(scope: Scope): string {
  const calls = sumRate(scope, 'retry_calls_total', ['name']);
  return `1 + (${sumRate(scope, 'retry_attempts_total', ['name'])} or ${calls} * 0) / (${calls} > 0)`;
}

/** Share of the calls under a timeout that ran out of time. */
export function timeoutRatio(scope: Scope): string {
  const out = sumRate(scope, 'timeout_calls_total', ['name'], { outcome: '=timeout' });
  return share(out, sumRate(scope, 'timeout_calls_total', ['name']));
}

/** Share of its places that a bulkhead has taken. */
export function bulkheadUsedRatio(scope: Scope): string {
  const by = ['job', 'instance', 'name'] as const;
  const used = gaugeBy(scope, 'sum', 'bulkhead_active_calls', by);
  return `${used} / (${gaugeBy(scope, 'sum', 'bulkhead_limit_calls', by)} > 0)`;
}

/** Share of its queue that a bulkhead has taken; absent where there is no queue. */
export function bulkheadQueueRatio(scope: Scope): string {
  const by = ['job', 'instance', 'name'] as const;
  const queued = gaugeBy(scope, 'sum', 'bulkhead_queued_calls', by);
  return `${queued} / (${gaugeBy(scope, 'sum', 'bulkhead_queue_limit_calls', by)} > 0)`;
}

/** Share of its connections that are in use, by pool and instance. */
export function poolUsedRatio(scope: Scope): string {
  const by = ['job', 'instance', 'pool'] as const;
  const used = gaugeBy(scope, 'sum', 'pool_connections', by, { state: '=used' });
  return `${used} / (${gaugeBy(scope, 'sum', 'pool_limit_connections', by)} > 0)`;
}

/** Share of the look-ups that a cache could answer, stale answers among them. */
export function cacheHitRatio(scope: Scope): string {
  const hits = sumRate(scope, 'cache_requests_total', ['cache'], { result: '=~hit|stale' });
  return share(hits, sumRate(scope, 'cache_requests_total', ['cache']));
}

/** Share of its entries that a cache has taken. */
export function cacheFullRatio(scope: Scope): string {
  const by = ['job', 'cache'] as const;
  const held = gaugeBy(scope, 'sum', 'cache_entries', by);
  return `${held} / (${gaugeBy(scope, 'sum', 'cache_limit_entries', by)} > 0)`;
}

/** Share of the requests that a rate limiter turned away. */
export function limitedRatio(scope: Scope): string {
  const limited = sumRate(scope, 'rate_limit_requests_total', ['limiter'], { decision: '=limited' });
  return share(limited, sumRate(scope, 'rate_limit_requests_total', ['limiter']));
}

/** Refusals of each limiter in a minute, as the alert counts them. */
export function limitedPerMinute(scope: Scope): string {
  return `${aggregate('sum', ['job', 'limiter'], rate(scope, 'rate_limit_requests_total', { decision: '=limited' }))} * 60`;
}

/** Requests a second by what was left of the limit, for a heatmap. */
export function remainingShareBuckets(scope: Scope): string {
  return aggregate('sum', ['le'], histogramRate(scope, 'rate_limit_remaining_share', 'bucket'));
}

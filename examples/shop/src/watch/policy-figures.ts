import type { Sample } from './exposition.ts';
import { formatCount, formatRatio } from './format.ts';

type Labels = Readonly<Record<string, string>>;

/** What the policies of the services did, in a few words each; from the last page of every service. */
export function policyFigures(
  samples: readonly Sample[],
): readonly (readonly [name: string, value: string])[] {
  function count(metric: string, wanted: Labels = {}): number {
    return samples
      .filter(({ name, labels }) => name === metric && matches(labels, wanted))
      .reduce((sum, { value }) => sum + value, 0);
  }
  const opened = count('circuit_breaker_transitions_total', { to: 'open' });
  const rejected = count('circuit_breaker_calls_total', { outcome: 'rejected' });
  const full = count('bulkhead_rejected_calls_total');
  const late = count('timeout_calls_total', { outcome: 'timeout' });
  const lookups = count('cache_requests_total');
  const hits =
    count('cache_requests_total', { result: 'hit' }) + count('cache_requests_total', { result: 'stale' });
  const limited = (limiter: string): string =>
    formatCount(count('rate_limit_requests_total', { limiter, decision: 'limited' }));
  const letIn = count('rate_limit_requests_total', { limiter: 'door-hour', decision: 'allowed' });
  const uncounted = count('rate_limit_requests_total', { limiter: 'door-hour', decision: 'fail_open' });
  return [
    ['breakers', `opened ${formatCount(opened)} times, ${formatCount(rejected)} calls turned away`],
    ['bulkhead, timeout', `${formatCount(full)} calls too many, ${formatCount(late)} too slow`],
    [
      'cache',
      `${formatCount(lookups)} look-ups, ${formatRatio(lookups === 0 ? 0 : hits / lookups)} answered by it`,
    ],
    [
      'cache, let go of',
      `${formatCount(count('cache_evictions_total'))} entries, ${formatCount(count('cache_overlapping_loads_total'))} read twice at a time, ${formatCount(count('cache_shared_loads_total'))} look-ups waited`,
    ],
    ['pool', `${formatCount(count('pool_timeouts_total'))} requests got no connection in time`],
    [
      'door',
      `${formatCount(letIn)} let in, ${limited('door-minute')} too many in a minute, ${limited('door-hour')} in an hour${uncounted === 0 ? '' : `, ${formatCount(uncounted)} uncounted`}`,
    ],
  ];
}

function matches(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}

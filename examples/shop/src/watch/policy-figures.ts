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
  const minute = { limiter: 'door-minute' };
  return [
    ['breakers', `opened ${formatCount(opened)} times, ${formatCount(rejected)} calls turned away`],
    ['bulkhead, timeout', `${formatCount(full)} calls too many, ${formatCount(late)} too slow`],
    [
      'cache',
      `${formatCount(lookups)} look-ups, ${formatRatio(lookups === 0 ? 0 : hits / lookups)} answered by it`,
    ],
    ['pool', `${formatCount(count('pool_timeouts_total'))} requests got no connection in time`],
    [
      'door',
      `${formatCount(count('rate_limit_requests_total', { ...minute, decision: 'allowed' }))} let in, ${formatCount(count('rate_limit_requests_total', { ...minute, decision: 'limited' }))} not`,
    ],
  ];
}

function matches(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([label, value]) => labels[label] === value);
}

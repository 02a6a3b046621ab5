import { QueryError } from '@sightline/query';
import { searchTraces } from '@sightline/query/traceql';
import type { Alertmanager } from '../alerting/create-alertmanager.ts';
import type { Core } from './core.ts';
import type { LocalStack, QueriedLine } from './local-stack.ts';

const HOUR_MS = 3_600_000;

/** The questions that a test asks without a server in between. */
export function createReader({
  core,
  manager,
  now,
}: {
  readonly core: Core;
  readonly manager: Alertmanager;
  readonly now: () => number;
}): Pick<LocalStack, 'promql' | 'logs' | 'traces' | 'alerts'> {
  return {
    async promql(query, { timeMs = now() } = {}) {
      const result = await core.promql.instant(query, { timeMs });
      if (result.type === 'scalar') return [{ labels: {}, value: result.value, timeMs: result.timeMs }];
      if (result.type !== 'vector')
        throw new QueryError('bad_data', 'expected an expression that is a vector or a scalar');
      return result.vector.map(({ labels, value, histogram, timeMs: atMs }) => ({
        labels,
        value: histogram ?? value,
        timeMs: atMs,
      }));
    },
    async logs(query, { sinceMs = HOUR_MS, limit = 1000 } = {}) {
      const endNs = BigInt(now() + 1) * 1_000_000n;
      const startNs = endNs - BigInt(sinceMs) * 1_000_000n;
      const result = await core.logql.range(query, { startNs, endNs, limit });
      if (result.type !== 'streams')
        throw new QueryError('bad_data', 'expected a query of lines, such as {level="error"}');
      return result.streams
        .flatMap(({ labels, entries }) =>
          entries.map(({ timeNs, line }): QueriedLine => ({ labels, line, timeNs })),
        )
        .toSorted((one, other) => (one.timeNs > other.timeNs ? -1 : one.timeNs < other.timeNs ? 1 : 0));
    },
    async traces(query, { limit } = {}) {
      return (await searchTraces(core.stores.traces, query, limit === undefined ? {} : { limit })).traces;
    },
    alerts: () =>
      manager.alerts(now()).map((alert) => ({
        labels: alert.labels,
        annotations: alert.annotations,
        startsAtMs: alert.startsAtMs,
        suppressed: manager.status(alert, now()).state === 'suppressed',
      })),
  };
}

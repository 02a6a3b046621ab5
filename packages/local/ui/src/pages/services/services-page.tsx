import { queryInstant } from '../../api/prometheus.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';

/** Every service, worst first. */
export function Page() {
  const { endMs } = timeRange.value;
  const { data, error } = useQuery('services', (signal) =>
    queryInstant('sum by (job) (rate(http_server_request_duration_seconds_count[1m]))', endMs, signal),
  );
  if (error !== undefined) return <Problem what="The services could not be read" error={error} />;
  if (data === undefined) return <p class="muted">Loading…</p>;
  if (data.length === 0) {
    return (
      <Empty title="No service has sent anything yet">
        <p>Start one with Sightline; it sends here by default:</p>
        <pre>{'npm install @sightline/bootstrap\nnode --import @sightline/bootstrap/register server.js'}</pre>
      </Empty>
    );
  }
  return <p>{data.length} services</p>;
}

import './map.css';
import { useMemo } from 'preact/hooks';
import { queryInstant } from '../../api/prometheus.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { WiderRange } from '../../parts/wider-range.tsx';
import { href, param, setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { MapTable } from './map-table.tsx';
import { MapView } from './map-view.tsx';
import { around, graphQueries, serviceGraph } from './service-graph.ts';

/** `/map?service=<only what is around it>`. */
export function Page() {
  const { data, error } = useQuery(`map ${param('from')} ${param('to')}`, async (signal) => {
    const moments = timeRange.peek();
    const queries = graphQueries((moments.endMs - moments.startMs) / 1000);
    const [requests, failed, mean, p95] = await Promise.all(
      [queries.requests, queries.failed, queries.mean, queries.p95].map((query) =>
        queryInstant(query, moments.endMs, signal),
      ),
    );
    return { requests: requests ?? [], failed: failed ?? [], mean: mean ?? [], p95: p95 ?? [] };
  });
  const all = useMemo(() => (data === undefined ? undefined : serviceGraph(data)), [data]);
  const service = param('service');
  const graph = all === undefined || service === '' ? all : around(all, service);
  const names = (all?.nodes ?? []).map(({ name }) => name).toSorted();
  const failing = (graph?.edges ?? []).filter(({ errorRatio }) => errorRatio > 0).length;

  return (
    <div class="stack" aria-busy={data === undefined && error === undefined}>
      {error !== undefined && <Problem what="The map could not be read" error={error} />}
      {data === undefined && error === undefined && <p class="muted">Asking who calls whom…</p>}
      {all !== undefined && all.nodes.length === 0 && <Nothing />}
      {graph !== undefined && all !== undefined && all.nodes.length > 0 && (
        <>
          <div class="row">
            <p class="grow muted" role="status">
              {graph.nodes.length} services, databases and hosts; {graph.edges.length} calls,{' '}
              {failing === 0 ? 'none fails' : `${failing} of them failing`}. The thicker, the more requests.
            </p>
            <label class="row">
              Around
              <select
                value={names.includes(service) ? service : ''}
                onChange={({ currentTarget }) =>
                  setParams({ service: currentTarget.value }, { replace: false })
                }
              >
                <option value="">everything</option>
                {names.map((name) => (
                  <option key={name} value={name}>
                    {visibleText(name, { oneLine: true })}
                  </option>
                ))}
              </select>
            </label>
          </div>
          {graph.nodes.length === 0 ? (
            <Empty title="Nobody called it in these minutes">
              <WiderRange />
              <p>
                <a class="button" href={href('/map', { service: '' })}>
                  The whole map
                </a>
              </p>
            </Empty>
          ) : (
            <>
              <MapView graph={graph} />
              <MapTable edges={graph.edges} />
            </>
          )}
        </>
      )}
    </div>
  );
}

function Nothing() {
  return (
    <Empty title="No calls in these minutes">
      <p>
        The map is made of traces: each request between two services counts, once both have sent their spans.
        Of the time that is looked at there are none.
      </p>
      <WiderRange />
      <pre>
        {`npm install @sightline/bootstrap\nOTEL_EXPORTER_OTLP_ENDPOINT=${window.location.origin} \\\n  node --import @sightline/bootstrap/register server.js`}
      </pre>
      <p class="muted">
        With a Tempo of your own: its metrics generator with <code>service-graphs</code> has to write to
        Prometheus.
      </p>
    </Empty>
  );
}

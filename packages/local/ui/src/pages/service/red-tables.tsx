import { duration, percent, roundDuration, shortNumber } from '../../parts/format.ts';
import { NumberHeads } from '../../parts/number-heads.tsx';
import { quoted } from '../../parts/quote.ts';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { ERRORS_ARE_BAD_FROM, SLOW_FROM_SECONDS } from '../services/judgement.ts';
import type { LoadedService } from './load-service.ts';
import type { RouteRow, TableRow } from './tables.ts';

const MAX_ROWS = 30;

/** The four numbers of a row, those that are bad standing out. */
function Numbers({
  row,
  errorsTo,
  slowTo,
}: {
  readonly row: TableRow;
  readonly errorsTo?: string;
  readonly slowTo?: string;
}) {
  const { rate, errorRatio, p50, p99 } = row;
  const bad = (errorRatio ?? 0) >= ERRORS_ARE_BAD_FROM ? 'bad' : '';
  const slow = (p99 ?? 0) >= SLOW_FROM_SECONDS ? 'bad' : '';
  return (
    <>
      <td class="number">{shortNumber(rate)}/s</td>
      <td class="number">
        {errorRatio === undefined ? (
          <span class="muted">–</span>
        ) : errorsTo !== undefined && errorRatio > 0 ? (
          <a class={bad} href={errorsTo}>
            {percent(errorRatio)}
          </a>
        ) : (
          <span class={bad}>{percent(errorRatio)}</span>
        )}
      </td>
      <td class="number">{p50 === undefined ? <span class="muted">–</span> : duration(p50)}</td>
      <td class="number">
        {p99 === undefined ? (
          <span class="muted">–</span>
        ) : slowTo === undefined ? (
          <span class={slow}>{duration(p99)}</span>
        ) : (
          <a class={slow} href={slowTo}>
            {duration(p99)}
          </a>
        )}
      </td>
    </>
  );
}

/** What it answers, by route: what fails most first, then the busiest. */
export function RouteTable({ name, loaded }: { readonly name: string; readonly loaded: LoadedService }) {
  const { routes } = loaded;
  if (routes.length === 0) return null;
  return (
    <section aria-labelledby="service-routes">
      <h2 id="service-routes">Routes</h2>
      <div class="card service-table">
        <table>
          <thead>
            <tr>
              <th scope="col">Route</th>
              <NumberHeads />
              <th scope="col">Slowest trace</th>
            </tr>
          </thead>
          <tbody>
            {routes.slice(0, MAX_ROWS).map((row) => (
              <Route key={row.name} service={name} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {routes.length > MAX_ROWS && (
        <p class="muted">
          The first {MAX_ROWS} of {routes.length} routes.
        </p>
      )}
    </section>
  );
}

function Route({ service, row }: { readonly service: string; readonly row: RouteRow }) {
  const { name, labels, slowest, p99 } = row;
  const ofService = `resource.service.name = ${quoted(service)}`;
  const route = labels['http_route'];
  const own =
    labels['span_name'] !== undefined
      ? `name = ${quoted(labels['span_name'])}`
      : route === undefined || route === ''
        ? 'kind = server'
        : `span.http.route = ${quoted(route)} && span.http.request.method = ${quoted(labels['http_request_method'] ?? '')}`;
  const query = (more: string): string => href('/traces', { query: `{ ${ofService} && ${own}${more} }` });
  return (
    <tr>
      <th scope="row">
        <a class="service-route mono" href={query('')}>
          {visibleText(cutText(name, 200).text, { oneLine: true })}
        </a>
      </th>
      <Numbers
        row={row}
        errorsTo={query(' && status = error')}
        {...(p99 !== undefined && { slowTo: query(` && duration >= ${Math.floor(p99 * 1e6)}us`) })}
      />
      <td>
        {slowest === undefined ? (
          <span class="muted">–</span>
        ) : (
          <a href={href(`/trace/${slowest.traceId}`)}>{duration(slowest.seconds)}</a>
        )}
      </td>
    </tr>
  );
}

interface DependencyTableProps {
  readonly title: string;
  readonly rows: readonly TableRow[];
  /** Which label names the other one. */
  readonly side: 'client' | 'server';
  readonly loaded: LoadedService;
  readonly missing: string;
}

const KINDS: Readonly<Record<string, string>> = {
  database: 'database',
  messaging_system: 'queue',
  virtual_node: 'outside',
};

/** Who is on the other side, by the spans of both. */
export function DependencyTable({ title, rows, side, loaded, missing }: DependencyTableProps) {
  const id = `service-${side}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {rows.length === 0 ? (
        <p class="muted">{missing}</p>
      ) : (
        <div class="card service-table">
          <table>
            <thead>
              <tr>
                <th scope="col">{side === 'server' ? 'Service' : 'Caller'}</th>
                <NumberHeads />
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, MAX_ROWS).map((row) => {
                const other = row.labels[side] ?? '';
                const kind = KINDS[row.labels['connection_type'] ?? ''];
                const shown = visibleText(cutText(other, 80).text, { oneLine: true });
                return (
                  <tr key={`${other} ${kind ?? ''}`}>
                    <th scope="row">
                      {kind === undefined ? (
                        <a href={href(`/service/${encodeURIComponent(other)}`)}>{shown}</a>
                      ) : (
                        <>
                          {shown} <span class="muted">({kind})</span>
                        </>
                      )}
                    </th>
                    <Numbers row={row} />
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > 0 && (
        <p class="muted service-note">
          Over {roundDuration(loaded.windowSeconds)}, as the caller saw it in traces: any answer from 400 on
          is an error to it.
        </p>
      )}
    </section>
  );
}

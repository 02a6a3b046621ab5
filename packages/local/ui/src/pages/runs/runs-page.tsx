import './runs.css';
import { ApiError } from '../../api/request.ts';
import { type Run, runs } from '../../api/stack.ts';
import { Empty } from '../../parts/empty.tsx';
import { ago, momentTime, duration } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { href, param } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { Comparison } from './comparison.tsx';

/** Every start of a service is a run; two of them side by side say what a deploy has changed. */
export function Page() {
  const before = param('before');
  const after = param('after');
  return before !== '' && after !== '' ? (
    <Comparison before={before} after={after} />
  ) : (
    <RunList before={before} />
  );
}

function RunList({ before }: { readonly before: string }) {
  const { data, error } = useQuery('runs', runs);
  if (data === undefined) {
    if (error === undefined) return <p aria-busy="true">Loading…</p>;
    const isUnknown = error instanceof ApiError && error.status === 404;
    return (
      <Problem
        what={`Runs could not be read${isUnknown ? ': only the embedded stack (sightline dev) remembers the starts of services' : ''}`}
        error={error}
      />
    );
  }
  if (data.length === 0) {
    return (
      <Empty title="No service has started yet">
        <p>Each start of a service that sends here becomes a run. Start one, change it, start it again:</p>
        <pre>sightline dev -- node --import @sightline/bootstrap/register server.js</pre>
      </Empty>
    );
  }
  const services = [...Map.groupBy(data, ({ service }) => service)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const nowMs = Date.now();
  return (
    <div class="stack">
      {error !== undefined && <Problem what="Runs could not be read anew" error={error} />}
      <p class="muted">
        {before === ''
          ? 'Choose the run before and the run after, or compare each with the one before it.'
          : 'Now choose the run to compare it with.'}{' '}
        {before !== '' && <a href={href('/runs')}>Begin again</a>}
      </p>
      {services.map(([service, own]) => (
        <section key={service} class="card wide">
          <h2 class="runs-service">{service}</h2>
          <table>
            <thead>
              <tr>
                <th>Started</th>
                <th>Version</th>
                <th>Instance</th>
                <th class="number">Seen for</th>
                <th>
                  <span class="visually-hidden">What to do</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {own.map((run, index) => (
                <RunRow
                  key={run.instance}
                  run={run}
                  previous={own[index + 1]}
                  chosen={before}
                  nowMs={nowMs}
                />
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </div>
  );
}

interface RunRowProps {
  readonly run: Run;
  readonly previous: Run | undefined;
  /** The instance of the run that was chosen as the one before. */
  readonly chosen: string;
  readonly nowMs: number;
}

function RunRow({ run, previous, chosen, nowMs }: RunRowProps) {
  const { instance, version, firstSeenMs, lastSeenMs } = run;
  return (
    <tr class={instance === chosen ? 'runs-chosen' : ''}>
      <td title={new Date(firstSeenMs).toISOString()}>
        {momentTime(firstSeenMs).slice(0, -4)} <span class="muted">({ago(firstSeenMs, nowMs)})</span>
      </td>
      <td>{version === '' ? <span class="muted">none</span> : version}</td>
      <td class="mono runs-instance">{instance}</td>
      <td class="number">{duration((lastSeenMs - firstSeenMs) / 1000)}</td>
      <td class="row">
        {chosen === '' && previous !== undefined && (
          <a class="button" href={href('/runs', { before: previous.instance, after: instance })}>
            Compare with the one before
          </a>
        )}
        {chosen === '' ? (
          <a class="button" href={href('/runs', { before: instance })}>
            Compare with…
          </a>
        ) : (
          instance !== chosen && (
            <a class="button" href={href('/runs', { before: chosen, after: instance })}>
              With this one
            </a>
          )
        )}
      </td>
    </tr>
  );
}

import './services.css';
import { roundDuration } from '../../parts/format.ts';
import { FirstRun } from '../../parts/first-run.tsx';
import { NumberHeads } from '../../parts/number-heads.tsx';
import { Problem } from '../../parts/problem.tsx';
import { WiderRange } from '../../parts/wider-range.tsx';
import { param, setParams } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { loadServices } from './load-services.ts';
import { ServiceRowView } from './service-row.tsx';

/** Services of which one is found by its name rather than by the eye. */
const MANY = 20;

/** Every service, worst first. */
export function Page() {
  const range = timeRange.value;
  const { from, to } = rangeText.value;
  const { data, error } = useQuery(`${from} ${to}`, (signal) => loadServices(range, signal));
  if (data === undefined) {
    if (error !== undefined) return <Problem what="The services could not be read" error={error} />;
    return (
      <p class="muted" aria-busy="true">
        Asking…
      </p>
    );
  }
  if (data.rows.length === 0)
    return (
      <FirstRun
        title={
          to === 'now' ? 'No service has sent anything yet' : 'No service sent anything in these minutes'
        }
      />
    );
  const text = param('filter');
  const sought = text.trim().toLowerCase();
  const rows = data.rows.filter(({ name }) => name.toLowerCase().includes(sought));
  return (
    <div class="stack">
      {error !== undefined && <Problem what="The services could not be read anew" error={error} />}
      {data.problems.length > 0 && (
        <Problem what="Some of it is missing here" error={new Error(data.problems.join('\n'))} />
      )}
      {(data.rows.length > MANY || text !== '') && (
        <label class="row no-print">
          Find
          <input
            type="search"
            value={text}
            placeholder="a part of the name"
            onInput={({ currentTarget }) => setParams({ filter: currentTarget.value })}
          />
          <span class="muted" role="status">
            {rows.length === data.rows.length
              ? `${rows.length} services`
              : `${rows.length} of ${data.rows.length} services`}
          </span>
        </label>
      )}
      <div class="services-box card">
        <table class="services">
          <caption class="visually-hidden">
            Services, worst first: firing alerts, health, errors, latency
          </caption>
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Health</th>
              <th scope="col">Alerts</th>
              <NumberHeads />
              <th scope="col">Last start</th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ServiceRowView key={row.name} row={row} loaded={data} nowMs={Date.now()} />
            ))}
          </tbody>
        </table>
      </div>
      {data.rows.every(({ red }) => Object.keys(red).length === 0) && <WiderRange />}
      <p class="muted">
        Worst first. An answer from 500 on is an error. Rates over {roundDuration(data.windowSeconds)}, as of
        the end of the time range; lines show the whole of it.
      </p>
    </div>
  );
}

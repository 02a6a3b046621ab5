import { ago, duration, percent, shortNumber } from '../../parts/format.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { evidenceOf, jobMatcher } from '../../parts/service-name.ts';
import { quoted } from '../../parts/quote.ts';
import { Sparkline } from '../../parts/sparkline.tsx';
import { href } from '../../state/location.ts';
import { Severity } from '../alerts/severity.tsx';
import { ERRORS_ARE_BAD_FROM, SLOW_FROM_SECONDS } from './judgement.ts';
import type { LoadedServices } from './load-services.ts';
import { httpQueries, spanQueries } from './service-queries.ts';
import type { Measured, ServiceRow } from './service-rows.ts';

interface RowProps {
  readonly row: ServiceRow;
  readonly loaded: LoadedServices;
  /** Since 1970 [ms]. */
  readonly nowMs: number;
}

/** One service: what to worry about first, then its numbers, then the ways to its evidence. */
export function ServiceRowView({ row, loaded, nowMs }: RowProps) {
  const { name, red, health, alerts, deploy, versions } = row;
  const evidence = evidenceOf(name);
  const queries = row.sources.includes('metrics')
    ? httpQueries(`${loaded.windowSeconds}s`, 'job', jobMatcher(name))
    : spanQueries(`${loaded.windowSeconds}s`, 'service', `service=${quoted(name)}`);
  const failing = (red.errorRatio?.now ?? 0) >= ERRORS_ARE_BAD_FROM;
  const slow = (red.p99?.now ?? 0) >= SLOW_FROM_SECONDS;
  const slowTraces = `{ resource.service.name = ${quoted(name)} && kind = server && duration >= ${Math.floor((red.p99?.now ?? 0) * 1e6)}us }`;
  return (
    <tr>
      <th scope="row" class="services-name">
        <a href={href(`/service/${encodeURIComponent(name)}`)} title={name}>
          {name}
        </a>
        <small title={versions.join(', ')}>
          {versions.length > 0
            ? versions.join(', ')
            : row.sources.length > 0
              ? `by ${row.sources.join(', ')}`
              : ''}
        </small>
      </th>
      <td>
        <HealthMark state={health.state} why={health.reasons.join('\n')} />
      </td>
      <td>
        {alerts === undefined ? (
          <span class="muted">–</span>
        ) : (
          <a
            class="services-alert"
            href={href('/alerts', { alert: alerts.names.length === 1 ? alerts.names[0] : undefined })}
            title={alerts.names.join('\n')}
          >
            <Severity severity={alerts.severity} /> {alerts.count}
          </a>
        )}
      </td>
      <td class="number">
        <Number
          measured={red.rate}
          loaded={loaded}
          to={href('/explore', { query: queries.rate })}
          text={(value) => `${shortNumber(value)}/s`}
        />
      </td>
      <td class="number">
        <Number
          measured={red.errorRatio}
          loaded={loaded}
          to={href('/traces', { query: evidence.failedTraces })}
          text={percent}
          bad={failing}
        />
      </td>
      <td class="number services-plain">
        {red.p50?.now === undefined ? (
          <span class="muted">–</span>
        ) : (
          <a href={href('/explore', { query: queries.p50 })}>{duration(red.p50.now)}</a>
        )}
      </td>
      <td class="number">
        <Number
          measured={red.p99}
          loaded={loaded}
          to={href('/traces', { query: slowTraces })}
          text={duration}
          bad={slow}
        />
      </td>
      <td>
        {deploy === undefined ? (
          <span class="muted">–</span>
        ) : (
          <a
            href={href('/runs', { before: deploy.before, after: deploy.instance })}
            title={new Date(deploy.atMs).toLocaleString()}
          >
            {ago(deploy.atMs, nowMs)}
          </a>
        )}
      </td>
      <td>
        <span class="services-links">
          <a href={href('/traces', { query: evidence.traces })} aria-label={`Traces of ${name}`}>
            traces
          </a>
          <a href={href('/logs', { query: evidence.logs })} aria-label={`Logs of ${name}`}>
            logs
          </a>
          <a href={href('/d/sightline-service', { 'var-service': name })} aria-label={`Dashboard of ${name}`}>
            dashboard
          </a>
        </span>
      </td>
    </tr>
  );
}

interface NumberProps {
  readonly measured: Measured | undefined;
  readonly loaded: LoadedServices;
  readonly to: string;
  readonly text: (value: number) => string;
  readonly bad?: boolean;
}

/** A number with the way it took; what is no longer said is a dash beside the old line. */
function Number({ measured, loaded, to, text, bad = false }: NumberProps) {
  if (measured === undefined) return <span class="muted">–</span>;
  const { start, end, stepSeconds } = loaded;
  return (
    <span class="services-measured">
      {measured.now === undefined ? (
        <span class="muted" title="nothing at the end of the time range">
          –
        </span>
      ) : (
        <a href={to} class={bad ? 'bad' : ''}>
          {text(measured.now)}
        </a>
      )}
      <Sparkline {...measured} start={start} end={end} stepSeconds={stepSeconds} bad={bad} />
    </span>
  );
}

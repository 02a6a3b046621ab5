import './service.css';
import { useTitle } from '../../app/title.ts';
import type { PrometheusAlert, Series } from '../../api/prometheus.ts';
import { ago } from '../../parts/format.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { Problem } from '../../parts/problem.tsx';
import { evidenceOf } from '../../parts/service-name.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href, pathParts } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { Severity } from '../alerts/severity.tsx';
import { serviceRows } from '../services/service-rows.ts';
import { ErrorGroups } from './error-groups.tsx';
import { type LoadedService, loadService } from './load-service.ts';
import { RedCharts } from './red-charts.tsx';
import { DependencyTable, RouteTable } from './red-tables.tsx';
import { ServiceState } from './service-state.tsx';

/** One service: how it does, since when, and what is behind it. */
export function Page() {
  const name = pathParts.value[1] ?? '';
  useTitle(visibleText(name, { oneLine: true }));
  const range = timeRange.value;
  const { from, to } = rangeText.value;
  const { data, error } = useQuery(`${name} ${from} ${to}`, async (signal) => ({
    name,
    loaded: await loadService(name, range, signal),
  }));
  // What is there of another service is not this one's.
  const loaded = data?.name === name ? data.loaded : undefined;
  if (loaded === undefined) {
    if (error !== undefined) return <Problem what="The service could not be read" error={error} />;
    return (
      <p class="muted" aria-busy="true">
        Asking…
      </p>
    );
  }
  return (
    <div class="stack service">
      {error !== undefined && <Problem what="The service could not be read anew" error={error} />}
      {loaded.problems.length > 0 && (
        <Problem what="Some of it is missing here" error={new Error(loaded.problems.join('\n'))} />
      )}
      <Head name={name} loaded={loaded} />
      <FiringAlerts loaded={loaded} />
      <RedCharts name={name} loaded={loaded} />
      <ErrorGroups name={name} loaded={loaded} />
      <RouteTable name={name} loaded={loaded} />
      <div class="service-two">
        <DependencyTable
          title="What it calls"
          rows={loaded.dependencies}
          side="server"
          loaded={loaded}
          missing="Outgoing calls are seen in traces; none was seen in this time range."
        />
        <DependencyTable
          title="What calls it"
          rows={loaded.callers}
          side="client"
          loaded={loaded}
          missing="Nobody’s calls were seen in traces in this time range."
        />
      </div>
      <ServiceState loaded={loaded} />
    </div>
  );
}

/** Series of this service alone, with the label by which the rows of all services know theirs. */
function withJob(series: readonly Series[], job: string): readonly Series[] {
  return series.map(({ labels, times, values }) => ({ labels: { ...labels, job }, times, values }));
}

function Head({ name, loaded }: { readonly name: string; readonly loaded: LoadedService }) {
  const evidence = evidenceOf(name);
  const { state, runs } = loaded;
  const own = serviceRows({
    up: state.up,
    checks: withJob(state.checks, name),
    probes: withJob(state.probes, name),
    infos: withJob(state.versions, name),
    runs,
    freshFrom: 0,
  }).find((row) => row.name === name);
  const health = own?.health ?? { state: 'unknown' as const, reasons: [] };
  const deploy = own?.deploy;
  return (
    <div class="row service-head">
      <HealthMark state={health.state} />
      {health.reasons.length > 0 && <span>{visibleText(health.reasons.join(', '), { oneLine: true })}</span>}
      <span class="muted">
        {own !== undefined && own.versions.length > 0
          ? `version ${own.versions.join(', ')}`
          : 'no version told'}
      </span>
      {deploy !== undefined && (
        <a href={href('/runs', { before: deploy.before, after: deploy.instance })}>
          last start {ago(deploy.atMs, Date.now())}
        </a>
      )}
      <span class="grow" />
      <a class="button" href={href('/traces', { query: evidence.traces })}>
        Traces
      </a>
      <a class="button" href={href('/logs', { query: evidence.logs })}>
        Logs
      </a>
      <a class="button" href={href('/d/sightline-service', { 'var-service': name })}>
        Dashboard
      </a>
      <a class="button" href={href('/map', { service: name })}>
        Map
      </a>
    </div>
  );
}

const SEVERITIES = ['critical', 'error', 'warning', 'info'];

function rank(severity = ''): number {
  const place = SEVERITIES.indexOf(severity);
  return place < 0 ? SEVERITIES.length : place;
}

function earliest(alerts: readonly PrometheusAlert[]): number {
  return Math.min(...alerts.map(({ activeAt }) => Date.parse(activeAt)));
}

function FiringAlerts({ loaded }: { readonly loaded: LoadedService }) {
  const alerts = loaded.alerts
    .filter(({ state }) => state === 'firing')
    .toSorted((one, other) => rank(one.labels['severity']) - rank(other.labels['severity']));
  const pending = loaded.alerts.length - alerts.length;
  // One matter for a person, however many windows, routes or instances it has.
  const matters = [...Map.groupBy(alerts, ({ labels }) => labels['alertname'] ?? '')];
  if (loaded.alerts.length === 0) return null;
  return (
    <section class="card service-alerts" aria-label="Alerts">
      <ul>
        {matters.map(([alertName, all]) => (
          <li key={alertName}>
            <Severity severity={all[0]?.labels['severity']} />{' '}
            <a href={href('/alerts', { alert: alertName })}>{alertName}</a>{' '}
            <bdi>{visibleText(all[0]?.annotations['summary'] ?? '', { oneLine: true })}</bdi>{' '}
            <span class="muted">
              since {ago(earliest(all), Date.now()).replace(' ago', '')}
              {all.length > 1 && `, and ${all.length - 1} more of the same`}
            </span>
          </li>
        ))}
        {pending > 0 && (
          <li class="muted">
            {pending} more {pending === 1 ? 'is' : 'are'} about to fire
          </li>
        )}
      </ul>
    </section>
  );
}

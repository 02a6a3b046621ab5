import type { Series } from '../../api/prometheus.ts';
import { ago, duration, percent, roundDuration, shortNumber } from '../../parts/format.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import type { LoadedService } from './load-service.ts';
import { Section, StateTable } from './state-section.tsx';

const first = ({ values }: Series): number => values[0] ?? Number.NaN;

/** The value of the series with that label, or undefined. */
function at(series: readonly Series[], label: string, value: string): number | undefined {
  const found = series.find(({ labels }) => labels[label] === value);
  return found === undefined || Number.isNaN(first(found)) ? undefined : first(found);
}

/** What it says of its parts: instances, checks, breakers, limiters, caches and pools, as far as there are any. */
export function ServiceState({ loaded }: { readonly loaded: LoadedService }) {
  return (
    <div class="service-two">
      <Instances loaded={loaded} />
      <Checks loaded={loaded} />
      <Guards loaded={loaded} />
    </div>
  );
}

function Instances({ loaded: { state, runs } }: { readonly loaded: LoadedService }) {
  const names = [
    ...new Set(
      [...state.up, ...state.versions, ...state.started]
        .map(({ labels }) => labels['instance'] ?? '')
        .filter((each) => each !== ''),
    ),
  ].toSorted();
  const rows =
    names.length > 0
      ? names.map((instance) => {
          const started = at(state.started, 'instance', instance);
          const up = at(state.up, 'instance', instance);
          const version = state.versions.find(({ labels }) => labels['instance'] === instance)?.labels[
            'service_version'
          ];
          return {
            instance,
            version: version ?? '',
            up: up === undefined ? ('unknown' as const) : up === 1 ? ('up' as const) : ('down' as const),
            sinceMs: started === undefined ? undefined : started * 1000,
          };
        })
      : runs.slice(0, 20).map(({ instance, version, firstSeenMs }) => ({
          instance,
          version,
          up: 'unknown' as const,
          sinceMs: firstSeenMs,
        }));
  return (
    <Section id="service-instances" title="Instances">
      {rows.length === 0 ? (
        <p class="muted">
          None is known: they are told by targets, by service.instance.id, or by the starts seen in traces.
        </p>
      ) : (
        <StateTable columns={['Instance', 'Version', 'State', 'Since']}>
          {rows.map(({ instance, version, up, sinceMs }) => (
            <tr key={`${instance} ${sinceMs ?? ''}`}>
              <th scope="row" class="mono service-instance">
                {visibleText(instance, { oneLine: true })}
              </th>
              <td>
                {version === '' ? <span class="muted">–</span> : visibleText(version, { oneLine: true })}
              </td>
              <td>
                <HealthMark state={up} />
              </td>
              <td>{sinceMs === undefined ? <span class="muted">–</span> : ago(sinceMs, Date.now())}</td>
            </tr>
          ))}
        </StateTable>
      )}
    </Section>
  );
}

function Checks({ loaded: { state } }: { readonly loaded: LoadedService }) {
  const rows = [
    ...state.probes.map((series) => ({
      name: series.labels['probe'] ?? '',
      kind: 'probe',
      state: first(series) === 1 ? ('up' as const) : ('down' as const),
      seconds: undefined,
    })),
    ...state.checks.map((series) => {
      const name = series.labels['check'] ?? '';
      const value = first(series);
      return {
        name,
        kind: 'check',
        state: value >= 1 ? ('up' as const) : value > 0 ? ('degraded' as const) : ('down' as const),
        seconds: at(state.checkSeconds, 'check', name),
      };
    }),
  ].toSorted(
    (one, other) =>
      ['down', 'degraded', 'up'].indexOf(one.state) - ['down', 'degraded', 'up'].indexOf(other.state),
  );
  const isGone = state.up.length > 0 && state.up.every((series) => first(series) === 0);
  return (
    <Section id="service-checks" title="Health checks">
      {rows.length === 0 ? (
        <p class="muted">
          {isGone ? (
            'Nothing is told of them while no instance can be scraped.'
          ) : (
            <>
              It tells of none. With @sightline/bootstrap:{' '}
              <code>{"sightline.health.add('postgres', { check })"}</code>
            </>
          )}
        </p>
      ) : (
        <StateTable columns={['Check', 'State', 'Takes']} numbers={['Takes']}>
          {rows.map(({ name, kind, state: health, seconds }) => (
            <tr key={`${kind} ${name}`}>
              <th scope="row">
                {visibleText(name, { oneLine: true })}{' '}
                {kind === 'probe' && <span class="muted">(probe)</span>}
              </th>
              <td>
                <HealthMark state={health} />
              </td>
              <td class="number">
                {seconds === undefined ? <span class="muted">–</span> : duration(seconds)}
              </td>
            </tr>
          ))}
        </StateTable>
      )}
    </Section>
  );
}

const BREAKER_STATES: Readonly<Record<string, 'up' | 'degraded' | 'down'>> = {
  closed: 'up',
  half_open: 'degraded',
  open: 'down',
  isolated: 'down',
};

function Guards({ loaded: { state, window, windowSeconds } }: { readonly loaded: LoadedService }) {
  const rows = [
    ...state.breakers.map(({ labels }) => {
      const name = labels['name'] ?? '';
      const failures = at(state.breakerFailures, 'name', name) ?? 0;
      return {
        kind: 'breaker',
        name,
        says: (labels['state'] ?? '').replace('_', ' '),
        bad: BREAKER_STATES[labels['state'] ?? ''] === 'down',
        more:
          failures > 0.5
            ? `${shortNumber(Math.round(failures))} failed calls in ${roundDuration(windowSeconds)}`
            : '',
        query: `circuit_breaker_state{name=${JSON.stringify(name)}}`,
      };
    }),
    ...state.limiters.map((series) => {
      const name = series.labels['limiter'] ?? '';
      const limited = at(state.limited, 'limiter', name) ?? 0;
      return {
        kind: 'rate limiter',
        name,
        says: `${shortNumber(first(series))}/s asked`,
        bad: false,
        more: limited > 0 ? `${shortNumber(limited)}/s turned away` : 'none turned away',
        query: `sum by (decision) (rate(rate_limit_requests_total{limiter=${JSON.stringify(name)}}[${window}]))`,
      };
    }),
    ...state.caches.map((series) => {
      const name = series.labels['cache'] ?? '';
      const hits = at(state.cacheHits, 'cache', name);
      return {
        kind: 'cache',
        name,
        says: hits === undefined ? 'not asked' : `${percent(hits)} hits`,
        bad: false,
        more: `${shortNumber(first(series))}/s asked`,
        query: `sum by (result) (rate(cache_requests_total{cache=${JSON.stringify(name)}}[${window}]))`,
      };
    }),
    ...state.poolUse.map((series) => {
      const name = series.labels['pool'] ?? '';
      const waiting = at(state.poolWaiting, 'pool', name) ?? 0;
      return {
        kind: 'pool',
        name,
        says: `${percent(first(series))} in use`,
        bad: first(series) >= 1,
        more: waiting > 0 ? `${shortNumber(waiting)} wait` : '',
        query: `pool_connections{pool=${JSON.stringify(name)}}`,
      };
    }),
  ];
  if (rows.length === 0) return null;
  return (
    <Section id="service-guards" title="Breakers, limiters, caches, pools">
      <StateTable columns={['Name', 'Kind', 'Now', 'And']}>
        {rows.map(({ kind, name, says, bad, more, query }) => (
          <tr key={`${kind} ${name}`}>
            <th scope="row">
              <a href={href('/explore', { query })}>{visibleText(name, { oneLine: true })}</a>
            </th>
            <td class="muted">{kind}</td>
            <td class={bad ? 'bad' : ''}>{says}</td>
            <td class="muted">{more}</td>
          </tr>
        ))}
      </StateTable>
    </Section>
  );
}

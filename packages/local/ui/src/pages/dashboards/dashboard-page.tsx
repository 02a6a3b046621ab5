import './dashboards.css';
import './panels.css';
import { useMemo, useState } from 'preact/hooks';
import { ApiError, requestJson } from '../../api/request.ts';
import { dashboard as readOne } from '../../api/stack.ts';
import { useTitle } from '../../app/title.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { href, pathParts } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import type { ResolvedVariable } from './data/resolve-variables.ts';
import { useAnnotations } from './data/use-annotations.ts';
import { useVariables } from './data/use-variables.ts';
import { DashboardLinks } from './dashboard-links.tsx';
import { DashboardPanels } from './dashboard-panels.tsx';
import { readFilter } from './model/adhoc-filters.ts';
import { type Dashboard, readDashboard } from './model/dashboard.ts';
import { intervalMs } from './model/interval.ts';
import type { LinkScope } from './model/links.ts';
import { timeVariables } from './model/plan-target.ts';
import { VariableBar } from './variable-bar.tsx';

/** One dashboard, from its Grafana JSON. */
export function Page() {
  const uid = pathParts.value[1] ?? '';
  const { data: dashboard, error } = useQuery(
    uid,
    async (signal) => readDashboard(await readOne(uid, signal)),
    { live: false },
  );
  useTitle(dashboard?.title ?? 'Dashboard');
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Empty title={`There is no dashboard ${uid}`}>
        <p>
          <a href={href('/dashboards')}>All dashboards</a>. Those of a folder are shown with{' '}
          <code>startLocal(&#123; dashboards: 'folder' &#125;)</code>, those of Sightline by{' '}
          <code>sightline dev</code>.
        </p>
      </Empty>
    );
  }
  if (error !== undefined && dashboard === undefined)
    return <Problem what="The dashboard cannot be shown" error={error} />;
  if (dashboard === undefined)
    return (
      <p class="muted" aria-busy="true">
        Loading…
      </p>
    );
  return <Opened key={dashboard.uid} dashboard={dashboard} />;
}

const DEFAULT_SCRAPE_MS = 15_000;

/** How far apart samples are, by the targets of Prometheus; undefined while that is not known. */
function useScrapeMs(): number | undefined {
  interface Targets {
    readonly data: { readonly activeTargets: readonly { readonly scrapeInterval?: string }[] };
  }
  const { data, error } = useQuery(
    'scrape interval',
    async (signal) => {
      const answer = await requestJson<Targets>('/api/v1/targets', { state: 'active' }, { signal });
      const all = answer.data.activeTargets.flatMap(
        ({ scrapeInterval = '' }) => intervalMs(scrapeInterval) ?? [],
      );
      return all.length === 0 ? DEFAULT_SCRAPE_MS : Math.max(1000, ...all);
    },
    { live: false },
  );
  return error === undefined ? data : DEFAULT_SCRAPE_MS;
}

function Opened({ dashboard }: { readonly dashboard: Dashboard }) {
  const variables = useVariables(dashboard);
  const scrapeMs = useScrapeMs();
  const { from, to } = rangeText.value;
  const scope = useMemo(
    () => (variables === undefined ? undefined : scopeOf(dashboard, variables)),
    [dashboard, variables, from, to],
  );
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const annotations = dashboard.annotations.map((each) => ({
    ...each,
    enabled: each.enabled && !off.has(each.name),
  }));
  const { marks, error } = useAnnotations(annotations, scope);
  const switches = dashboard.annotations.filter(({ hidden, raw }) => !hidden && raw['expr'] !== undefined);
  return (
    <div class="stack">
      <div class="dashboard-bar no-print">
        {variables !== undefined && <VariableBar variables={variables} />}
        {switches.map(({ name }) => (
          <label key={name} class="variable">
            <input
              type="checkbox"
              checked={!off.has(name)}
              onChange={() => {
                const next = new Set(off);
                if (!next.delete(name)) next.add(name);
                setOff(next);
              }}
            />
            {name}
          </label>
        ))}
        <span class="grow" />
        {scope !== undefined && <DashboardLinks dashboard={dashboard} scope={scope} />}
      </div>
      {error !== undefined && <Problem what="The annotations could not be asked for" error={error} />}
      {scope === undefined || variables === undefined || scrapeMs === undefined ? (
        <p class="muted" aria-busy="true">
          Loading…
        </p>
      ) : (
        <DashboardPanels
          dashboard={dashboard}
          variables={variables}
          scope={scope}
          marks={marks}
          scrapeMs={scrapeMs}
        />
      )}
    </div>
  );
}

function scopeOf(dashboard: Dashboard, variables: readonly ResolvedVariable[]): LinkScope {
  const byName = new Map(variables.map((each) => [each.definition.name, each.value]));
  return {
    variable: (name) => byName.get(name),
    filters: (source) =>
      variables
        .filter(({ definition: { type, source: own } }) => type === 'adhoc' && own === source)
        .flatMap(({ chosen }) => chosen.flatMap((each) => readFilter(each) ?? [])),
    builtIn(name, path) {
      if (name === '__dashboard') return path === 'uid' ? dashboard.uid : dashboard.title;
      const { startMs, endMs } = timeRange.peek();
      return timeVariables({ startMs, endMs, points: 800, scrapeMs: DEFAULT_SCRAPE_MS }, DEFAULT_SCRAPE_MS)[
        name
      ];
    },
    get urlTimeRange() {
      const { from, to } = rangeText.value;
      return new URLSearchParams({ from, to }).toString();
    },
    names: dashboard.variables.map(({ name }) => name),
  };
}

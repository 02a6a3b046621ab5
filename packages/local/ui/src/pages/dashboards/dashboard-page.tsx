import './dashboards.css';
import './panels.css';
import { useMemo, useState } from 'preact/hooks';
import { ApiError, requestJson } from '../../api/request.ts';
import { dashboard as readOne, dashboards } from '../../api/stack.ts';
import { useTitle } from '../../app/title.ts';
import { Empty } from '../../parts/empty.tsx';
import { Menu } from '../../parts/menu.tsx';
import { Problem } from '../../parts/problem.tsx';
import { href, location, param, pathParts, setParams } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import type { ResolvedVariable } from './data/resolve-variables.ts';
import { useAnnotations } from './data/use-annotations.ts';
import { useVariables } from './data/use-variables.ts';
import { type Dashboard, type DashboardLink, readDashboard } from './model/dashboard.ts';
import { type Section, sectionsOf } from './model/grid.ts';
import { interpolate, rawFormat } from './model/interpolate.ts';
import { intervalMs } from './model/interval.ts';
import { type LinkScope, linkTarget } from './model/links.ts';
import { timeVariables } from './model/plan-target.ts';
import { repeatedValues } from './model/variables.ts';
import { PanelFrame } from './panel-frame.tsx';
import { PanelAnchor } from './panels/links.tsx';
import { VariableBar } from './variable-bar.tsx';

/** One dashboard, from its Grafana JSON. */
export function Page() {
  const uid = pathParts.value[1] ?? '';
  const { data, error } = useQuery(uid, (signal) => readOne(uid, signal), { live: false });
  const { dashboard, problem } = useMemo(() => {
    try {
      return { dashboard: data === undefined ? undefined : readDashboard(data) };
    } catch (caught) {
      return { problem: caught instanceof Error ? caught : new Error(String(caught)) };
    }
  }, [data]);
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
    return <Problem what="The dashboard could not be read" error={error} />;
  if (problem !== undefined) return <Problem what="This is no dashboard that can be shown" error={problem} />;
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
        <Panels dashboard={dashboard} variables={variables} scope={scope} marks={marks} scrapeMs={scrapeMs} />
      )}
    </div>
  );
}

function scopeOf(dashboard: Dashboard, variables: readonly ResolvedVariable[]): LinkScope {
  const byName = new Map(variables.map((each) => [each.definition.name, each.value]));
  return {
    variable: (name) => byName.get(name),
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

interface PanelsProps {
  readonly dashboard: Dashboard;
  readonly variables: readonly ResolvedVariable[];
  readonly scope: LinkScope;
  readonly marks: ReturnType<typeof useAnnotations>['marks'];
  readonly scrapeMs: number;
}

function Panels({ dashboard, variables, scope, marks, scrapeMs }: PanelsProps) {
  const sections = useMemo(
    () =>
      sectionsOf(dashboard.panels, (name) => {
        const variable = variables.find(({ definition }) => definition.name === name);
        return variable === undefined ? [] : repeatedValues(variable.options, variable.chosen);
      }),
    [dashboard, variables],
  );
  const wanted = param('viewPanel');
  const syncKey = dashboard.sharedCrosshair ? dashboard.uid : undefined;
  const common = { scope, marks, syncKey, scrapeMs };
  const alone = sections
    .flatMap(({ panels }) => panels)
    .find(({ key, panel }) => key === wanted || String(panel.id) === wanted);
  if (wanted !== '' && alone !== undefined) {
    return (
      <>
        <p>
          <button onClick={() => setParams({ viewPanel: undefined }, { replace: false })}>
            ‹ All panels
          </button>
        </p>
        <PanelFrame placed={alone} isAlone {...common} />
      </>
    );
  }
  return (
    <>
      {sections.map((section) => (
        <SectionPanels key={section.key} section={section} {...common} />
      ))}
      {sections.length === 0 && <p class="muted">This dashboard has no panels.</p>}
    </>
  );
}

type SectionPanelsProps = Omit<PanelsProps, 'dashboard' | 'variables'> & {
  readonly section: Section;
  readonly syncKey: string | undefined;
};

function SectionPanels({ section, scope, ...common }: SectionPanelsProps) {
  const [isOpen, setOpen] = useState(!section.collapsed);
  const repeated = section.panels[0]?.repeatedFor ?? [];
  const own = useMemo(
    (): LinkScope => ({
      ...scope,
      variable: (name) => {
        const value = repeated.find((each) => each.name === name);
        return value === undefined
          ? scope.variable(name)
          : { value: value.value, text: value.text, isList: true };
      },
    }),
    [scope, section],
  );
  const body = (
    <div class="dashboard-grid">
      {section.panels.map((placed) => (
        <PanelFrame key={placed.key} placed={placed} scope={scope} isAlone={false} {...common} />
      ))}
    </div>
  );
  if (section.title === undefined) return body;
  return (
    <section class="dashboard-section" aria-label={interpolate(section.title, own, rawFormat)}>
      <h2>
        <button class="plain" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? '▾' : '▸'} {interpolate(section.title, own, rawFormat)}
          {!isOpen && <span class="muted"> ({section.panels.length} panels)</span>}
        </button>
      </h2>
      {isOpen && body}
    </section>
  );
}

function DashboardLinks({ dashboard, scope }: { readonly dashboard: Dashboard; readonly scope: LinkScope }) {
  const listed = dashboard.links.some(({ type }) => type === 'dashboards');
  const { data = [] } = useQuery(listed ? 'dashboards' : undefined, dashboards, { live: false });
  return (
    <>
      {dashboard.links.map((link) => {
        if (link.type === 'link') {
          const target = linkTarget(withKept(link), scope);
          return target === undefined ? null : (
            <PanelAnchor key={link.title} link={{ title: link.title, target }} />
          );
        }
        const found = data.filter(
          ({ uid, tags = [] }) =>
            uid !== dashboard.uid && (link.tags.length === 0 || link.tags.every((tag) => tags.includes(tag))),
        );
        const items = found.map(({ uid, title }) => (
          <li key={uid}>
            <a href={href(`/d/${encodeURIComponent(uid)}`, link.includeVars ? variableParams() : {})}>
              {title}
            </a>
          </li>
        ));
        return (
          <Menu
            key={link.title}
            label={link.tooltip === '' ? link.title : `${link.title}: ${link.tooltip}`}
            sign={`${link.title} ▾`}
          >
            {items}
          </Menu>
        );
      })}
    </>
  );
}

function withKept({ url, includeVars, keepTime }: DashboardLink): string {
  const parts = [keepTime ? '${__url_time_range}' : '', includeVars ? '${__all_variables}' : ''].filter(
    (each) => each !== '',
  );
  return parts.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

/** What is chosen here, for the next dashboard. */
function variableParams(): Record<string, readonly string[]> {
  const { params } = location.value;
  const names = [...new Set(params.keys())].filter((name) => name.startsWith('var-'));
  return Object.fromEntries(names.map((name) => [name, params.getAll(name)]));
}

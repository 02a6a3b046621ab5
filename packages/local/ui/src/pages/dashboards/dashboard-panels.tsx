import { useMemo, useState } from 'preact/hooks';
import type { GraphMark } from '../../parts/chart/graph-series.ts';
import { param, setParams } from '../../state/location.ts';
import type { ResolvedVariable } from './data/resolve-variables.ts';
import type { Dashboard } from './model/dashboard.ts';
import { type Section, sectionsOf } from './model/grid.ts';
import { rawFormat } from './model/formats.ts';
import { interpolate } from './model/interpolate.ts';
import type { LinkScope } from './model/links.ts';
import { repeatedValues } from './model/variables.ts';
import { PanelFrame } from './panel-frame.tsx';

interface PanelsProps {
  readonly dashboard: Dashboard;
  readonly variables: readonly ResolvedVariable[];
  readonly scope: LinkScope;
  readonly marks: readonly GraphMark[];
  readonly scrapeMs: number;
}

/** All panels in their rows, or the one that the address names. */
export function DashboardPanels({ dashboard, variables, scope, marks, scrapeMs }: PanelsProps) {
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
        <PanelFrame placed={alone} level={2} isAlone {...common} />
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
        <PanelFrame
          key={placed.key}
          placed={placed}
          level={section.title === undefined ? 2 : 3}
          scope={scope}
          isAlone={false}
          {...common}
        />
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

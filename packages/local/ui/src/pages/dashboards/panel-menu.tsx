import { Menu } from '../../parts/menu.tsx';
import { href, setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import type { PlacedPanel } from './model/grid.ts';
import { rawFormat } from './model/formats.ts';
import { type Scope, interpolate } from './model/interpolate.ts';
import { type LinkScope, linkTarget } from './model/links.ts';
import { planTarget } from './model/plan-target.ts';
import { PanelAnchor } from './panels/links.tsx';

interface PanelMenuProps {
  readonly placed: PlacedPanel;
  readonly scope: LinkScope;
  readonly title: string;
  readonly asTable: boolean;
  readonly isAlone: boolean;
  readonly onTable: () => void;
  readonly scrapeMs: number;
}

/** What else can be done with a panel, its links, and its queries where they can be changed. */
export function PanelMenu({ placed, scope, title, asTable, isAlone, onTable, scrapeMs }: PanelMenuProps) {
  const { panel } = placed;
  return (
    <Menu label={`More about ${title}`} sign="⋯">
      <li>
        <button
          onClick={() => setParams({ viewPanel: isAlone ? undefined : placed.key }, { replace: false })}
        >
          {isAlone ? 'Back to all panels' : 'This panel alone'}
        </button>
      </li>
      {panel.type !== 'text' && panel.type !== 'logs' && (
        <li>
          <button onClick={onTable}>{asTable ? 'As it is meant' : 'As a table'}</button>
        </li>
      )}
      <ExploreLinks placed={placed} scope={scope} scrapeMs={scrapeMs} />
      <PanelLinks placed={placed} scope={scope} />
    </Menu>
  );
}

function PanelLinks({ placed: { panel }, scope }: Pick<PanelMenuProps, 'placed' | 'scope'>) {
  const links = panel.links.flatMap(({ title: text, url }) => {
    const target = linkTarget(url, scope);
    return target === undefined ? [] : [{ title: interpolate(text, scope, rawFormat), target }];
  });
  return (
    <>
      {links.map((link) => (
        <li key={link.title}>
          <PanelAnchor link={link} />
        </li>
      ))}
    </>
  );
}

/** The queries of the panel where they can be changed. */
function ExploreLinks({
  placed: { panel },
  scope,
  scrapeMs,
}: {
  readonly placed: PlacedPanel;
  readonly scope: Scope;
  readonly scrapeMs: number;
}) {
  const timing = { ...timeRange.value, points: 800, scrapeMs };
  const plans = panel.targets
    .filter(({ hidden }) => !hidden)
    .map((target) => planTarget(panel, target, timing, scope));
  const metrics = plans.flatMap((plan) => (plan.source === 'prometheus' ? [plan.expr] : []));
  const logs = plans.flatMap((plan) => (plan.source === 'loki' && plan.kind === 'logs' ? [plan.expr] : []));
  const traces = plans.flatMap((plan) =>
    plan.source === 'tempo' && plan.kind === 'search' ? [plan.query] : [],
  );
  return (
    <>
      {metrics.length > 0 && (
        <li>
          <a href={href('/explore', { query: metrics })}>Its queries in the explorer</a>
        </li>
      )}
      {logs.slice(0, 1).map((query) => (
        <li key={query}>
          <a href={href('/logs', { query })}>Its lines in the logs</a>
        </li>
      ))}
      {traces.slice(0, 1).map((query) => (
        <li key={query}>
          <a href={href('/traces', { query })}>Its search in the traces</a>
        </li>
      ))}
    </>
  );
}

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { GraphMark } from '../../parts/chart/graph-series.ts';
import { Menu } from '../../parts/menu.tsx';
import { Problem } from '../../parts/problem.tsx';
import { href, setParams } from '../../state/location.ts';
import { usePanelData } from './data/use-panel-data.ts';
import type { PlacedPanel } from './model/grid.ts';
import { type Scope, interpolate, rawFormat } from './model/interpolate.ts';
import { type LinkScope, linkTarget } from './model/links.ts';
import { planTarget } from './model/plan-target.ts';
import { PanelBody, isKnownType } from './panels/panel-body.tsx';
import { PanelAnchor } from './panels/links.tsx';
import { TextPanel } from './panels/text-panel.tsx';
import { timeRange } from '../../state/time-range.ts';

interface PanelFrameProps {
  readonly placed: PlacedPanel;
  readonly scope: LinkScope;
  readonly marks: readonly GraphMark[];
  readonly syncKey: string | undefined;
  readonly scrapeMs: number;
  /** Alone on the page, as high as that is. */
  readonly isAlone: boolean;
}

/** So far from the window a panel is made ready [px]. */
const NEAR_PX = '200px';
/** So long it has to be in sight before it is asked for. */
const SETTLE_MS = 120;
const ROW_PX = 30;
const GAP_PX = 8;

function useSight(): {
  readonly ref: { current: HTMLDivElement | null };
  /** In sight, and for long enough to be asked for. */
  readonly near: boolean;
  readonly seen: boolean;
  readonly size: { readonly width: number; readonly height: number };
} {
  const ref = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState<'away' | 'near' | 'seen'>('away');
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watch = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        const isNear = entries.at(-1)?.isIntersecting === true;
        setSight(isNear ? 'near' : 'away');
        // Whoever scrolls past does not want to see it.
        if (isNear) timer = setTimeout(() => setSight('seen'), SETTLE_MS);
      },
      { rootMargin: NEAR_PX },
    );
    watch.observe(element);
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const width = Math.floor(entry.contentRect.width);
      const height = Math.floor(entry.contentRect.height);
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      watch.disconnect();
      observer.disconnect();
    };
  }, []);
  return { ref, near: sight !== 'away', seen: sight === 'seen', size };
}

/** A panel with its heading, asked for and drawn while somebody sees it. */
export function PanelFrame({ placed, scope: outer, marks, syncKey, scrapeMs, isAlone }: PanelFrameProps) {
  const { panel, repeatedFor } = placed;
  const { ref, near, seen, size } = useSight();
  const [asTable, setAsTable] = useState(false);
  const scope = useMemo((): LinkScope => {
    if (repeatedFor.length === 0) return outer;
    return {
      ...outer,
      variable: (name) => {
        const own = repeatedFor.find((each) => each.name === name);
        return own === undefined ? outer.variable(name) : { value: own.value, text: own.text, isList: true };
      },
    };
  }, [outer, JSON.stringify(repeatedFor)]);
  const isKnown = isKnownType(panel.type);
  const { data, error, loading } = usePanelData(panel, {
    scope,
    active: seen && isKnown && panel.type !== 'text',
    width: size.width,
    scrapeMs,
  });
  // The same element again is not looked into: coming into sight and going out of it draws nothing anew.
  const body = useMemo(
    () =>
      data === undefined || size.width === 0 ? null : (
        <PanelBody
          panel={panel}
          data={data}
          scope={scope}
          marks={marks}
          syncKey={syncKey}
          width={size.width}
          height={size.height}
          asTable={asTable}
        />
      ),
    [panel, data, scope, marks, syncKey, size, asTable],
  );
  const title = interpolate(panel.title, scope, rawFormat);
  const { x, y, w, h } = panel.place;
  const place = isAlone
    ? { gridColumn: '1 / -1', height: 'calc(100vh - 150px)' }
    : {
        gridColumn: `${x + 1} / span ${w}`,
        gridRow: `${y + 1} / span ${h}`,
        minHeight: `${h * (ROW_PX + GAP_PX) - GAP_PX}px`,
      };
  return (
    <section
      class="panel card"
      style={place}
      aria-label={title === '' ? `Panel ${panel.id}` : title}
      data-panel={panel.id}
    >
      <header class="panel-head">
        <h3 title={title}>{title}</h3>
        {panel.description !== '' && (
          <Description text={interpolate(panel.description, scope, rawFormat)} title={title} />
        )}
        {data !== undefined && data.problems.length > 0 && (
          <span class="warn" title={data.problems.join('\n')}>
            ⚠ <span class="visually-hidden">{data.problems.join('; ')}</span>
          </span>
        )}
        <PanelMenu
          placed={placed}
          scope={scope}
          title={title}
          asTable={asTable}
          isAlone={isAlone}
          onTable={() => setAsTable(!asTable)}
          scrapeMs={scrapeMs}
        />
      </header>
      <div
        class="panel-body"
        ref={ref}
        aria-busy={
          near && loading && data === undefined && error === undefined && isKnown && panel.type !== 'text'
        }
      >
        {!isKnown ? (
          <p class="panel-note warn">{`This panel cannot be rendered here: its type is "${panel.type}".`}</p>
        ) : panel.type === 'text' ? (
          <TextPanel panel={panel} scope={scope} />
        ) : error !== undefined && data === undefined ? (
          <Problem what="This panel could not be asked for" error={error} />
        ) : data !== undefined && size.width > 0 ? (
          <>
            {error !== undefined && <Problem what="What is shown is old" error={error} />}
            {body}
          </>
        ) : loading ? (
          <p class="panel-note muted">{near ? 'Loading…' : ''}</p>
        ) : (
          <p class="panel-note muted">This panel asks nothing.</p>
        )}
      </div>
    </section>
  );
}

function Description({ text, title }: { readonly text: string; readonly title: string }) {
  return (
    <Menu label={`About ${title}`} sign="?">
      {text.split(/\n\n+/).map((part) => (
        <li key={part} class="panel-description">
          {part}
        </li>
      ))}
    </Menu>
  );
}

interface PanelMenuProps {
  readonly placed: PlacedPanel;
  readonly scope: LinkScope;
  readonly title: string;
  readonly asTable: boolean;
  readonly isAlone: boolean;
  readonly onTable: () => void;
  readonly scrapeMs: number;
}

function PanelMenu({ placed, scope, title, asTable, isAlone, onTable, scrapeMs }: PanelMenuProps) {
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

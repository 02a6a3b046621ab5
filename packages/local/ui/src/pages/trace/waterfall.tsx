import './waterfall.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { duration } from '../../parts/format.ts';
import { kept } from '../../parts/kept.ts';
import type { CriticalSegment } from '../../parts/trace/critical-path.ts';
import type { TraceNode } from '../../parts/trace/trace-tree.ts';
import { watchView } from '../../parts/watch-view.ts';
import { rulerTicks } from './ruler-ticks.ts';
import type { WaterfallRow } from './visible-rows.ts';
import { type CellsProps, WaterfallCells } from './waterfall-row.tsx';
import type { Zoom } from './zoom.ts';

interface WaterfallProps {
  readonly rows: readonly WaterfallRow[];
  readonly zoom: Zoom;
  readonly colours: ReadonlyMap<string, string>;
  readonly collapsed: ReadonlySet<TraceNode>;
  readonly found: ReadonlySet<TraceNode>;
  /** Segments of the critical path by span; undefined while it is not shown. */
  readonly critical: ReadonlyMap<TraceNode, readonly CriticalSegment[]> | undefined;
  /** The row that has the focus. */
  readonly active: string | undefined;
  onActivate(row: WaterfallRow): void;
  onOpen(row: WaterfallRow): void;
  onCollapse(node: TraceNode, isCollapsed: boolean): void;
  moreHref(node: TraceNode): string;
}

const ROW_PX = 24;
const OVERSCAN_ROWS = 10;
/** Rows come and go in steps, so that most scrolling draws nothing new. */
const STEP_ROWS = 8;
const TICKS = 5;

/** Spans and their lines as a tree over time. Only the rows in sight are drawn, so it takes any number of them. */
export function Waterfall(props: WaterfallProps) {
  const { rows, zoom, colours, collapsed, found, critical, active, onActivate, onOpen, onCollapse } = props;
  const box = useRef<HTMLDivElement>(null);
  const actions = useRef(props);
  actions.current = props;
  const [view, setView] = useState({ first: 0, height: 600 });

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    return watchView(element, () => {
      const first = Math.floor(element.scrollTop / ROW_PX / STEP_ROWS) * STEP_ROWS;
      const height = element.clientHeight;
      setView((before) => (before.first === first && before.height === height ? before : { first, height }));
    });
  }, []);

  const place = useMemo(() => rows.findIndex(({ key }) => key === active), [rows, active]);
  useEffect(() => {
    const element = box.current;
    if (element === null || place < 0) return;
    const top = place * ROW_PX;
    const { scrollTop, clientHeight } = element;
    if (top < scrollTop || top + ROW_PX > scrollTop + clientHeight)
      element.scrollTop = Math.max(0, top - clientHeight / 3);
  }, [active, place]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = rows[place];
    const go = (index: number): void => {
      const next = rows[Math.max(0, Math.min(rows.length - 1, index))];
      if (next !== undefined) onActivate(next);
    };
    const page = Math.max(1, Math.floor(view.height / ROW_PX) - 1);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(place + 1),
      ArrowUp: () => go(place - 1),
      PageDown: () => go(place + page),
      PageUp: () => go(place - page),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => row !== undefined && onOpen(row),
      ArrowRight: () => {
        if (row?.kind !== 'span') return;
        if (collapsed.has(row.node)) onCollapse(row.node, false);
        else if (hasInner(row, rows[place + 1])) go(place + 1);
      },
      ArrowLeft: () => {
        if (row === undefined) return;
        if (row.kind === 'span' && !collapsed.has(row.node) && hasInner(row, rows[place + 1])) {
          onCollapse(row.node, true);
          return;
        }
        const above = row.kind === 'span' ? row.node.parent : row.node;
        const at = rows.findIndex((each) => each.kind === 'span' && each.node === above);
        if (at >= 0) go(at);
      },
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  }

  const first = Math.max(0, view.first - OVERSCAN_ROWS);
  const last = Math.min(
    rows.length,
    view.first + Math.ceil(view.height / ROW_PX) + STEP_ROWS + OVERSCAN_ROWS,
  );
  return (
    <div class="wf card">
      <Ruler zoom={zoom} />
      <div
        ref={box}
        class="wf-rows"
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={place >= first && place < last ? `row-${active}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div class="wf-all" style={{ height: `${rows.length * ROW_PX}px` }} role="presentation">
          <div style={{ transform: `translateY(${first * ROW_PX}px)` }} role="presentation">
            {rows.slice(first, last).map((row, index) => {
              const isSpan = row.kind === 'span';
              return (
                <Row
                  key={row.key}
                  row={row}
                  zoom={zoom}
                  colour={colours.get(row.node.span.service) ?? ''}
                  isActive={row.key === active}
                  isCollapsed={isSpan && collapsed.has(row.node)}
                  isOpen={isSpan && hasInner(row, rows[first + index + 1])}
                  isFound={isSpan && found.has(row.node)}
                  critical={isSpan ? critical?.get(row.node) : undefined}
                  actions={actions}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

interface RowProps extends Omit<CellsProps, 'moreHref' | 'onToggle'> {
  readonly isActive: boolean;
  /** What is below it is shown. */
  readonly isOpen: boolean;
  readonly actions: { readonly current: WaterfallProps };
}

/** A row is made anew only when something of it changed: scrolling makes none but those that come into sight. */
const Row = kept(({ actions, isActive, isOpen, ...cells }: RowProps) => {
  const { row, isCollapsed } = cells;
  return (
    <div
      id={`row-${row.key}`}
      class="wf-row"
      role="treeitem"
      aria-level={row.node.depth + (row.kind === 'span' ? 1 : 2)}
      aria-expanded={isCollapsed ? false : isOpen ? true : undefined}
      aria-selected={isActive}
      onClick={() => {
        actions.current.onActivate(row);
        actions.current.onOpen(row);
      }}
    >
      <WaterfallCells
        {...cells}
        moreHref={row.kind === 'more' ? actions.current.moreHref(row.node) : ''}
        onToggle={() => actions.current.onCollapse(row.node, !isCollapsed)}
      />
    </div>
  );
});

/** Whether the next row stands below this one. */
function hasInner(row: WaterfallRow, next: WaterfallRow | undefined): boolean {
  if (row.kind !== 'span' || next === undefined) return false;
  return next.kind === 'span' ? next.node.parent === row.node : next.node === row.node;
}

function Ruler({ zoom: { fromMs, toMs } }: { readonly zoom: Zoom }) {
  return (
    <div class="wf-ruler" aria-hidden="true">
      <span class="muted">Service, operation</span>
      <div class="wf-time">
        {rulerTicks(fromMs, toMs, TICKS).map((tick) => {
          const at = toMs > fromMs ? ((tick - fromMs) / (toMs - fromMs)) * 100 : 0;
          return (
            <span
              key={tick}
              class="wf-tick"
              style={{ left: `${at}%` }}
              data-last={at > 92 ? 'true' : undefined}
            >
              {duration(tick / 1000)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

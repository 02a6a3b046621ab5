import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../api/loki.ts';
import type { AnsweredTrace } from '../../api/tempo.ts';
import { addShortcut } from '../../app/shortcuts.ts';
import { linesQuery, momentsAround } from '../../parts/trace/span-links.ts';
import { type TraceNode, firstError } from '../../parts/trace/trace-tree.ts';
import { href, param, setParams } from '../../state/location.ts';
import { findSpans } from './find-spans.ts';
import { LineDetails } from './line-details.tsx';
import { MiniMap } from './mini-map.tsx';
import { SpanDetails } from './span-details.tsx';
import { TimeSpent } from './time-spent.tsx';
import { TraceBar } from './trace-bar.tsx';
import { TraceNotices } from './trace-notices.tsx';
import { useWaterfall } from './use-waterfall.ts';
import type { WaterfallRow } from './visible-rows.ts';
import { Waterfall } from './waterfall.tsx';
import { type Zoom, readZoom, scaleZoom, writeZoom } from './zoom.ts';

interface TraceViewProps {
  readonly trace: AnsweredTrace;
  readonly lines: readonly LogLine[];
  readonly lineProblem: Error | undefined;
  onAgain(): void;
}

const NO_LINES: readonly LogLine[] = [];
/** Instead of the id of a span: none of them, not even the only one. */
const NO_SPAN = 'none';

/** A trace from all sides: facts, waterfall, and what is selected in it. */
export function TraceView({ trace, lines, lineProblem, onAgain }: TraceViewProps) {
  const withLines = param('lines') !== 'off';
  const withCritical = param('critical') !== 'off';
  const waterfall = useWaterfall(trace, withLines ? lines : NO_LINES);
  const { tree, colours, shares, critical, rows } = waterfall;
  const [activeLine, setActiveLine] = useState<string | undefined>(undefined);
  const [text, setText] = useState('');
  const findBox = useRef<HTMLInputElement>(null);
  const page = useRef<HTMLDivElement>(null);

  // A span alone waited for nothing else: what it says of itself is all there is to see.
  const only = tree.nodes.length === 1 && param('span') === '' ? tree.nodes[0] : undefined;
  const selected = only ?? tree.byKey.get(param('span'));
  const line = rows.find((row) => row.kind === 'line' && row.key === activeLine);
  const active = activeLine ?? (selected === undefined ? undefined : `s${selected.index}`);
  const zoomText = param('zoom');
  const zoom = useMemo(() => readZoom(zoomText, tree.durationMs), [zoomText, tree]);
  const found = useMemo(() => findSpans(tree.nodes, text), [tree, text]);
  const foundSet = useMemo(() => new Set(found), [found]);
  const error = useMemo(() => firstError(tree), [tree]);

  const focusTree = (): void => page.current?.querySelector<HTMLElement>('[role="tree"]')?.focus();
  const setZoom = (next: Zoom | undefined): void =>
    setParams({ zoom: next === undefined ? '' : writeZoom(next, tree.durationMs) });
  const show = (node: TraceNode): void => {
    waterfall.reveal(node);
    setActiveLine(undefined);
    setParams({ span: node.key });
  };
  const close = (): void => {
    setActiveLine(undefined);
    setParams({ span: tree.nodes.length === 1 ? NO_SPAN : '' });
    focusTree();
  };
  const onActivate = (row: WaterfallRow): void => {
    if (row.kind === 'span') show(row.node);
    else {
      setActiveLine(row.key);
      setParams({ span: row.node.key });
    }
  };
  const goFound = (step: number): void => {
    const at = selected === undefined ? -1 : found.indexOf(selected);
    const next = found[(at + step + found.length) % found.length];
    if (next !== undefined) show(next);
  };
  const jump = (): void => {
    if (error === undefined) return;
    show(error);
    focusTree();
  };
  const around = selected === undefined ? (zoom.fromMs + zoom.toMs) / 2 : selected.span.startMs;
  const scale = (factor: number): void => setZoom(scaleZoom(zoom, factor, around, tree.durationMs));

  // The keys always do what they would now, although they are added once.
  const keys = useRef({ jump, close, scale, setZoom, selected, withCritical, withLines });
  keys.current = { jump, close, scale, setZoom, selected, withCritical, withLines };
  useEffect(() => {
    const added = [
      addShortcut({ keys: 'f', what: 'Trace: find in the spans', run: () => findBox.current?.focus() }),
      addShortcut({
        keys: 'c',
        what: 'Trace: critical path on or off',
        run: () => setParams({ critical: keys.current.withCritical ? 'off' : '' }),
      }),
      addShortcut({
        keys: 'l',
        what: 'Trace: log lines on or off',
        run: () => setParams({ lines: keys.current.withLines ? 'off' : '' }),
      }),
      addShortcut({ keys: 'e', what: 'Trace: to the first error', run: () => keys.current.jump() }),
      addShortcut({ keys: '+', what: 'Trace: zoom in', run: () => keys.current.scale(0.5) }),
      addShortcut({ keys: '-', what: 'Trace: zoom out', run: () => keys.current.scale(2) }),
      addShortcut({ keys: '0', what: 'Trace: all of it', run: () => keys.current.setZoom(undefined) }),
      addShortcut({
        keys: 'z',
        what: 'Trace: zoom to the span',
        run() {
          const span = keys.current.selected?.span;
          if (span !== undefined)
            keys.current.setZoom({ fromMs: span.startMs, toMs: span.startMs + span.durationMs });
        },
      }),
      addShortcut({ keys: 'Escape', what: 'Trace: close the span', run: () => keys.current.close() }),
    ];
    return () => {
      for (const remove of added) remove();
    };
  }, []);

  return (
    <div class="trace" ref={page}>
      <TraceBar
        trace={trace}
        tree={tree}
        error={error}
        withCritical={withCritical}
        withLines={withLines}
        lineCount={lines.length}
        findBox={findBox}
        text={text}
        found={found}
        selected={selected}
        onText={setText}
        onFind={goFound}
        onLeaveFind={focusTree}
        onJump={jump}
        onCollapseAll={waterfall.collapseAll}
        onExpandAll={waterfall.expandAll}
      />
      <TraceNotices tree={tree} partial={trace.partial} lineProblem={lineProblem} onAgain={onAgain} />
      <MiniMap tree={tree} colours={colours} zoom={zoom} onZoom={setZoom} />
      <div class="trace-body">
        <Waterfall
          rows={rows}
          zoom={zoom}
          colours={colours}
          collapsed={waterfall.collapsed}
          found={foundSet}
          critical={withCritical ? critical : undefined}
          active={active}
          onActivate={onActivate}
          onOpen={onActivate}
          onCollapse={waterfall.collapse}
          moreHref={(node) =>
            href('/logs', {
              query: linesQuery(trace.id, node.span.id),
              ...momentsAround(trace.startMs, tree.durationMs),
            })
          }
        />
        {line?.kind === 'line' ? (
          <LineDetails placed={line.placed} traceId={trace.id} traceStartMs={trace.startMs} onClose={close} />
        ) : selected === undefined ? (
          <TimeSpent tree={tree} shares={shares} colours={colours} onSelect={show} />
        ) : (
          <SpanDetails
            key={selected.index}
            trace={trace}
            node={selected}
            durationMs={tree.durationMs}
            criticalMs={(critical.get(selected) ?? []).reduce(
              (sum, { startMs, endMs }) => sum + endMs - startMs,
              0,
            )}
            onClose={close}
          />
        )}
      </div>
    </div>
  );
}

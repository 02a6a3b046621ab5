import 'uplot/dist/uPlot.min.css';
import './graph.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import UPlot from 'uplot';
import { theme } from '../../app/theme.ts';
import { navigate } from '../../state/location.ts';
import { setTimeRange } from '../../state/time-range.ts';
import { type Hover, GraphTooltip } from './graph-tooltip.tsx';
import type { GraphView } from './graph-options.ts';
import type { GraphAxis, GraphExemplar, GraphMark, GraphSeries, GraphThreshold } from './graph-series.ts';
import { mountPlot } from './mount-plot.ts';
import { columnsOf } from './stack-series.ts';

export interface GraphProps {
  readonly series: readonly GraphSeries[];
  readonly axes: readonly GraphAxis[];
  /** What the axis reaches over [ms since 1970]. */
  readonly startMs: number;
  readonly endMs: number;
  /** [CSS px] */
  readonly height: number;
  /** What is drawn, for those who do not see it. */
  readonly label: string;
  readonly thresholds?: readonly GraphThreshold[];
  readonly marks?: readonly GraphMark[];
  readonly exemplars?: readonly GraphExemplar[];
  /** Graphs of one key share the cross of the pointer. */
  readonly syncKey?: string;
  readonly tooltip?: 'all' | 'one' | 'none';
  readonly sort?: 'none' | 'asc' | 'desc';
}

const NOTHING: readonly never[] = [];
/** More would cover the lines, and nobody looks at all of them. */
const MAX_EXEMPLARS = 80;

interface Place {
  readonly left: number;
  readonly top: number;
  readonly exemplar: GraphExemplar;
}

/** Series over time. Dragging over a part of it looks at those minutes; a diamond is a request whose trace opens. */
export function Graph(props: GraphProps) {
  const { series, axes, startMs, endMs, height, label } = props;
  const {
    thresholds = NOTHING,
    marks = NOTHING,
    exemplars = NOTHING,
    syncKey,
    tooltip = 'all',
    sort = 'desc',
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const columns = useMemo(() => columnsOf(series), [series]);
  const view = useRef<GraphView>({ startMs, endMs, thresholds, marks });
  view.current = Object.assign(view.current, { startMs, endMs, thresholds, marks });
  const points = useRef(exemplars);
  points.current = exemplars;
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const [places, setPlaces] = useState<readonly Place[]>(NOTHING);
  // All that makes another plot; points alone do not.
  const shape = JSON.stringify(
    [series, axes, columns.bands, height, syncKey, theme.value],
    (key, value: unknown) => (key === 'times' || key === 'values' ? undefined : value),
  );

  useEffect(() => {
    if (box.current === null) return undefined;
    const mounted = mountPlot(
      box.current,
      { series, axes, bands: columns.bands, height, syncKey },
      view.current,
      [columns.times, ...columns.drawn] as UPlot.AlignedData,
      {
        onSelect: setTimeRange,
        onCursor(own) {
          const { left = -1, top = -1, idx } = own.cursor;
          // Graphs that follow another one show the cross alone.
          const isHere = own.over.matches(':hover');
          setHover(isHere && left >= 0 && typeof idx === 'number' ? { index: idx, left, top } : undefined);
        },
        onDraw: (own) => setPlaces((before) => placesOf(own, points.current, before)),
      },
    );
    plot.current = mounted.plot;
    return () => {
      mounted.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  const drawn = useRef<UPlot | undefined>(undefined);
  useEffect(() => {
    const made = plot.current;
    if (made === undefined) return;
    // What was just made has these already.
    if (drawn.current !== made) {
      drawn.current = made;
      return;
    }
    made.setData([columns.times, ...columns.drawn] as UPlot.AlignedData, true);
  }, [columns, startMs, endMs, thresholds, marks, exemplars, shape]);

  return (
    <div class="graph" style={{ height: `${height}px` }}>
      <div ref={box} class="graph-plot" role="img" aria-label={label} />
      {places.length > 0 && <Exemplars places={places} plot={plot.current} />}
      {hover !== undefined && tooltip !== 'none' && plot.current !== undefined && (
        <GraphTooltip
          hover={hover}
          times={columns.times}
          columns={columns.plain}
          drawn={columns.drawn}
          series={series}
          axes={axes}
          marks={marks}
          plot={plot.current}
          only={tooltip === 'one'}
          sort={sort}
        />
      )}
    </div>
  );
}

function placesOf(
  plot: UPlot,
  exemplars: readonly GraphExemplar[],
  before: readonly Place[],
): readonly Place[] {
  if (exemplars.length === 0) return before.length === 0 ? before : NOTHING;
  const every = Math.max(1, Math.ceil(exemplars.length / MAX_EXEMPLARS));
  const found = exemplars.flatMap((exemplar, index): readonly Place[] => {
    const scale = plot.scales[exemplar.axis];
    if (index % every !== 0 || scale?.min === undefined || scale.max === undefined) return [];
    const left = plot.valToPos(exemplar.timeMs / 1000, 'x');
    const top = plot.valToPos(exemplar.value, exemplar.axis);
    const { width, height } = plot.bbox;
    if (left < 0 || top < 0 || left > width / UPlot.pxRatio || top > height / UPlot.pxRatio) return [];
    return [{ left: Math.round(left), top: Math.round(top), exemplar }];
  });
  const isSame =
    found.length === before.length &&
    found.every(
      ({ left, top, exemplar }, index) =>
        before[index]?.left === left &&
        before[index].top === top &&
        before[index].exemplar.href === exemplar.href,
    );
  return isSame ? before : found;
}

/** Links over the plot: one stop of the tab key, from which the arrows go on. */
function Exemplars({
  places,
  plot,
}: {
  readonly places: readonly Place[];
  readonly plot: UPlot | undefined;
}) {
  if (plot === undefined) return null;
  const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = plot.over;
  return (
    <div
      class="graph-exemplars"
      style={{
        left: `${offsetLeft}px`,
        top: `${offsetTop}px`,
        width: `${offsetWidth}px`,
        height: `${offsetHeight}px`,
      }}
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        const links = [...event.currentTarget.querySelectorAll('a')];
        const at = links.indexOf(document.activeElement as HTMLAnchorElement);
        links[(at + step + links.length) % links.length]?.focus();
        event.preventDefault();
      }}
    >
      {places.map(({ left, top, exemplar }, index) => (
        <a
          key={`${exemplar.href} ${exemplar.timeMs} ${exemplar.value}`}
          class="graph-exemplar"
          href={exemplar.href}
          tabIndex={index === 0 ? 0 : -1}
          title={exemplar.label}
          aria-label={exemplar.label}
          style={{ left: `${left}px`, top: `${top}px` }}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            navigate(exemplar.href);
          }}
        />
      ))}
    </div>
  );
}

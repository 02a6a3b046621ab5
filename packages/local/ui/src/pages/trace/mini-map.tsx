import { useRef, useState } from 'preact/hooks';
import { duration } from '../../parts/format.ts';
import { TraceOverview } from '../../parts/trace/overview.tsx';
import type { TraceTree } from '../../parts/trace/trace-tree.ts';
import type { Zoom } from './zoom.ts';

interface MiniMapProps {
  readonly tree: TraceTree;
  readonly colours: ReadonlyMap<string, string>;
  readonly zoom: Zoom;
  onZoom(zoom: Zoom | undefined): void;
}

const HEIGHT_PX = 44;
/** A hand that only clicks moves a little [CSS px]. */
const CLICK_PX = 4;

/** The whole trace on a strip. Dragging over a part of it looks at that part, a click at all of it again. */
export function MiniMap({ tree, colours, zoom, onZoom }: MiniMapProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const wholeMs = tree.durationMs;

  function placeOf(event: PointerEvent): number {
    const { left, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return Math.max(0, Math.min(1, (event.clientX - left) / width));
  }

  const shown = drag ?? { from: zoom.fromMs / wholeMs, to: zoom.toMs / wholeMs };
  const from = Math.min(shown.from, shown.to) * 100;
  const to = Math.max(shown.from, shown.to) * 100;
  const isZoomed = from > 0.01 || to < 99.99;
  return (
    <div
      ref={box}
      class="trace-map card no-print"
      title="Drag over a part to look at it; click for the whole trace"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        const at = placeOf(event);
        setDrag({ from: at, to: at });
      }}
      onPointerMove={(event) => {
        if (drag !== undefined) setDrag({ ...drag, to: placeOf(event) });
      }}
      onPointerUp={() => {
        if (drag === undefined) return;
        const width = box.current?.clientWidth ?? 1;
        setDrag(undefined);
        onZoom(
          Math.abs(drag.to - drag.from) * width < CLICK_PX
            ? undefined
            : { fromMs: (from / 100) * wholeMs, toMs: (to / 100) * wholeMs },
        );
      }}
    >
      <TraceOverview
        tree={tree}
        colours={colours}
        height={HEIGHT_PX}
        label={`${tree.nodes.length} spans over ${duration(wholeMs / 1000)}`}
      />
      {isZoomed && (
        <>
          <div class="trace-map-shade" style={{ left: 0, width: `${from}%` }} />
          <div class="trace-map-shade" style={{ left: `${to}%`, right: 0 }} />
        </>
      )}
    </div>
  );
}

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import type { FoundTrace } from '../../api/tempo.ts';
import { theme } from '../../app/theme.ts';
import { clockTime, duration } from '../../parts/format.ts';
import { href, navigate } from '../../state/location.ts';

interface TraceScatterProps {
  readonly traces: readonly FoundTrace[];
  readonly startMs: number;
  readonly endMs: number;
  /** A part was drawn around: moments since 1970, and durations [ms]. */
  onSelect(part: {
    readonly startMs: number;
    readonly endMs: number;
    readonly fromMs: number;
    readonly toMs: number;
  }): void;
}

/** Scales as uPlot counts them; its enum is of types alone. */
const logarithmic = {
  y: {
    distr: 3 as const,
    log: 10 as const,
    // Room around, so that no point lies on the frame.
    range: (_: UPlot, low: number | null, high: number | null): [number, number] => [
      (low ?? 0.001) / 1.8,
      (high ?? 1) * 1.8,
    ],
  },
};
const HEIGHT_PX = 190;
const POINT_PX = 3.5;
/** A hand that clicks hits something near [CSS px]. */
const REACH_PX = 14;
const DRAG_PX = 6;
/** Tempo's shortest; a logarithm has no place for nothing. */
const LEAST_MS = 0.5;

/** Traces by their start and duration: what is slow, or fails, and since when. A click opens one, dragging narrows the search. */
export function TraceScatter({ traces, startMs, endMs, onSelect }: TraceScatterProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const now = useRef({ traces, startMs, endMs, onSelect });
  now.current = { traces, startMs, endMs, onSelect };
  const look = theme.value;

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const made = new UPlot(optionsFor(element, now), dataOf(now.current.traces), element);
    plot.current = made;
    const observer = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [look]);

  useEffect(() => {
    plot.current?.setData(dataOf(traces));
  }, [traces, startMs, endMs]);

  const failed = traces.filter(({ errors }) => errors > 0).length;
  return (
    <div
      ref={box}
      class="trace-scatter"
      role="img"
      aria-label={`${traces.length} traces by start and duration, ${failed} of them with failed spans; the table below has the same`}
      style={{ height: `${HEIGHT_PX}px` }}
    />
  );
}

/** By their start, as uPlot wants it. */
function ordered(traces: readonly FoundTrace[]): readonly FoundTrace[] {
  return traces.toSorted((one, other) => one.startMs - other.startMs);
}

function dataOf(traces: readonly FoundTrace[]): [number[], number[]] {
  const sorted = ordered(traces);
  return [
    sorted.map(({ startMs }) => startMs / 1000),
    sorted.map(({ durationMs }) => Math.max(LEAST_MS, durationMs) / 1000),
  ];
}

function optionsFor(element: HTMLElement, now: { readonly current: TraceScatterProps }): UPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name);
  const axis = {
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 0.5 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  return {
    width: element.clientWidth || 300,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: true, y: true, uni: 12, setScale: false }, points: { show: false } },
    scales: {
      x: { time: true, range: () => [now.current.startMs / 1000, now.current.endMs / 1000] },
      ...logarithmic,
    },
    axes: [
      {
        ...axis,
        size: 24,
        space: 80,
        values: (_, ticks) => ticks.map((tick) => timeText(tick, now.current)),
      },
      {
        ...axis,
        size: 60,
        grid: { ...axis.grid, filter: powersOnly },
        filter: powersOnly,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : duration(tick))),
      },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      draw: [
        (self) => drawPoints(self, now.current.traces, { ok: colour('--accent'), failed: colour('--bad') }),
      ],
      setSelect: [
        (self) => {
          const { left, top, width, height } = self.select;
          if (width < DRAG_PX && height < DRAG_PX) return;
          const range = now.current;
          range.onSelect({
            startMs: width < DRAG_PX ? range.startMs : self.posToVal(left, 'x') * 1000,
            endMs: width < DRAG_PX ? range.endMs : self.posToVal(left + width, 'x') * 1000,
            fromMs: self.posToVal(top + height, 'y') * 1000,
            toMs: self.posToVal(top, 'y') * 1000,
          });
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      ready: [
        (self) => {
          let down: { readonly x: number; readonly y: number } | undefined;
          self.over.addEventListener('mousedown', ({ clientX, clientY }) => {
            down = { x: clientX, y: clientY };
          });
          self.over.addEventListener('click', ({ clientX, clientY }) => {
            const moved = down === undefined ? 0 : Math.hypot(clientX - down.x, clientY - down.y);
            const near = moved < DRAG_PX ? nearest(self, now.current.traces) : undefined;
            if (near !== undefined) navigate(href(`/trace/${near.id}`));
          });
          self.over.addEventListener('mousemove', () => {
            const near = nearest(self, now.current.traces);
            self.over.style.cursor = near === undefined ? 'crosshair' : 'pointer';
            self.over.title =
              near === undefined
                ? ''
                : `${near.rootService} ${near.rootName}, ${duration(near.durationMs / 1000)}${near.errors > 0 ? `, ${near.errors} failed` : ''}`;
          });
        },
      ],
    },
  };
}

/** 0.01, 0.1, 1, … as floating point has them; lines between say little and cost calm. */
function powersOnly(_: UPlot, ticks: (number | null)[]): (number | null)[] {
  return ticks.map((tick) => {
    const power = Math.log10(tick ?? 0);
    return Math.abs(power - Math.round(power)) < 1e-6 ? tick : null;
  });
}

const minutes = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Where midnight is a tick, its day says more. */
const days = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
});

function timeText(seconds: number, { startMs, endMs }: TraceScatterProps): string {
  if (endMs - startMs > 86_400_000) return days.format(seconds * 1000);
  const isShort = endMs - startMs < 600_000;
  return isShort ? clockTime(seconds * 1000).slice(0, 8) : minutes.format(seconds * 1000);
}

function nearest(self: UPlot, traces: readonly FoundTrace[]): FoundTrace | undefined {
  const { left = -100, top = -100 } = self.cursor;
  let best: FoundTrace | undefined;
  let bestPx = REACH_PX;
  for (const trace of traces) {
    const px = Math.hypot(
      self.valToPos(trace.startMs / 1000, 'x') - left,
      self.valToPos(Math.max(LEAST_MS, trace.durationMs) / 1000, 'y') - top,
    );
    if (px < bestPx) {
      best = trace;
      bestPx = px;
    }
  }
  return best;
}

/** Failed ones are crosses: colour alone does not tell. */
function drawPoints(
  self: UPlot,
  traces: readonly FoundTrace[],
  colours: { readonly ok: string; readonly failed: string },
): void {
  const { ctx } = self;
  const size = POINT_PX * window.devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(self.bbox.left, self.bbox.top, self.bbox.width, self.bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.75 * window.devicePixelRatio;
  ctx.fillStyle = colours.ok;
  ctx.strokeStyle = colours.failed;
  for (const { startMs, durationMs, errors } of ordered(traces).toSorted(
    (one, other) => one.errors - other.errors,
  )) {
    const x = self.valToPos(startMs / 1000, 'x', true);
    const y = self.valToPos(Math.max(LEAST_MS, durationMs) / 1000, 'y', true);
    ctx.beginPath();
    if (errors > 0) {
      ctx.moveTo(x - size, y - size);
      ctx.lineTo(x + size, y + size);
      ctx.moveTo(x - size, y + size);
      ctx.lineTo(x + size, y - size);
      ctx.stroke();
    } else {
      ctx.globalAlpha = 0.7;
      ctx.arc(x, y, size, 0, 2 * Math.PI);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
  }
  ctx.restore();
}

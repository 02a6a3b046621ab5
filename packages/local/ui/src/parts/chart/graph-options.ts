import UPlot from 'uplot';
import { canvasColour, withAlpha } from './css-colour.ts';
import type { GraphAxis, GraphMark, GraphSeries, GraphThreshold } from './graph-series.ts';
import { tickLabels } from './tick-labels.ts';

export interface GraphShape {
  readonly series: readonly GraphSeries[];
  readonly axes: readonly GraphAxis[];
  readonly bands: readonly (readonly [number, number])[];
  readonly width: number;
  readonly height: number;
  readonly syncKey: string | undefined;
}

/** What is drawn and may change without a new plot. */
export interface GraphView {
  startMs: number;
  endMs: number;
  thresholds: readonly GraphThreshold[];
  marks: readonly GraphMark[];
}

/** What a plot tells. */
export interface GraphHooks {
  readonly onCursor: (plot: UPlot) => void;
  readonly onSelect: (startMs: number, endMs: number) => void;
  readonly onDraw: (plot: UPlot) => void;
}

const FONT = '11px system-ui';
const X_AXIS_PX = 24;
/** Least room for a label of the time, with its seconds. */
const TICK_PX = 66;
const SIDES = { left: 3, right: 1, none: 3 } as const;
/** 1 KiB is a round number of bytes, 1000 is none. */
const BINARY_STEPS = Array.from({ length: 60 }, (_, power) => 2 ** (power - 4));

/** So many dots under the pointer tell lines apart; more are a cloud, and each is an element that has to be moved. */
const MAX_DOTS = 24;

const two = (value: number): string => String(value).padStart(2, '0');

/** `09:41`, with seconds or the day where the ticks need them. */
function timeLabels(ticks: readonly number[]): readonly string[] {
  const gapSeconds = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  return ticks.map((tick) => {
    const date = new Date(tick * 1000);
    if (gapSeconds >= 86_400) return `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
    if (gapSeconds < 60) return `${clock}:${two(date.getSeconds())}`;
    return clock === '00:00' ? `${two(date.getMonth() + 1)}-${two(date.getDate())}` : clock;
  });
}

/** Bounds of an axis around its values. */
function axisRange(
  { min, max, softMin, softMax, log }: GraphAxis,
  dataMin: number | null,
  dataMax: number | null,
): [number, number] {
  let low = min ?? Math.min(softMin ?? Infinity, dataMin ?? Infinity);
  let high = max ?? Math.max(softMax ?? -Infinity, dataMax ?? -Infinity);
  if (!Number.isFinite(low)) low = Number.isFinite(high) ? Math.min(0, high) : 0;
  if (!Number.isFinite(high)) high = low + 1;
  if (log !== undefined) {
    if (low <= 0) low = dataMin !== null && dataMin > 0 ? dataMin : 0.001;
    const down = log ** Math.floor(Math.log(low) / Math.log(log));
    const up = log ** Math.ceil(Math.log(Math.max(high, low * log)) / Math.log(log));
    return [down, up];
  }
  if (low === high) {
    if (low === 0) high = 1;
    else if (softMin === 0 || min === 0) low = Math.min(0, low);
    else [low, high] = [low - Math.abs(low) * 0.1, high + Math.abs(high) * 0.1];
  }
  const pad = (high - low) * 0.08;
  if (max === undefined && high > (softMax ?? -Infinity)) high += pad;
  if (min === undefined && low < (softMin ?? Infinity) && low !== 0)
    low = low > 0 && low - pad < 0 ? 0 : low - pad;
  return low < high ? [low, high] : [high - 1, high];
}

function pathsOf({ style, steps }: GraphSeries): UPlot.Series.PathBuilder | undefined {
  const { bars, spline, stepped } = UPlot.paths;
  if (style === 'points') return () => null;
  if (style === 'bars') return bars?.({ size: [0.8, 60, 1], align: 0 });
  if (steps === 'smooth') return spline?.();
  if (steps === 'before') return stepped?.({ align: -1 });
  return steps === 'after' ? stepped?.({ align: 1 }) : undefined;
}

export function graphOptions(
  shape: GraphShape,
  view: GraphView,
  style: CSSStyleDeclaration,
  hooks: GraphHooks,
): UPlot.Options {
  const colour = (name: string): string => canvasColour(name, style);
  const grid = { stroke: colour('var(--line)'), width: 0.5 };
  const common = { stroke: colour('var(--muted)'), grid, ticks: { show: false }, font: FONT };
  return {
    width: shape.width,
    height: shape.height,
    legend: { show: false },
    // A label of the time at the right end has half of its width there.
    padding: [8, 16, 0, 0],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      points: shape.series.length > MAX_DOTS ? { show: false } : { size: 6 },
      ...(shape.syncKey !== undefined && {
        sync: { key: shape.syncKey, setSeries: false, scales: ['x', null] },
      }),
    },
    scales: {
      x: { time: true, range: () => [view.startMs / 1000, view.endMs / 1000] },
      ...Object.fromEntries(
        shape.axes.map((axis) => [
          axis.key,
          {
            ...(axis.log !== undefined && { distr: 3 as const, log: axis.log }),
            range: (_: UPlot, low: number | null, high: number | null) => axisRange(axis, low, high),
          },
        ]),
      ),
    },
    axes: [
      { ...common, size: X_AXIS_PX, space: TICK_PX, values: (_, ticks) => [...timeLabels(ticks)] },
      ...shape.axes
        .filter(({ side }) => side !== 'none')
        .map((axis, index) => yAxis(axis, common, index === 0)),
    ],
    series: [
      {},
      ...shape.series.map((each): UPlot.Series => {
        const lineColour = colour(each.colour);
        const paths = pathsOf(each);
        const fillRatio =
          each.style === 'bars' ? Math.max(0.3, each.fillRatio ?? 0.8) : (each.fillRatio ?? 0);
        return {
          label: each.name,
          scale: each.axis ?? shape.axes[0]?.key ?? 'y',
          stroke: lineColour,
          width: each.width ?? 1.5,
          show: each.hidden !== true,
          spanGaps: false,
          ...(each.dash !== undefined && { dash: [...each.dash] }),
          ...(fillRatio > 0 && { fill: withAlpha(lineColour, fillRatio) }),
          ...(paths !== undefined && { paths }),
          points: {
            size: 5,
            // A point that stands alone has no line to be seen by.
            show:
              each.points === true || each.style === 'points' ? true : (plot, index) => isSparse(plot, index),
            filter: (plot, index, shown) =>
              each.points === true || each.style === 'points' || shown ? null : alonePoints(plot, index),
          },
        };
      }),
    ],
    bands: shape.bands.map(([upper, lower]) => ({ series: [upper + 1, lower + 1] as [number, number] })),
    hooks: {
      drawClear: [(plot) => drawAreas(plot, view, colour)],
      draw: [(plot) => drawLines(plot, view, colour), hooks.onDraw],
      setCursor: [hooks.onCursor],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          hooks.onSelect(plot.posToVal(left, 'x') * 1000, plot.posToVal(left + width, 'x') * 1000);
        },
      ],
    },
  };
}

interface AxisLook {
  readonly stroke: string;
  readonly grid: { readonly stroke: string; readonly width: number };
  readonly ticks: { readonly show: boolean };
  readonly font: string;
}

function yAxis(axis: GraphAxis, common: AxisLook, hasGrid: boolean): UPlot.Axis {
  return {
    ...common,
    scale: axis.key,
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- its enum is a const one, which is no value here
    side: SIDES[axis.side],
    grid: { ...common.grid, show: hasGrid },
    gap: 6,
    // Fewer lines than uPlot's: panels are low.
    space: 36,
    ...(axis.binary === true && { incrs: [...BINARY_STEPS] }),
    size: (_, labels) => 14 + 6.4 * Math.max(3, ...(labels ?? []).map((label) => label?.length ?? 0)),
    values: (_, ticks) =>
      axis.log === undefined
        ? [...tickLabels(ticks, axis.format)]
        : ticks.map((tick) =>
            Number.isInteger(Math.log10(tick)) || axis.log === 2 ? axis.format(tick) : '',
          ),
    ...(axis.label !== undefined &&
      axis.label !== '' && { label: axis.label, labelFont: FONT, labelSize: 18 }),
  };
}

/** Few points are shown as such; so many that they touch are not. */
function isSparse(plot: UPlot, index: number): boolean {
  const values = plot.data[index] ?? [];
  let count = 0;
  for (const value of values) if (typeof value === 'number') count++;
  return count > 0 && plot.bbox.width / UPlot.pxRatio / count > 40;
}

function alonePoints(plot: UPlot, index: number): number[] | null {
  const values = plot.data[index] ?? [];
  const alone: number[] = [];
  let before: number | null | undefined = null;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === undefined) continue;
    if (typeof value === 'number' && typeof before !== 'number') {
      let next = at + 1;
      while (next < values.length && values[next] === undefined) next++;
      if (typeof values[next] !== 'number') alone.push(at);
    }
    before = value;
  }
  return alone;
}

function drawAreas(plot: UPlot, view: GraphView, colour: (name: string) => string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { value, until, axis, area, colour: name } of view.thresholds) {
    if (!area || plot.scales[axis]?.min === undefined) continue;
    const bottom = Math.min(
      bbox.top + bbox.height,
      plot.valToPos(Math.max(value, plot.scales[axis]?.min ?? value), axis, true),
    );
    const top = Math.max(
      bbox.top,
      plot.valToPos(Math.min(until, plot.scales[axis]?.max ?? until), axis, true),
    );
    if (top >= bottom) continue;
    ctx.fillStyle = withAlpha(colour(name), 0.12);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.restore();
}

function drawLines(plot: UPlot, view: GraphView, colour: (name: string) => string): void {
  const { ctx, bbox } = plot;
  const ratio = UPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = ratio;
  for (const { value, axis, line, colour: name } of view.thresholds) {
    const scale = plot.scales[axis];
    if (
      line === 'none' ||
      !Number.isFinite(value) ||
      value < (scale?.min ?? Infinity) ||
      value > (scale?.max ?? -Infinity)
    )
      continue;
    const y = plot.valToPos(value, axis, true);
    ctx.setLineDash(line === 'dashed' ? [8 * ratio, 6 * ratio] : []);
    ctx.strokeStyle = colour(name);
    stroke(ctx, bbox.left, y, bbox.left + bbox.width, y);
  }
  for (const { startMs, endMs, colour: name } of view.marks) {
    const left = plot.valToPos(startMs / 1000, 'x', true);
    const right = plot.valToPos(endMs / 1000, 'x', true);
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colour(name);
    if (right - left > 2 * ratio) {
      const from = Math.max(left, bbox.left);
      // A bar at the top: areas over each other would cover the lines.
      ctx.fillStyle = colour(name);
      ctx.fillRect(from, bbox.top, Math.min(right, bbox.left + bbox.width) - from, 3 * ratio);
    }
    if (left < bbox.left) continue;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    stroke(ctx, left, bbox.top, left, bbox.top + bbox.height);
  }
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { theme } from '../../../app/theme.ts';
import { formatterOf } from '../../../parts/units/format-unit.ts';
import { isoMoment } from '../../../parts/units/moment-text.ts';
import { href } from '../../../state/location.ts';
import { setTimeRange } from '../../../state/time-range.ts';
import { mixStops } from '../model/colours.ts';
import {
  type HeatmapCells,
  cellsFromBuckets,
  cellsFromRows,
  heatmapStops,
  placeInBuckets,
} from '../model/heatmap.ts';
import { calculateCells } from '../model/heatmap-calculate.ts';
import { numbersOf } from '../model/frame.ts';
import { asNumber, asRecord, asText } from '../model/json.ts';
import { TimeAxis } from './time-axis.tsx';
import type { PanelView } from './panel-view.ts';

const AXIS_PX = 22;
const LABELS_PX = 66;
const MAX_DOTS = 60;

interface Hover {
  readonly step: number;
  readonly bucket: number;
  readonly left: number;
}

/** How values are spread over time: the darker or lighter a cell, the more of them. */
export function HeatmapPanel({ panel, data, fields, width, height }: PanelView) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const { options } = panel;
  const yAxis = asRecord(options['yAxis']);
  const color = asRecord(options['color']);
  const filterBelow = asNumber(asRecord(options['filterValues'])['le']) ?? 1e-9;
  const isCalculated = options['calculate'] === true;
  const hasEdges = isCalculated || data.buckets.length > 0;
  const cells = useMemo((): HeatmapCells => {
    if (data.buckets.length > 0 && !isCalculated) return cellsFromBuckets(data.buckets, filterBelow);
    const rows = fields
      .filter(({ field }) => field.type === 'number')
      .map(({ name, field, frame }) => ({
        name,
        times: (frame.fields.find(({ type }) => type === 'time')?.values ?? []).map(Number),
        values: numbersOf(field),
      }));
    return isCalculated
      ? calculateCells(rows, options['calculation'], data)
      : cellsFromRows(rows, filterBelow);
  }, [data, fields]);
  const unit = asText(yAxis['unit'], asText(panel.defaults['unit']));
  const format = formatterOf(unit);
  const cellFormat = formatterOf(asText(asRecord(options['cellValues'])['unit'], 'short'));
  const stops = heatmapStops(
    asText(color['scheme'], 'Oranges'),
    theme.value === 'dark',
    color['reverse'] === true,
  );
  const plotWidth = Math.max(50, width - LABELS_PX - 8);
  const plotHeight = Math.max(40, height - AXIS_PX - 24);
  const rowPx = plotHeight / Math.max(1, cells.buckets.length);
  const gapPx = asNumber(options['cellGap']) ?? 1;
  const { startMs, endMs } = data;
  const stepMs = cells.stepMs ?? data.stepMs;
  const leftOf = (ms: number): number => ((ms - startMs) / (endMs - startMs)) * plotWidth;

  useEffect(() => {
    const element = canvas.current;
    const ctx = element?.getContext('2d');
    if (element === null || ctx === null || ctx === undefined) return;
    const ratio = window.devicePixelRatio;
    element.width = plotWidth * ratio;
    element.height = plotHeight * ratio;
    ctx.scale(ratio, ratio);
    ctx.clearRect(0, 0, plotWidth, plotHeight);
    drawCells(ctx, cells, { stops, rowPx, gapPx, plotHeight, leftOf, cellPx: leftOf(startMs + stepMs) });
  }, [cells, plotWidth, plotHeight, stops, startMs, endMs, stepMs]);

  const every = Math.max(1, Math.ceil(16 / rowPx));
  const edge = (value: number): string => (value === Infinity ? '+Inf' : format(value));
  const nameOf = (index: number): string => {
    const bucket = cells.buckets[index];
    return bucket === undefined ? '' : hasEdges ? edge(bucket.to) : bucket.name;
  };
  const hovered = hover === undefined ? undefined : cells.values[hover.bucket]?.[hover.step];
  const dots = data.exemplars.slice(-MAX_DOTS).flatMap((exemplar) => {
    const id = exemplar.labels['trace_id'];
    const place = placeInBuckets(cells, exemplar.value);
    if (id === undefined || !/^[\da-f]{16,32}$/i.test(id) || place === undefined) return [];
    return [
      { exemplar, id, left: leftOf(exemplar.timeMs), top: plotHeight - (place.bucket + place.ratio) * rowPx },
    ];
  });

  return (
    <div class="heatmap">
      <div class="heatmap-rows">
        <div
          class="heatmap-labels"
          style={{ width: `${LABELS_PX}px`, height: `${plotHeight}px` }}
          aria-hidden="true"
        >
          {cells.buckets.map(
            (_, index) =>
              index % every === 0 && (
                <span key={index} style={{ bottom: `${(index + 1) * rowPx - 7}px` }}>
                  {nameOf(index)}
                </span>
              ),
          )}
        </div>
        <div
          class="heatmap-plot"
          style={{ width: `${plotWidth}px`, height: `${plotHeight}px` }}
          onMouseMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const x = event.clientX - box.left;
            const ms = startMs + (x / plotWidth) * (endMs - startMs);
            const step = cells.times.findLastIndex((time) => time <= ms);
            const bucket = Math.floor((plotHeight - (event.clientY - box.top)) / rowPx);
            setHover(step === -1 || bucket < 0 ? undefined : { step, bucket, left: x });
          }}
          onMouseLeave={() => setHover(undefined)}
          onDblClick={() => {
            const time = hover === undefined ? undefined : cells.times[hover.step];
            if (time !== undefined) setTimeRange(time - stepMs, time + 2 * stepMs);
          }}
        >
          <canvas
            ref={canvas}
            role="img"
            aria-label={`${panel.title}: ${cells.buckets.length} buckets over time, at most ${cellFormat(cells.max)} in a cell`}
            style={{ width: `${plotWidth}px`, height: `${plotHeight}px` }}
          />
          {dots.map(({ exemplar, id, left, top }, index) => (
            <a
              key={`${id} ${exemplar.timeMs} ${exemplar.value}`}
              class="graph-exemplar"
              href={href(`/trace/${id}`)}
              tabIndex={index === 0 ? 0 : -1}
              aria-label={`Trace ${id.slice(0, 8)}…, ${format(exemplar.value)}, ${isoMoment(exemplar.timeMs)}`}
              title={`${format(exemplar.value)}: its trace`}
              style={{ left: `${left}px`, top: `${top}px` }}
            />
          ))}
          {hover !== undefined && typeof hovered === 'number' && (
            <div
              class="graph-tooltip"
              aria-hidden="true"
              style={
                hover.left > plotWidth / 2
                  ? { right: `${plotWidth - hover.left + 12}px`, top: 0 }
                  : { left: `${hover.left + 12}px`, top: 0 }
              }
            >
              <div class="graph-tooltip-time">{isoMoment(cells.times[hover.step] ?? 0)}</div>
              <div>
                {hasEdges
                  ? `${edge(cells.buckets[hover.bucket]?.from ?? 0)} to ${edge(cells.buckets[hover.bucket]?.to ?? 0)}`
                  : nameOf(hover.bucket)}
                : <strong>{cellFormat(hovered)}</strong>
              </div>
            </div>
          )}
        </div>
      </div>
      <div style={{ marginLeft: `${LABELS_PX}px`, width: `${plotWidth}px` }}>
        <TimeAxis startMs={startMs} endMs={endMs} width={plotWidth} />
      </div>
      <div class="heatmap-scale muted">
        <span>{cellFormat(0)}</span>
        {Array.from({ length: 24 }, (_, index) => (
          <i key={index} style={{ background: mixStops(stops, index / 23) }} />
        ))}
        <span>{cellFormat(cells.max)}</span>
      </div>
    </div>
  );
}

interface Drawing {
  readonly stops: readonly string[];
  readonly rowPx: number;
  readonly gapPx: number;
  readonly plotHeight: number;
  readonly cellPx: number;
  readonly leftOf: (ms: number) => number;
}

function drawCells(ctx: CanvasRenderingContext2D, cells: HeatmapCells, drawing: Drawing): void {
  const { stops, rowPx, gapPx, plotHeight, cellPx, leftOf } = drawing;
  for (const [bucket, row] of cells.values.entries()) {
    const top = plotHeight - (bucket + 1) * rowPx;
    for (const [step, value] of row.entries()) {
      if (value === null) continue;
      ctx.fillStyle = mixStops(stops, value / cells.max);
      ctx.fillRect(
        leftOf(cells.times[step] ?? 0),
        top,
        Math.max(1, cellPx - gapPx),
        Math.max(1, rowPx - gapPx),
      );
    }
  }
}

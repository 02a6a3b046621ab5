import { useMemo } from 'preact/hooks';
import { shortNumber } from '../format.ts';
import { Graph } from './graph.tsx';
import type { GraphAxis, GraphSeries } from './graph-series.ts';
import { seriesColour } from './palette.ts';

export interface ChartSeries {
  readonly name: string;
  /** [s since 1970] */
  readonly times: readonly number[];
  readonly values: readonly number[];
  /** Any CSS colour; by the place in the list when absent. */
  readonly colour?: string;
}

interface TimeChartProps {
  readonly series: readonly ChartSeries[];
  /** What the axis reaches over [ms since 1970]. */
  readonly startMs: number;
  readonly endMs: number;
  /** [CSS px] */
  readonly height: number;
  /** What is drawn, for those who do not see it. */
  readonly label: string;
  readonly format?: (value: number) => string;
  /** Points further apart are not joined [s]. */
  readonly gapSeconds?: number;
}

/** Lines over time, on one axis. Dragging over a part of it looks at those minutes. */
export function TimeChart({
  series,
  startMs,
  endMs,
  height,
  label,
  format = shortNumber,
  gapSeconds,
}: TimeChartProps) {
  const lines = useMemo(
    () =>
      series.map(({ name, times, values, colour }, index): GraphSeries => ({
        name,
        times,
        values,
        colour: colour ?? seriesColour(index),
        ...(gapSeconds !== undefined && { gapSeconds }),
      })),
    [series, gapSeconds],
  );
  const axes = useMemo((): readonly GraphAxis[] => [{ key: 'y', side: 'left', format }], [format]);
  return <Graph series={lines} axes={axes} startMs={startMs} endMs={endMs} height={height} label={label} />;
}

import 'uplot/dist/uPlot.min.css';
import './time-chart.css';
import { useEffect, useRef } from 'preact/hooks';
import UPlot from 'uplot';
import { theme } from '../../app/theme.ts';
import { setTimeRange } from '../../state/time-range.ts';
import { shortNumber } from '../format.ts';
import { alignSeries } from './align-series.ts';
import { seriesColour } from './palette.ts';

export interface ChartSeries {
  readonly name: string;
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
}

/** Lines over time. Dragging over a part of it looks at those minutes. */
export function TimeChart({ series, startMs, endMs, height, label, format = shortNumber }: TimeChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | undefined>(undefined);
  const shape = JSON.stringify([series.map(({ name, colour }) => [name, colour]), height, theme.value]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const style = getComputedStyle(element);
    const axis = {
      stroke: style.getPropertyValue('--muted'),
      grid: { stroke: style.getPropertyValue('--line'), width: 0.5 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    const made = new UPlot(
      {
        width: element.clientWidth || 300,
        height,
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false } },
        scales: { x: { time: true, range: () => [startMs / 1000, endMs / 1000] } },
        axes: [
          { ...axis, size: 24 },
          { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => format(tick)) },
        ],
        series: [
          {},
          ...series.map(({ name, colour }, index) => ({
            label: name,
            stroke: colour ?? seriesColour(index),
            width: 1.5,
            points: { show: false },
            spanGaps: false,
          })),
        ],
        hooks: {
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 4) return;
              setTimeRange(self.posToVal(left, 'x') * 1000, self.posToVal(left + width, 'x') * 1000);
            },
          ],
        },
      },
      alignSeries(series),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape]);

  useEffect(() => {
    const made = plot.current;
    if (made === undefined) return;
    made.batch(() => {
      made.setData(alignSeries(series), false);
      made.setScale('x', { min: startMs / 1000, max: endMs / 1000 });
    });
  }, [series, startMs, endMs]);

  return <div ref={box} class="time-chart" role="img" aria-label={label} style={{ height: `${height}px` }} />;
}

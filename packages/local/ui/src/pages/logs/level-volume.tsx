import { useRef, useState } from 'preact/hooks';
import { queryLogRange } from '../../api/loki.ts';
import { stepFor } from '../../api/prometheus.ts';
import { momentTime, shortNumber } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { rangeText, setTimeRange, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { type Volume, type VolumeLevel, volumeBars, volumeQuery } from './volume-bars.ts';

const BARS = 90;
/** Of the drawing; the width is stretched to that of the page. */
const WIDTH = 1000;
const HEIGHT = 56;

interface LevelVolumeProps {
  readonly query: string;
  /** Filters by a level. */
  onLevel(level: VolumeLevel): void;
}

/** How many lines there are of each level, over time. Dragging over a part of it looks at those minutes. */
export function LevelVolume({ query, onLevel }: LevelVolumeProps) {
  const { startMs, endMs } = timeRange.value;
  const { from, to } = rangeText.value;
  const stepSeconds = stepFor(startMs, endMs, BARS);
  const stepMs = stepSeconds * 1000;
  const { data, error } = useQuery(`volume ${query} ${from} ${to}`, async (signal) => {
    const range = {
      // A point counts what came before it, and moments that are multiples of the step do not shift with a refresh.
      startMs: Math.floor(startMs / stepMs) * stepMs + stepMs,
      endMs: Math.ceil(endMs / stepMs) * stepMs,
      stepSeconds,
    };
    return {
      volume: volumeBars(await queryLogRange(volumeQuery(query, stepSeconds), range, signal), stepSeconds),
      startMs,
      endMs,
      stepSeconds,
    };
  });
  if (data === undefined) {
    if (error !== undefined) return <Problem what="The lines could not be counted" error={error} />;
    return <div class="volume-space" aria-busy="true" />;
  }
  return (
    <div class="volume">
      <Bars {...data} />
      <div class="volume-legend">
        <span class="muted">
          <strong>{shortNumber(data.volume.total)}</strong> {data.volume.total === 1 ? 'line' : 'lines'}
        </span>
        {data.volume.levels.map((each) => {
          const { level, count } = each;
          return (
            <button
              key={level}
              class="plain volume-level"
              title={`Only lines of level ${level}`}
              disabled={level === 'unknown'}
              onClick={() => onLevel(each)}
            >
              <span class={`level-mark level-${level}`} aria-hidden="true" />
              {level} {shortNumber(count)}
            </button>
          );
        })}
        <span class="muted volume-hint">a bar is {stepText(data.stepSeconds)}; drag to zoom</span>
      </div>
    </div>
  );
}

function stepText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${seconds / 60} min` : `${seconds / 3600} h`;
}

interface BarsProps {
  readonly volume: Volume;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepSeconds: number;
}

function Bars({ volume, startMs, endMs, stepSeconds }: BarsProps) {
  const drawing = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | undefined>(undefined);
  const span = endMs - startMs;
  const xOf = (ms: number): number => ((ms - startMs) / span) * WIDTH;
  /** Where the pointer is, in units of the drawing. */
  const place = ({ clientX }: PointerEvent): number => {
    const box = drawing.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    return Math.min(WIDTH, Math.max(0, ((clientX - box.left) / box.width) * WIDTH));
  };
  const finish = (): void => {
    if (drag !== undefined && Math.abs(drag.to - drag.from) > 4) {
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      setTimeRange(startMs + (left / WIDTH) * span, startMs + (right / WIDTH) * span);
    }
    setDrag(undefined);
  };
  const barWidth = Math.max(1, (stepSeconds * 1000 * WIDTH) / span - 1);
  const worst = volume.levels.map(({ level, count }) => `${count} ${level}`).join(', ');
  return (
    <svg
      ref={drawing}
      class="volume-bars"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Lines by level over time: ${worst === '' ? 'none' : worst}`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: place(event), to: place(event) });
      }}
      onPointerMove={(event) => drag !== undefined && setDrag({ ...drag, to: place(event) })}
      onPointerUp={finish}
      onPointerCancel={() => setDrag(undefined)}
    >
      {volume.bars.map(({ start, total, parts }) => {
        const x = xOf(start * 1000);
        let y = HEIGHT;
        return (
          <g key={start}>
            <title>{`${momentTime(start * 1000)}: ${total} ${total === 1 ? 'line' : 'lines'} (${parts.map(({ level, count }) => `${count} ${level}`).join(', ')})`}</title>
            {parts.map(({ level, count }) => {
              // One line among many is seen as well.
              const height = Math.max(1, (count / volume.max) * (HEIGHT - 2));
              y -= height;
              return (
                <rect key={level} class={`level-${level}`} x={x} y={y} width={barWidth} height={height} />
              );
            })}
          </g>
        );
      })}
      {drag !== undefined && (
        <rect
          class="volume-drag"
          x={Math.min(drag.from, drag.to)}
          y={0}
          width={Math.abs(drag.to - drag.from)}
          height={HEIGHT}
        />
      )}
    </svg>
  );
}

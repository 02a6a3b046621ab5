import type UPlot from 'uplot';
import { isoMoment } from '../units/moment-text.ts';
import type { GraphAxis, GraphMark, GraphSeries } from './graph-series.ts';

export interface Hover {
  readonly index: number;
  /** [CSS px] from the corner of the plot */
  readonly left: number;
  readonly top: number;
}

interface GraphTooltipProps {
  readonly hover: Hover;
  readonly times: readonly number[];
  /** As they are said, and as they are drawn. */
  readonly columns: readonly (readonly (number | null)[])[];
  readonly drawn: readonly (readonly (number | null)[])[];
  readonly series: readonly GraphSeries[];
  readonly axes: readonly GraphAxis[];
  readonly marks: readonly GraphMark[];
  readonly plot: UPlot;
  readonly only: boolean;
  readonly sort: 'none' | 'asc' | 'desc';
}

const MAX_ROWS = 12;
/** So near to a mark, it is meant as well [px]. */
const NEAR_PX = 8;
/** Values go on for so many points, where a series has none at just this time. */
const LOOK_AROUND = 2;

function valueNear(column: readonly (number | null)[] | undefined, index: number): number | undefined {
  for (let away = 0; away <= LOOK_AROUND; away++) {
    for (const at of [index - away, index + away]) {
      const value = column?.[at];
      if (typeof value === 'number') return value;
      if (value === null && away === 0) return undefined;
    }
  }
  return undefined;
}

/** What the series are at the pointer. */
export function GraphTooltip(props: GraphTooltipProps) {
  const { hover, times, columns, drawn, series, axes, marks, plot, only, sort } = props;
  const time = times[hover.index];
  if (time === undefined) return null;
  const all = series.flatMap((each, index) => {
    const value = each.hidden === true ? undefined : valueNear(columns[index], hover.index);
    if (value === undefined) return [];
    const axis = axes.find(({ key }) => key === each.axis) ?? axes[0];
    const shown = valueNear(drawn[index], hover.index) ?? value;
    const y = axis === undefined ? 0 : plot.valToPos(shown, axis.key);
    return [{ each, value, text: axis?.format(value) ?? String(value), away: Math.abs(y - hover.top) }];
  });
  const nearest = all.reduce<(typeof all)[number] | undefined>(
    (best, row) => (best === undefined || row.away < best.away ? row : best),
    undefined,
  );
  const direction = sort === 'asc' ? 1 : -1;
  const sorted = sort === 'none' ? all : all.toSorted((one, other) => direction * (one.value - other.value));
  const rows = only ? (nearest === undefined ? [] : [nearest]) : sorted.slice(0, MAX_ROWS);
  const here = plot.posToVal(hover.left, 'x') * 1000;
  const nearMs = Math.abs(plot.posToVal(hover.left + NEAR_PX, 'x') * 1000 - here);
  const near = marks
    .filter(({ startMs, endMs }) => here >= startMs - nearMs && here <= endMs + nearMs)
    .slice(0, 4);
  const isRight = hover.left > plot.over.clientWidth / 2;
  const x = plot.over.offsetLeft + hover.left;
  return (
    <div
      class="graph-tooltip"
      aria-hidden="true"
      style={
        isRight
          ? { right: `calc(100% - ${x - 14}px)`, top: `${Math.max(0, plot.over.offsetTop)}px` }
          : { left: `${x + 14}px`, top: `${Math.max(0, plot.over.offsetTop)}px` }
      }
    >
      <div class="graph-tooltip-time">{isoMoment(time * 1000)}</div>
      {near.map((mark) => (
        <div key={`${mark.startMs} ${mark.title}`} class="graph-tooltip-mark">
          <i style={{ background: mark.colour }} /> {mark.title}
        </div>
      ))}
      <table>
        <tbody>
          {rows.map(({ each, text }) => (
            <tr key={each.name} class={each === nearest?.each ? 'nearest' : undefined}>
              <td>
                <i style={{ background: each.colour }} /> {each.name}
              </td>
              <td class="number">{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {!only && sorted.length > rows.length && (
        <div class="muted">and {sorted.length - rows.length} more</div>
      )}
    </div>
  );
}

import { namedColour } from '../model/colours.ts';
import { linksOf } from '../model/data-links.ts';
import { asText } from '../model/json.ts';
import { type SingleValue, shareOf, singleValues } from '../model/single-values.ts';
import { absoluteSteps } from '../model/thresholds.ts';
import { LinkedValue } from './links.tsx';
import type { PanelView } from './panel-view.ts';

const MIN_GAUGE_PX = 130;
/** The arc goes over so much of a circle. */
const SWEEP_DEGREES = 250;

function point(ratio: number, radius: number): string {
  const angle = ((ratio - 0.5) * SWEEP_DEGREES * Math.PI) / 180;
  return `${(50 + radius * Math.sin(angle)).toFixed(2)} ${(50 - radius * Math.cos(angle)).toFixed(2)}`;
}

function arc(from: number, to: number, radius: number): string {
  const large = (to - from) * SWEEP_DEGREES > 180 ? 1 : 0;
  return `M${point(from, radius)}A${radius} ${radius} 0 ${large} 1 ${point(to, radius)}`;
}

/** How much of the whole. */
export function GaugePanel({ panel, fields, scope, width, height }: PanelView) {
  const values = singleValues(fields, panel.options['reduceOptions']);
  const isColumn = asText(panel.options['orientation']) === 'horizontal';
  const across = isColumn ? 1 : Math.max(1, Math.min(values.length, Math.floor(width / MIN_GAUGE_PX)));
  const each = Math.max(70, Math.min(width / across, height / Math.ceil(values.length / across)) - 28);
  return (
    <div class="gauges" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
      {values.map((value) => (
        <figure key={value.key} class="gauge">
          <svg
            viewBox="0 0 100 84"
            width={each}
            height={each * 0.84}
            role="img"
            aria-label={`${value.name}: ${value.text}`}
          >
            <path d={arc(0, 1, 40)} class="gauge-ground" />
            <path
              d={arc(0, Math.max(0.001, shareOf(value, values)), 40)}
              class="gauge-arc"
              stroke={value.colour}
            />
            {panel.options['showThresholdMarkers'] !== false &&
              bandsOf(value, values).map((band) => (
                <path
                  key={band.from}
                  d={arc(band.from, band.to, 47)}
                  class="gauge-band"
                  stroke={band.colour}
                />
              ))}
          </svg>
          <figcaption>
            <div class="gauge-value">
              <LinkedValue text={value.text} links={linksOf(value.field, value.row, fields, scope)} />
            </div>
            {values.length > 1 && <div class="stat-name">{value.name}</div>}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

function bandsOf(
  { field, value }: SingleValue,
  all: readonly SingleValue[],
): readonly { readonly from: number; readonly to: number; readonly colour: string }[] {
  const numbers = all.flatMap((each) => (typeof each.value === 'number' ? [each.value] : []));
  const min = field.min ?? 0;
  const max = field.max ?? Math.max(...numbers, typeof value === 'number' ? value : 1, min + 1);
  const steps = absoluteSteps(field.thresholds, { min, max });
  const ratio = (at: number): number => Math.min(1, Math.max(0, (at - min) / (max - min)));
  return steps
    .map(({ value: at, colour }, index) => ({
      from: ratio(at),
      to: ratio(steps[index + 1]?.value ?? Infinity),
      colour: namedColour(colour) ?? 'var(--muted)',
    }))
    .filter(({ from, to }) => to > from);
}

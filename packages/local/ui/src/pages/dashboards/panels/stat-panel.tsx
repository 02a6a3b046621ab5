import { sparklinePath } from '../../../parts/sparkline-path.ts';
import { linksOf } from '../model/data-links.ts';
import { asText } from '../model/json.ts';
import { type SingleValue, changeRatio, singleValues } from '../model/single-values.ts';
import { LinkedValue } from './links.tsx';
import type { PanelView } from './panel-view.ts';

const MIN_TILE_PX = 110;

/** Numbers large enough to be read from afar. */
export function StatPanel({ panel, data, fields, scope, width, height }: PanelView) {
  const values = singleValues(fields, panel.options['reduceOptions']);
  const orientation = asText(panel.options['orientation'], 'auto');
  const isColumn = orientation === 'horizontal' || (orientation === 'auto' && height > width);
  const across = isColumn ? 1 : Math.max(1, Math.min(values.length, Math.floor(width / MIN_TILE_PX)));
  const down = Math.ceil(values.length / across);
  const tile = { width: width / across - 8, height: height / down - 4 };
  return (
    <div class="stat" style={{ gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
      {values.map((value) => (
        <Tile
          key={value.key}
          single={value}
          isAlone={values.length === 1}
          options={panel.options}
          tile={tile}
          range={{ start: data.startMs, end: data.endMs, stepSeconds: data.stepMs }}
          links={linksOf(value.field, value.row, fields, scope)}
        />
      ))}
    </div>
  );
}

interface TileProps {
  readonly single: SingleValue;
  readonly isAlone: boolean;
  readonly options: PanelView['panel']['options'];
  readonly tile: { readonly width: number; readonly height: number };
  readonly range: { readonly start: number; readonly end: number; readonly stepSeconds: number };
  readonly links: ReturnType<typeof linksOf>;
}

function Tile({ single, isAlone, options, tile, range, links }: TileProps) {
  const { name, text, times, values, field } = single;
  // The colours of a palette tell series apart, which one number does not need.
  const isPalette = field.colourMode.startsWith('palette');
  const colour = (isPalette && isAlone ? undefined : single.colour) ?? 'var(--text)';
  const textMode = asText(options['textMode'], 'auto');
  const colorMode = asText(options['colorMode'], 'value');
  const hasName = textMode === 'value_and_name' || textMode === 'name' || (textMode === 'auto' && !isAlone);
  const hasValue = textMode !== 'name' && textMode !== 'none';
  const graph = options['graphMode'] === 'area' && values.filter((value) => value !== null).length > 1;
  const room = tile.height - (hasName ? 20 : 0);
  const size = Math.max(15, Math.min(42, room * 0.62, (tile.width / Math.max(3, text.length)) * 1.65));
  const change = options['showPercentChange'] === true ? changeRatio(values) : undefined;
  const isFilled = colorMode.startsWith('background');
  const spark = graph
    ? sparklinePath(
        { times, values: values.map((value) => value ?? Number.NaN) },
        { width: tile.width, height: 36 },
        range,
      )
    : undefined;
  return (
    <div
      class={isFilled ? 'stat-tile stat-filled' : 'stat-tile'}
      style={
        isFilled
          ? { borderColor: colour, background: `color-mix(in srgb, ${colour} 18%, var(--surface))` }
          : {}
      }
    >
      {spark !== undefined && (
        <svg
          class="stat-spark"
          viewBox={`0 0 ${tile.width} 36`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path d={spark.path} fill="none" stroke={colour} stroke-width="1.5" />
        </svg>
      )}
      {hasName && <div class="stat-name">{name}</div>}
      {hasValue && (
        <div
          class="stat-value"
          style={{ fontSize: `${size}px`, color: colorMode === 'value' ? readable(colour) : 'var(--text)' }}
        >
          <LinkedValue text={text} links={links} />
        </div>
      )}
      {change !== undefined && (
        <div class="muted">
          {change > 0 ? '▲' : change < 0 ? '▼' : ''} {Math.abs(change * 100).toFixed(1)}%
        </div>
      )}
    </div>
  );
}

/** A colour that somebody chose may be too pale for a text, so that it takes a part of the text's own. */
function readable(colour: string): string {
  return colour.startsWith('var(') ? colour : `color-mix(in srgb, ${colour} 60%, var(--text))`;
}

import { formatterOf } from '../../../parts/units/format-unit.ts';
import { isoMoment } from '../../../parts/units/moment-text.ts';
import { coloursByName, gradientColour, namedColour } from './colours.ts';
import type { FieldOverride, Panel, PanelLink } from './dashboard.ts';
import { readLink } from './dashboard.ts';
import { type Field, type Frame, fieldName } from './frame.ts';
import { type JsonRecord, asList, asNumber, asRecord, asText, asTexts, valueText } from './json.ts';
import { mapValue } from './mappings.ts';
import { type Thresholds, readThresholds, thresholdAt } from './thresholds.ts';
import { parseRegex } from './variables.ts';

/** A value as it is shown. */
interface Shown {
  readonly text: string;
  /** Of CSS; undefined where the value says nothing about a colour. */
  readonly colour: string | undefined;
}

/** A column with all that the panel says about it. */
export interface ResolvedField {
  readonly field: Field;
  readonly frame: Frame;
  readonly name: string;
  readonly unit: string | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly decimals: number | undefined;
  readonly noValue: string;
  readonly custom: JsonRecord;
  readonly mappings: unknown;
  readonly thresholds: Thresholds;
  readonly links: readonly PanelLink[];
  /** Of a series: its line, its dot in the legend. */
  readonly colour: string;
  readonly colourMode: string;
  show(value: unknown, decimals?: number): Shown;
}

const NO_VALUE = '–';

/** Applies defaults and overrides to every column, in the order of the file; the last one that fits wins. */
export function resolveFields(
  frames: readonly Frame[],
  panel: Pick<Panel, 'defaults' | 'overrides'>,
): readonly ResolvedField[] {
  const plain = frames.flatMap((frame) =>
    frame.fields.map((field) => {
      const name = fieldName(field, frames);
      const config = configOf(panel, { field, frame, name });
      return { field, frame, name: asText(config['displayName'], name), config };
    }),
  );
  const bounds = numberBounds(plain.map(({ field }) => field));
  const palette = paletteOf(plain);
  return plain.map((each, index) => resolveField(each, palette[index] ?? 'var(--accent)', bounds));
}

interface Named {
  readonly field: Field;
  readonly frame: Frame;
  readonly name: string;
}

function configOf({ defaults, overrides }: Pick<Panel, 'defaults' | 'overrides'>, named: Named): JsonRecord {
  const config: Record<string, unknown> = { ...defaults, custom: { ...asRecord(defaults['custom']) } };
  for (const { matcher, properties } of overrides) {
    if (!matches(matcher, named)) continue;
    for (const { id, value } of properties) {
      if (id.startsWith('custom.')) {
        config['custom'] = { ...asRecord(config['custom']), [id.slice('custom.'.length)]: value };
      } else config[id] = value;
    }
  }
  return config;
}

function matches({ id, options }: FieldOverride['matcher'], { field, frame, name }: Named): boolean {
  switch (id) {
    case 'byName':
      return asText(options) === name || asText(options) === field.name;
    case 'byRegexp':
      return parseRegex(asText(options))?.test(name) ?? false;
    case 'byType':
      return asText(options) === field.type;
    case 'byTypes':
      return asTexts(options).includes(field.type);
    case 'byFrameRefID':
      return asText(options) === frame.refId;
    case 'byNames': {
      const { names, mode } = asRecord(options);
      return asTexts(names).includes(name) !== (mode === 'exclude');
    }
    case 'numeric':
      return field.type === 'number';
    case 'time':
      return field.type === 'time';
    default:
      return false;
  }
}

function numberBounds(fields: readonly Field[]): { readonly min: number; readonly max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const { type, values } of fields) {
    if (type !== 'number') continue;
    for (const value of values) {
      if (typeof value !== 'number' || !Number.isFinite(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min <= max ? { min, max } : { min: 0, max: 100 };
}

function paletteOf(fields: readonly (Named & { readonly config: JsonRecord })[]): readonly string[] {
  const numeric = fields.filter(({ field }) => field.type === 'number');
  const colours = coloursByName(numeric.map(({ name }) => name));
  const byField = new Map(numeric.map(({ field }, index) => [field, colours[index] ?? 'var(--accent)']));
  return fields.map(({ field }) => byField.get(field) ?? 'var(--text)');
}

function resolveField(
  { field, frame, name, config }: Named & { readonly config: JsonRecord },
  paletteColour: string,
  bounds: { readonly min: number; readonly max: number },
): ResolvedField {
  const colour = asRecord(config['color']);
  const colourMode = asText(colour['mode'], 'thresholds');
  const fixed = namedColour(asText(colour['fixedColor']));
  const unit = typeof config['unit'] === 'string' ? config['unit'] : field.unit;
  const ownUnit = field.unit !== undefined && (unit === 'short' || unit === undefined) ? field.unit : unit;
  const format = formatterOf(ownUnit);
  const thresholds = readThresholds(config['thresholds']);
  const mappings = config['mappings'];
  const min = asNumber(config['min']);
  const max = asNumber(config['max']);
  const range = { min: min ?? bounds.min, max: max ?? bounds.max };
  const decimals = asNumber(config['decimals']);
  const noValue = asText(config['noValue'], NO_VALUE);

  function colourOf(value: unknown): string | undefined {
    if (typeof value !== 'number') return undefined;
    if (colourMode === 'thresholds') {
      const step = thresholdAt(thresholds, value, range);
      return step === undefined ? undefined : namedColour(step.colour);
    }
    if (colourMode === 'fixed' || colourMode === 'shades') return fixed;
    return gradientColour(colourMode, (value - range.min) / (range.max - range.min || 1)) ?? paletteColour;
  }

  return {
    field,
    frame,
    name,
    unit: ownUnit,
    min,
    max,
    decimals,
    noValue,
    custom: asRecord(config['custom']),
    mappings,
    thresholds,
    links: asList(config['links']).map(readLink),
    colourMode,
    colour:
      (colourMode === 'fixed' || colourMode === 'shades' ? fixed : undefined) ??
      (colourMode === 'thresholds'
        ? colourOf(field.values.findLast((value) => typeof value === 'number'))
        : undefined) ??
      paletteColour,
    show(value, ownDecimals) {
      const mapped = mapValue(mappings, value);
      const mappedColour = mapped?.colour === undefined ? undefined : namedColour(mapped.colour);
      const shownColour = mappedColour ?? colourOf(value);
      if (mapped?.text !== undefined) return { text: mapped.text, colour: shownColour };
      if (value === null || value === undefined || (typeof value === 'number' && Number.isNaN(value)))
        return { text: noValue, colour: undefined };
      if (typeof value === 'number') {
        const text =
          field.type === 'time' && (ownUnit === undefined || ownUnit === 'short' || ownUnit === 'none')
            ? isoMoment(value)
            : format(value, ownDecimals ?? decimals);
        return { text, colour: shownColour };
      }
      const text = valueText(value);
      return { text: text === '' ? noValue : text, colour: shownColour };
    },
  };
}

import type { GraphAxis, GraphSeries, GraphThreshold } from '../../../parts/chart/graph-series.ts';
import { asShares } from '../../../parts/chart/stack-series.ts';
import { formatterOf } from '../../../parts/units/format-unit.ts';
import { namedColour } from './colours.ts';
import type { ResolvedField } from './field-config.ts';
import { numbersOf } from './frame.ts';
import { asList, asNumber, asRecord, asText } from './json.ts';
import { absoluteSteps } from './thresholds.ts';

/** A graph, out of the columns of a panel and what the panel says about each. */
export interface TimeSeriesModel {
  readonly series: readonly GraphSeries[];
  readonly axes: readonly GraphAxis[];
  readonly thresholds: readonly GraphThreshold[];
  /** The columns that are series, in the same order. */
  readonly fields: readonly ResolvedField[];
}

const MAX_SERIES = 200;

export function timeSeriesModel(
  fields: readonly ResolvedField[],
  { stepMs, hidden }: { readonly stepMs: number; readonly hidden: ReadonlySet<string> },
): TimeSeriesModel {
  const numeric = fields
    .filter(({ field, frame, custom }) => {
      const hide = asRecord(custom['hideFrom']);
      return (
        field.type === 'number' && hide['viz'] !== true && frame.fields.some(({ type }) => type === 'time')
      );
    })
    .slice(0, MAX_SERIES);
  const axes = new Map<string, GraphAxis>();
  for (const resolved of numeric) {
    const axis = axisOf(resolved);
    const known = axes.get(axis.key);
    axes.set(axis.key, known === undefined ? axis : widest(known, axis));
  }
  const series = numeric.map((resolved) => seriesOf(resolved, stepMs, hidden));
  const drawn = series.some(({ stack }) => stack?.endsWith(PERCENT) === true) ? asShares(series) : series;
  const [first] = numeric;
  return {
    fields: numeric,
    series: drawn,
    axes: [...axes.values()].toSorted(
      (one, other) => Number(one.side === 'none') - Number(other.side === 'none'),
    ),
    thresholds: first === undefined ? [] : thresholdsOf(first),
  };
}

const PERCENT = ' percent';

/** One axis a unit and side. */
function axisOf({ unit, custom, min, max, decimals }: ResolvedField): GraphAxis {
  const placement = asText(custom['axisPlacement'], 'auto');
  const side = placement === 'right' ? 'right' : placement === 'hidden' ? 'none' : 'left';
  const scale = asRecord(custom['scaleDistribution']);
  const isPercent = asRecord(custom['stacking'])['mode'] === 'percent';
  const format = formatterOf(isPercent ? 'percentunit' : unit);
  const softMin = asNumber(custom['axisSoftMin']);
  const softMax = asNumber(custom['axisSoftMax']);
  const label = asText(custom['axisLabel']);
  const isLog = scale['type'] === 'log';
  return {
    key: JSON.stringify([unit ?? '', side, isLog]),
    side,
    format: (value, given) => format(value, given ?? decimals),
    ...(label !== '' && { label }),
    ...(isPercent
      ? { min: 0, max: 1 }
      : { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }),
    ...(softMin !== undefined && { softMin }),
    ...(softMax !== undefined && { softMax }),
    ...(/^(?:[kmgtp]?bytes|bits|bin[Bb]ps|[KMGTP]iBs)$/.test(unit ?? '') && { binary: true }),
    ...(isLog && { log: asNumber(scale['log']) === 2 ? (2 as const) : (10 as const) }),
  };
}

function widest(one: GraphAxis, other: GraphAxis): GraphAxis {
  return other.softMax !== undefined && (one.softMax ?? -Infinity) < other.softMax
    ? { ...one, softMax: other.softMax }
    : one;
}

const STEPS: Readonly<Record<string, 'before' | 'after' | 'smooth'>> = {
  stepBefore: 'before',
  stepAfter: 'after',
  smooth: 'smooth',
};

function seriesOf(resolved: ResolvedField, stepMs: number, hidden: ReadonlySet<string>): GraphSeries {
  const { field, frame, name, custom, colour } = resolved;
  const times = frame.fields.find(({ type }) => type === 'time')?.values ?? [];
  const stacking = asRecord(custom['stacking']);
  const mode = asText(stacking['mode'], 'none');
  const style = asText(custom['drawStyle'], 'line');
  const lineStyle = asRecord(custom['lineStyle']);
  const dash = asList(lineStyle['dash']).flatMap((each) => asNumber(each) ?? []);
  const steps = STEPS[asText(custom['lineInterpolation'])];
  const isNegative = custom['transform'] === 'negative-Y';
  const span = custom['spanNulls'];
  const values = numbersOf(field);
  const gapMs = span === true ? Infinity : typeof span === 'number' && span > 0 ? span : stepMs * 1.5;
  return {
    name,
    times: times.map((time) => Number(time) / 1000),
    values: isNegative ? values.map((value) => (value === null ? null : -value)) : values,
    colour,
    style: style === 'bars' || style === 'points' ? style : 'line',
    width: asNumber(custom['lineWidth']) ?? 1,
    fillRatio: (asNumber(custom['fillOpacity']) ?? 0) / 100,
    axis: axisOf(resolved).key,
    hidden: hidden.has(name),
    ...(steps !== undefined && { steps }),
    ...(custom['showPoints'] === 'always' && { points: true }),
    ...(lineStyle['fill'] === 'dash' && { dash: dash.length > 0 ? dash : [10, 10] }),
    ...(lineStyle['fill'] === 'dot' && { dash: [1, 4] }),
    ...(mode !== 'none' && {
      stack: `${asText(stacking['group'], 'A')}${isNegative ? ' below' : ''}${mode === 'percent' ? PERCENT : ''}`,
    }),
    ...(Number.isFinite(gapMs) && gapMs > 0 && { gapSeconds: gapMs / 1000 }),
  };
}

function thresholdsOf(resolved: ResolvedField): readonly GraphThreshold[] {
  const mode = asText(asRecord(resolved.custom['thresholdsStyle'])['mode'], 'off');
  if (mode === 'off' || mode === 'series') return [];
  const steps = absoluteSteps(resolved.thresholds, { min: resolved.min ?? 0, max: resolved.max ?? 100 });
  return steps.map(({ value, colour }, index) => ({
    value,
    until: steps[index + 1]?.value ?? Infinity,
    colour: namedColour(colour) ?? 'var(--muted)',
    line: mode.startsWith('dashed') ? 'dashed' : mode.startsWith('line') ? 'solid' : 'none',
    area: mode.endsWith('area'),
    axis: axisOf(resolved).key,
  }));
}

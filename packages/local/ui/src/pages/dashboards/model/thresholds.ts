import { asList, asNumber, asRecord, asText } from './json.ts';

/** From this value on, this colour; the first is from minus infinity. */
export interface Threshold {
  readonly value: number;
  readonly colour: string;
}

export interface Thresholds {
  readonly mode: 'absolute' | 'percentage';
  readonly steps: readonly Threshold[];
}

export function readThresholds(json: unknown): Thresholds {
  const raw = asRecord(json);
  const steps = asList(raw['steps'])
    .map(asRecord)
    .map((step) => ({ value: asNumber(step['value']) ?? -Infinity, colour: asText(step['color'], 'green') }));
  return {
    mode: raw['mode'] === 'percentage' ? 'percentage' : 'absolute',
    steps: steps.toSorted((one, other) => one.value - other.value),
  };
}

/** The step that a value has reached; percentages are of the way from `min` to `max`. */
export function thresholdAt(
  { mode, steps }: Thresholds,
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): Threshold | undefined {
  const compared = mode === 'percentage' ? ((value - min) / (max - min)) * 100 : value;
  return steps.findLast((step) => compared >= step.value) ?? steps[0];
}

/** The same with values in the unit of the axis. */
export function absoluteSteps(
  { mode, steps }: Thresholds,
  { min, max }: { readonly min: number; readonly max: number },
): readonly Threshold[] {
  return mode === 'absolute'
    ? steps
    : steps.map(({ value, colour }) => ({ value: min + ((max - min) * value) / 100, colour }));
}

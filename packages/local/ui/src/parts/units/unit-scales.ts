import { numberText } from './number-text.ts';

/** Writes a value in a unit; decimals are as many as are usual when undefined. */
export type Formatter = (value: number, decimals?: number) => string;

/** The number, and the unit after it: `12 °C`. */
export function fixedUnit(suffix: string, { before = false, space = true } = {}): Formatter {
  const gap = space ? ' ' : '';
  return (value, decimals) => {
    const text = numberText(value, decimals);
    return before ? `${suffix}${text}` : `${text}${gap}${suffix}`.trimEnd();
  };
}

/**
 * A unit that grows by a factor: `scaledUnit(1024, ['B', 'KiB'])`, `scaledUnit(1000, ['', ' K', ' Mil'])`.
 *
 * @param names smallest first, as they stand after the number; a space in front is theirs
 */
export function scaledUnit(factor: number, names: readonly string[], startAt = 0): Formatter {
  return (value, decimals) => {
    if (!Number.isFinite(value)) return numberText(value, decimals);
    let place = startAt;
    let scaled = value;
    while (Math.abs(scaled) >= factor && place < names.length - 1) {
      scaled /= factor;
      place++;
    }
    while (scaled !== 0 && Math.abs(scaled) < 1 && place > 0) {
      scaled *= factor;
      place--;
    }
    return `${numberText(scaled, decimals)}${names[place] ?? ''}`;
  };
}

const SI = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const;
const SI_ONE = 5;

/** Decimal prefixes on a unit: `siUnit('Hz')`; `offset` 1 where values come in thousands of it. */
export function siUnit(unit: string, offset = 0): Formatter {
  return scaledUnit(
    1000,
    SI.map((prefix) => ` ${prefix}${unit}`),
    SI_ONE + offset,
  );
}

/** Binary prefixes on a unit: `binaryUnit('B')`. */
export function binaryUnit(unit: string, offset = 0): Formatter {
  const names = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'].map((prefix) => ` ${prefix}${unit}`);
  return scaledUnit(1024, names, offset);
}

/** Counts by short letters before the unit: `1.23K req/s`. */
export function countUnit(unit: string): Formatter {
  return scaledUnit(
    1000,
    ['', 'K', 'M', 'B', 'T'].map((letter) => `${letter} ${unit}`),
  );
}

interface Step {
  /** In seconds. */
  readonly seconds: number;
  readonly name: string;
  /** Of anything but one, where it is not the same. */
  readonly many?: string;
}

const STEPS: readonly Step[] = [
  { seconds: 1e-9, name: 'ns' },
  { seconds: 1e-6, name: 'µs' },
  { seconds: 1e-3, name: 'ms' },
  { seconds: 1, name: 's' },
  { seconds: 60, name: 'min', many: 'mins' },
  { seconds: 3600, name: 'hour', many: 'hours' },
  { seconds: 86_400, name: 'day', many: 'days' },
  { seconds: 604_800, name: 'week', many: 'weeks' },
  { seconds: 31_536_000, name: 'year', many: 'years' },
];

/**
 * A duration in the unit that suits it, never smaller than `smallest` and the units below a second that it allows.
 *
 * @param smallestSeconds of the unit that values come in [s]
 * @param floorSeconds smallest unit to write [s]
 */
export function durationUnit(smallestSeconds: number, floorSeconds = smallestSeconds): Formatter {
  const steps = STEPS.filter(({ seconds }) => seconds >= floorSeconds * 0.999);
  return (value, decimals) => {
    const seconds = value * smallestSeconds;
    const size = Math.abs(seconds);
    const own = STEPS.find((step) => Math.abs(step.seconds - smallestSeconds) < smallestSeconds * 0.001);
    const fitting = steps.findLast((step) => size >= step.seconds * 0.999_999_999_9) ?? steps[0];
    const step = size === 0 || !Number.isFinite(size) ? (own ?? steps[0]) : fitting;
    if (step === undefined) return numberText(value, decimals);
    // Straight from the value where the unit is its own: dividing would leave 100.00000000000001.
    const scaled = step === own ? value : seconds / step.seconds;
    const text = numberText(scaled, decimals);
    return `${text} ${step.many !== undefined && Number(text) !== 1 ? step.many : step.name}`;
  };
}

import type { OperationDifference, ResourceDifference } from '../../api/runs.ts';
import { bytes, duration, percent, shortNumber } from '../../parts/format.ts';

/** One cell of the table: `12 ms → 31 ms`, and whether that is more than chance. */
export interface DifferenceCell {
  readonly column: string;
  readonly text: string;
  readonly isSignificant: boolean;
}

const NONE = '–';

function pair(before: string, after: string): string {
  return before === after ? before : `${before} → ${after}`;
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? NONE : duration(seconds);
}

/** Requests, errors and quantiles of both runs, as pairs. */
export function differenceCells(operation: OperationDifference): readonly DifferenceCell[] {
  const { before, after } = operation;
  const rate = (numbers: typeof before): string =>
    numbers === undefined ? NONE : `${shortNumber(numbers.ratePerSecond)}/s`;
  const errors = (numbers: typeof before): string =>
    numbers === undefined ? NONE : percent(numbers.errorRatio);
  const quantiles = (['p50', 'p95', 'p99'] as const).map((name) => ({
    column: name,
    text: pair(secondsText(before?.[`${name}Seconds`]), secondsText(after?.[`${name}Seconds`])),
    isSignificant: operation[name]?.isSignificant ?? false,
  }));
  return [
    { column: 'rate', text: pair(rate(before), rate(after)), isSignificant: false },
    {
      column: 'errors',
      text: pair(errors(before), errors(after)),
      isSignificant: operation.errors?.isSignificant ?? false,
    },
    ...quantiles,
  ];
}

export function resourceText(value: number | undefined, unit: ResourceDifference['unit']): string {
  if (value === undefined) return NONE;
  if (unit === 'bytes') return bytes(value);
  if (unit === 'seconds') return duration(value);
  return unit === 'ratio' ? percent(value) : `${shortNumber(value)} cores`;
}

/** A ratio as a change: 1.25 is `+25 %`. */
export function changeText(ratio: number | undefined): string {
  if (ratio === undefined || !Number.isFinite(ratio)) return NONE;
  const change = Math.round((ratio - 1) * 100);
  return `${change > 0 ? '+' : ''}${change} %`;
}

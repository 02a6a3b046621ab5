import { duration, percent } from '../../parts/format.ts';

/** The first bucket of Tempo's histogram ends here [s]: within it nobody knows where. */
const FIRST_BUCKET_SECONDS = 0.1;

export function p95Text(seconds: number): string {
  return seconds <= FIRST_BUCKET_SECONDS ? `≤ ${duration(FIRST_BUCKET_SECONDS)}` : duration(seconds);
}

/** A share of failures, short enough for a box. */
export function failedText(ratio: number): string {
  if (ratio > 0 && ratio < 0.001) return '< 0.1 % failed';
  return `${percent(Number(ratio.toPrecision(2)))} failed`;
}

import { durationMs } from './duration.ts';

/** Whether a number is written as a duration. */
export function isDuration(text: string): boolean {
  return /[smhdwy]$/.test(text) && !/^0x/i.test(text);
}

/**
 * The value of a number as Prometheus reads it: `1_000`, `0x1F`, `010` (octal), `1e3`, `.5`, `Inf`, `NaN`, and a
 * duration in seconds: `1h30m` is 5400.
 *
 * @returns undefined when the text is none or does not fit into 64 bits
 */
export function parseNumber(text: string): number | undefined {
  const lower = text.toLowerCase();
  if (lower === 'inf' || lower === '+inf') return Number.POSITIVE_INFINITY;
  if (lower === 'nan') return Number.NaN;
  const digits = lower.replaceAll('_', '');
  if (/^0x[0-9a-f]+$/.test(digits)) return Number(digits);
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  if (/^(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/.test(digits)) {
    const value = Number(digits);
    return Number.isFinite(value) ? value : undefined;
  }
  const ms = durationMs(text);
  return ms === undefined ? undefined : ms / 1000;
}

/**
 * Digits after the point that show a value with about three digits: 0.0123, 0.500, 1.50, 12.3, 123; none for whole
 * numbers. The rule is Grafana's, so that a number reads the same in both.
 */
export function usualDecimals(value: number): number {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(size) || value % 1 === 0) return 0;
  const places = 1 - Math.floor(Math.log10(size));
  const leading = size * 10 ** places;
  // Past 22.5 of 10 to 100 a further digit still says something.
  return Math.max(0, leading > 2.25 ? places + 1 : places);
}

/** A number with so many digits after the point, or as many as are usual. */
export function numberText(value: number, decimals: number | undefined): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const places = Math.min(20, Math.max(0, decimals ?? usualDecimals(value)));
  const factor = 10 ** places;
  const rounded = Math.round(value * factor) / factor;
  if (!Number.isFinite(rounded)) return String(value);
  const text = String(rounded);
  return text.includes('e') ? text : rounded.toFixed(places);
}

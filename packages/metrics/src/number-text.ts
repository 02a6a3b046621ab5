/** A sample's value as both formats write it. */
export function numberText(value: number): string {
  if (value - value === 0) return String(value);
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : 'NaN';
}

/**
 * A bucket's bound or a quantile as OpenMetrics wants it: `1.0`, `0.005`, `1.048576e+06`. Prometheus 3 rewrites any
 * other spelling to this one; written so in both formats, a series stays the same when the format changes.
 *
 * Source: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md#considerations-canonical-numbers
 */
export function boundText(value: number): string {
  if (value - value !== 0) return numberText(value);
  if (value === 0) return '0.0';
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  // Where Go, whose spelling is the canonical one, begins to write exponents; JavaScript does so elsewhere.
  if (power < -4 || power >= 6) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  const text = power < 0 ? value.toFixed(digits.replaceAll(/[-.]/g, '').length - 1 - power) : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** Digits and decimal exponent of the shortest text that reads back as the same number: 1234.5 is 1.2345 and 3. */
function shortestDigits(value: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa = '0', exponent = '0'] = Math.abs(value).toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) };
}

/** NaN and the infinities, as Go writes them. */
function specialText(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? '+Inf' : '-Inf';
}

function sign(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : '';
}

function exponentText(exponent: number): string {
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${exponent < 0 ? '-' : '+'}${size}`;
}

function scientific(value: number): string {
  const { digits, exponent } = shortestDigits(value);
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign(value)}${digits[0]}${rest}e${exponentText(exponent)}`;
}

function positional(value: number): string {
  const { digits, exponent } = shortestDigits(value);
  if (exponent < 0) return `${sign(value)}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return `${sign(value)}${whole}${rest === '' ? '' : `.${rest}`}`;
}

/**
 * A number as Go's `%g` and `%v` write it: the shortest digits, scientific below 1e-4 and from 1e+06 on.
 */
export function goNumber(value: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return `${sign(value)}0`;
  const { exponent } = shortestDigits(value);
  return exponent < -4 || exponent >= 6 ? scientific(value) : positional(value);
}

/** A number as the HTTP API of Prometheus writes samples: scientific below 1e-6 and from 1e+21 on. */
export function sampleNumber(value: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  if (value === 0) return `${sign(value)}0`;
  const size = Math.abs(value);
  // JavaScript writes numbers of this size as they are wanted here.
  return size < 1e-6 || size >= 1e21 ? scientific(value) : String(value);
}

/** As many as JavaScript writes; a float right between two has no more. */
const ALL_DIGITS = 100;

/**
 * Rounds as Go does: a value right between two goes to the even one, where JavaScript takes the larger.
 *
 * @param rounded digits as JavaScript rounds them
 * @param exact all digits
 */
function halfToEven(rounded: string, exact: string): string {
  const cut = exact.slice(0, rounded.length);
  const rest = exact.slice(rounded.length).replace(/^\./, '');
  const isBetween = /^50*$/.test(rest);
  return isBetween && cut.length === rounded.length && /[02468]\.?$/.test(cut) ? cut : rounded;
}

/** The digits of Go's `%e`: an exponent has two of them at least. */
export function exponential(value: number, precision: number): string {
  const [mantissa = '', power = ''] = value.toExponential(Math.min(precision, 100)).split('e');
  const [exact = '', exactPower] = value.toExponential(ALL_DIGITS).split('e');
  const text = `${exactPower === power ? halfToEven(mantissa, exact) : mantissa}e${power}`;
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `%g` with a precision: so many significant digits, without zeros at the end. */
export function general(value: number, precision: number, alternate: boolean): string {
  const digits = Math.min(Math.max(precision, 1), 100);
  const exponent = Number(exponential(value, digits - 1).split('e')[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa = '', power = ''] = exponential(value, digits - 1).split('e');
    return `${alternate ? mantissa : withoutZeros(mantissa)}e${power}`;
  }
  // Decimals behind the last significant digit.
  const text = fixed(value, Math.max(digits - 1 - exponent, 0));
  return alternate ? text : withoutZeros(text);
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `toFixed` also for what it writes scientifically, from 1e21 on. */
export function fixed(value: number, precision: number): string {
  const digits = Math.min(precision, 100);
  if (value < 1e21) return halfToEven(value.toFixed(digits), value.toFixed(ALL_DIGITS));
  return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
}

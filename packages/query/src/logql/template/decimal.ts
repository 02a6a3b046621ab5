/** An exact number: `digits` times ten to the power of `-places`. */
export interface Decimal {
  readonly digits: bigint;
  readonly places: number;
}

/** The decimal that a number is written as. */
export function toDecimal(value: number): Decimal {
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const places = fraction.length - Number(power);
  return places >= 0 ? { digits, places } : { digits: digits * 10n ** BigInt(-places), places: 0 };
}

export function toNumber({ digits, places }: Decimal): number {
  return Number(`${digits}e-${places}`);
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const places = Math.max(left.places, right.places);
  const scale = ({ digits, places: own }: Decimal): bigint => digits * 10n ** BigInt(places - own);
  return [scale(left), scale(right), places];
}

export function add(left: Decimal, right: Decimal): Decimal {
  const [first, second, places] = aligned(left, right);
  return { digits: first + second, places };
}

export function subtract(left: Decimal, right: Decimal): Decimal {
  return add(left, { digits: -right.digits, places: right.places });
}

export function multiply(left: Decimal, right: Decimal): Decimal {
  return { digits: left.digits * right.digits, places: left.places + right.places };
}

/** Digits behind the point that a quotient has. */
const quotientPlaces = 16;

/** Rounded half away from zero to 16 digits behind the point. */
export function divide(left: Decimal, right: Decimal): Decimal {
  if (right.digits === 0n) throw new Error('decimal division by 0');
  const [first, second] = aligned(left, right);
  const scaled = first * 10n ** BigInt(quotientPlaces);
  const quotient = scaled / second;
  const rest = scaled % second;
  const away = absolute(rest) * 2n >= absolute(second);
  const step = scaled < 0n === second < 0n ? 1n : -1n;
  return { digits: away ? quotient + step : quotient, places: quotientPlaces };
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

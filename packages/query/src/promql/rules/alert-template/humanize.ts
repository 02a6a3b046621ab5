import { type GoValue, sprintf, typeName } from '../go-template/index.ts';

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const binary = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];

/** Digits of a number, four of them significant. */
function short(value: number): string {
  return sprintf('%.4g', [value]);
}

/**
 * A number of what a template passes as one.
 *
 * @throws {Error} in the words of Go, when it is none
 */
export function toNumber(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return parseFloatText(value);
  if (typeof value === 'object' && value.kind === 'object' && value.type === '*time.Duration')
    return Number(value.fields?.['seconds']);
  throw new Error(`can't convert ${value === undefined ? '<nil>' : typeName(value)} to float`);
}

function parseFloatText(text: string): number {
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return NaN;
  const isNumber = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const value = isNumber ? Number(text) : NaN;
  if (isNumber && Number.isFinite(value)) return value;
  const why = isNumber ? 'value out of range' : 'invalid syntax';
  throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: ${why}`);
}

function isPlain(value: number): boolean {
  return Number.isNaN(value) || !Number.isFinite(value);
}

/** A value in steps of a base up, with the sign of the last step. */
function scaleUp(value: number, base: number, signs: readonly string[]): string {
  let rest = value;
  let sign = '';
  for (const next of signs) {
    if (Math.abs(rest) < base) break;
    sign = next;
    rest /= base;
  }
  return short(rest) + sign;
}

function scaleDown(value: number): string {
  let rest = value;
  let sign = '';
  for (const next of small) {
    if (Math.abs(rest) >= 1) break;
    sign = next;
    rest *= 1000;
  }
  return short(rest) + sign;
}

/** A number with a metric prefix: 1234567 is `1.235M`. */
export function humanize(argument: GoValue): string {
  const value = toNumber(argument);
  if (value === 0 || isPlain(value)) return short(value);
  return Math.abs(value) >= 1 ? scaleUp(value, 1000, large) : scaleDown(value);
}

/** A number with a binary prefix: 1048576 is `1Mi`. */
export function humanize1024(argument: GoValue): string {
  const value = toNumber(argument);
  return Math.abs(value) <= 1 || isPlain(value) ? short(value) : scaleUp(value, 1024, binary);
}

/** A ratio as a percentage: 0.1234 is `12.34%`. */
export function humanizePercentage(argument: GoValue): string {
  return `${short(toNumber(argument) * 100)}%`;
}

/** Seconds as days, hours, minutes and seconds: 3725 is `1h 2m 5s`; below a second with a metric prefix. */
export function humanizeDuration(argument: GoValue): string {
  const value = toNumber(argument);
  if (isPlain(value)) return short(value);
  if (value === 0) return '0s';
  const size = Math.abs(value);
  if (size < 1) return `${scaleDown(value)}s`;
  const sign = value < 0 ? '-' : '';
  const whole = Math.trunc(size);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'm'],
    [whole % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count !== 0);
  if (whole < 60) return `${sign}${short(size)}s`;
  return (
    sign +
    parts
      .slice(first)
      .map(([count, unit]) => `${count}${unit}`)
      .join(' ')
  );
}

/** As messages show a value that is no time. */
export function plainNumber(value: number): string {
  return short(value);
}

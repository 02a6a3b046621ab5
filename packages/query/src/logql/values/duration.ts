import type { ParsedNumber } from './go-float.ts';
import { goQuote } from '../../go-quote.ts';

/** Nanoseconds of each unit that Go's durations have. */
const goUnits: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds and place of each unit of Prometheus's durations: a later one has to be smaller. */
const prometheusUnits: Readonly<Record<string, { readonly ns: number; readonly place: number }>> = {
  y: { ns: 365 * 86_400e9, place: 1 },
  w: { ns: 7 * 86_400e9, place: 2 },
  d: { ns: 86_400e9, place: 3 },
  h: { ns: 3600e9, place: 4 },
  m: { ns: 60e9, place: 5 },
  s: { ns: 1e9, place: 6 },
  ms: { ns: 1e6, place: 7 },
};

const goPart = /(\d*)(?:(\.)(\d*))?([^.\d]*)/y;
const prometheusPart = /(\d*)(\D*)/y;
const maxNs = 2 ** 63;

/** The text in double quotes as Go's package `time` writes it: all but printable ASCII byte by byte. */
function timeQuote(text: string): string {
  const quoted = text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll(/[^ -\u007f]/gu, (character) =>
      Array.from(
        new TextEncoder().encode(character),
        (byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`,
      ).join(''),
    );
  return `"${quoted}"`;
}

/** Reads `1h2m3.5s`, as Go's `time.ParseDuration` does [ns]. */
export function parseGoDuration(text: string): ParsedNumber {
  const invalid = { problem: `time: invalid duration ${timeQuote(text)}` };
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = text.replace(/^[+-]/, '');
  if (rest === '0') return { value: 0 };
  if (rest === '') return invalid;
  let total = 0;
  goPart.lastIndex = 0;
  while (goPart.lastIndex < rest.length) {
    const [, whole = '', , fraction = '', unit = ''] = goPart.exec(rest)!;
    if (whole === '' && fraction === '') return invalid;
    if (unit === '') return { problem: `time: missing unit in duration ${timeQuote(text)}` };
    const ns = Object.hasOwn(goUnits, unit) ? goUnits[unit] : undefined;
    if (ns === undefined)
      return { problem: `time: unknown unit ${timeQuote(unit)} in duration ${timeQuote(text)}` };
    total += Number(whole) * ns + (fraction === '' ? 0 : Math.trunc(Number(`0.${fraction}`) * ns));
    if (total > maxNs) return invalid;
  }
  return { value: sign * total };
}

/** Reads `1d12h`, as Prometheus's durations are [ns]: whole numbers, from the biggest unit to the smallest. */
export function parsePrometheusDuration(text: string): ParsedNumber {
  if (text === '0') return { value: 0 };
  if (text === '') return { problem: 'empty duration string' };
  const invalid = { problem: `not a valid duration string: ${goQuote(text)}` };
  let total = 0;
  let lastPlace = 0;
  prometheusPart.lastIndex = 0;
  while (prometheusPart.lastIndex < text.length) {
    const [, amount = '', name = ''] = prometheusPart.exec(text)!;
    if (amount === '' || name === '' || amount.length > 19) return invalid;
    const unit = Object.hasOwn(prometheusUnits, name) ? prometheusUnits[name] : undefined;
    if (unit === undefined) return { problem: `unknown unit ${goQuote(name)} in duration ${goQuote(text)}` };
    if (unit.place <= lastPlace) return invalid;
    lastPlace = unit.place;
    total += Number(amount) * unit.ns;
    if (total > maxNs) return { problem: 'duration out of range' };
  }
  return { value: total };
}

/** A duration of a query: of Prometheus, or else of Go [ns]. */
export function parseQueryDuration(text: string): ParsedNumber {
  const parsed = parsePrometheusDuration(text);
  return 'value' in parsed ? parsed : parseGoDuration(text);
}

/** `1h30m0s`, as Go writes a duration of so many nanoseconds. */
export function formatGoDuration(ns: number): string {
  if (ns === 0) return '0s';
  const sign = ns < 0 ? '-' : '';
  const amount = Math.abs(ns);
  if (amount < 1e3) return `${sign}${amount}ns`;
  if (amount < 1e6) return `${sign}${amount / 1e3}µs`;
  if (amount < 1e9) return `${sign}${amount / 1e6}ms`;
  const seconds = Math.floor(amount / 1e9);
  const rest = amount - seconds * 1e9;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
  const secondsText = `${seconds % 60}${fraction}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return sign + secondsText;
  const minutesText = `${minutes % 60}m${secondsText}`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? sign + minutesText : `${sign}${hours}h${minutesText}`;
}

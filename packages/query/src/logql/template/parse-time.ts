import { monthNames } from './format-time.ts';
import { layoutParts } from './go-layout.ts';
import type { LayoutPart } from './go-layout.ts';
import { zoneAt } from './go-time.ts';

/** What the parts of a layout have given so far. */
interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  afternoon: boolean | undefined;
  offsetSeconds: number | undefined;
}

interface Reader {
  readonly pattern: RegExp;
  readonly read: (text: string, fields: Fields) => void;
}

function monthOf(text: string): number {
  return (
    monthNames.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase()) + 1
  );
}

const readers: Readonly<Partial<Record<LayoutPart['kind'], Reader>>> = {
  year: { pattern: /\d{4}/y, read: (text, fields) => (fields.year = Number(text)) },
  'short-year': {
    pattern: /\d{2}/y,
    read: (text, fields) => (fields.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000)),
  },
  'month-name': { pattern: /[A-Za-z]+/y, read: (text, fields) => (fields.month = monthOf(text)) },
  'short-month-name': { pattern: /[A-Za-z]{3}/y, read: (text, fields) => (fields.month = monthOf(text)) },
  month: { pattern: /\d{1,2}/y, read: (text, fields) => (fields.month = Number(text)) },
  day: { pattern: / ?\d{1,2}/y, read: (text, fields) => (fields.day = Number(text)) },
  weekday: { pattern: /[A-Za-z]+/y, read: () => undefined },
  'short-weekday': { pattern: /[A-Za-z]{3}/y, read: () => undefined },
  hour: { pattern: /\d{1,2}/y, read: (text, fields) => (fields.hour = Number(text)) },
  hour12: { pattern: /\d{1,2}/y, read: (text, fields) => (fields.hour = Number(text) % 12) },
  minute: { pattern: /\d{1,2}/y, read: (text, fields) => (fields.minute = Number(text)) },
  second: { pattern: /\d{1,2}(?:[.,]\d+)?/y, read: (text, fields) => readSecond(text, fields) },
  fraction: { pattern: /(?:[.,]\d+)?/y, read: (text, fields) => (fields.nanosecond = nanosecondOf(text)) },
  'am-pm': { pattern: /[AaPp][Mm]/y, read: (text, fields) => (fields.afternoon = /^p/i.test(text)) },
  'zone-name': { pattern: /[A-Z]{3,4}|[+-]\d{2}/y, read: () => undefined },
  offset: {
    pattern: /Z|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?/y,
    read: (text, fields) => (fields.offsetSeconds = offsetOf(text)),
  },
};

function readSecond(text: string, fields: Fields): void {
  const [whole = '0', rest = ''] = text.split(/[.,]/);
  fields.second = Number(whole);
  if (rest !== '') fields.nanosecond = nanosecondOf(`.${rest}`);
}

function nanosecondOf(text: string): number {
  return text === '' ? 0 : Number(text.slice(1).padEnd(9, '0').slice(0, 9));
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const digits = text.replaceAll(/\D/g, '').padEnd(6, '0');
  const amount =
    Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6));
  return text.startsWith('-') ? -amount : amount;
}

/** Reads a time as a layout of Go says [ns since 1970]; undefined when it does not fit. */
export function parseTime(layout: string, text: string, zone = 'UTC'): bigint | undefined {
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    afternoon: undefined,
    offsetSeconds: undefined,
  };
  let at = 0;
  for (const part of layoutParts(layout)) {
    const length = readPart(part, text, at, fields);
    if (length === undefined) return undefined;
    at += length;
  }
  return at === text.length && isValid(fields) ? instantOf(fields, zone) : undefined;
}

function readPart(
  { kind, text: wanted }: LayoutPart,
  text: string,
  at: number,
  fields: Fields,
): number | undefined {
  const reader = readers[kind];
  if (reader === undefined) return text.startsWith(wanted, at) ? wanted.length : undefined;
  // A second takes a fraction that the layout does not name; where it names one, it is left to that.
  reader.pattern.lastIndex = at;
  const found = reader.pattern.exec(text)?.[0];
  if (found === undefined) return undefined;
  reader.read(found, fields);
  return found.length;
}

function isValid({ month, day, hour, minute, second }: Fields): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 59;
}

function instantOf(fields: Fields, zone: string): bigint {
  const { year, month, day, minute, second, nanosecond, afternoon, offsetSeconds } = fields;
  const hour = afternoon === true ? (fields.hour % 12) + 12 : fields.hour;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const localNs = BigInt(date.getTime()) * 1_000_000n + BigInt(nanosecond);
  if (offsetSeconds !== undefined) return localNs - BigInt(offsetSeconds) * 1_000_000_000n;
  const guess = zoneAt(zone, localNs).offsetSeconds;
  const exact = zoneAt(zone, localNs - BigInt(guess) * 1_000_000_000n).offsetSeconds;
  return localNs - BigInt(exact) * 1_000_000_000n;
}

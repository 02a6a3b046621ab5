import { dayNames, monthNames } from './format-time.ts';
import { layoutParts } from './go-layout.ts';
import type { LayoutPart } from './go-layout.ts';
import { offsetText, zoneAt } from './go-time.ts';

/** A time that was read, and the zone that it is in. */
export interface ParsedTime {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  /** Ahead of UTC [s]. */
  readonly offsetSeconds: number;
  readonly zone: string;
}

/** What the parts of a layout have given so far. */
interface Fields {
  year: number;
  month?: number;
  day?: number;
  /** 1 to 366. */
  yearDay?: number;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  half?: 'am' | 'pm';
  offsetSeconds?: number;
  zone?: string;
}

/**
 * Reads a part from the beginning of a text.
 *
 * @param part as it stands in the layout
 * @param next what the layout has of a time behind it
 * @returns how many characters it has taken; undefined when the text does not fit
 */
type Reader = (
  text: string,
  fields: Fields,
  part: string,
  next: LayoutPart | undefined,
) => number | undefined;

/** @param take keeps what was found; false when it may not be */
function patternReader(
  patternOf: (part: string) => RegExp,
  take: (fields: Fields, found: RegExpExecArray) => boolean | void,
): Reader {
  return (text, fields, part) => {
    const found = patternOf(part).exec(text);
    return found === null || take(fields, found) === false ? undefined : found[0].length;
  };
}

/** A number of one digit or two; with a zero in front in the layout, of two. */
function numberReader(
  name: 'month' | 'day' | 'hour' | 'minute' | 'second',
  from: number,
  to: number,
): Reader {
  return patternReader(
    (part) => (part.startsWith('0') ? /^\d\d/ : part.startsWith('_') ? /^ ?\d\d?/ : /^\d\d?/),
    (fields, [digits]) => {
      const value = Number(digits);
      fields[name] = value;
      return value >= from && value <= to;
    },
  );
}

/** The first name that stands there, in any case. */
function nameReader(names: readonly string[], take: (fields: Fields, place: number) => void): Reader {
  return (text, fields) => {
    const place = names.findIndex((name) => text.slice(0, name.length).toLowerCase() === name.toLowerCase());
    if (place === -1) return undefined;
    take(fields, place);
    return names[place]!.length;
  };
}

const takeMonth = (fields: Fields, place: number): void => void (fields.month = place + 1);
const shortNames = (names: readonly string[]): readonly string[] => names.map((name) => name.slice(0, 3));
const readSecond = numberReader('second', 0, 59);

const readers: Readonly<Record<LayoutPart['kind'], Reader>> = {
  text: readText,
  year: patternReader(
    () => /^\d{4}/,
    (fields, [digits]) => void (fields.year = Number(digits)),
  ),
  'short-year': patternReader(
    () => /^\d\d/,
    (fields, [digits]) => void (fields.year = Number(digits) + (Number(digits) >= 69 ? 1900 : 2000)),
  ),
  'month-name': nameReader(monthNames, takeMonth),
  'short-month-name': nameReader(shortNames(monthNames), takeMonth),
  month: numberReader('month', 1, 12),
  day: numberReader('day', 0, 99),
  'year-day': patternReader(
    (part) => (part === '002' ? /^\d{3}/ : /^ {0,2}\d{1,3}/),
    (fields, [digits]) => void (fields.yearDay = Number(digits)),
  ),
  weekday: nameReader(dayNames, () => undefined),
  'short-weekday': nameReader(shortNames(dayNames), () => undefined),
  hour: numberReader('hour', 0, 23),
  hour12: numberReader('hour', 0, 12),
  minute: numberReader('minute', 0, 59),
  second(text, fields, part, next) {
    const length = readSecond(text, fields, part, next);
    if (length === undefined || next?.kind === 'fraction') return length;
    // A fraction may follow that the layout does not name.
    return length + readFraction(text.slice(length), fields, /^(?:[.,]\d+)?/)!;
  },
  fraction: (text, fields, part) =>
    readFraction(
      text,
      fields,
      part[1] === '0' ? new RegExp(`^[.,]\\d{${part.length - 1}}`) : /^(?:[.,]\d+)?/,
    ),
  'am-pm': patternReader(
    (part) => (part === 'PM' ? /^[AP]M/ : /^[ap]m/),
    (fields, [half]) => void (fields.half = half.toLowerCase() as 'am' | 'pm'),
  ),
  'zone-name': readZoneName,
  offset: readOffset,
};

/** Spaces fit any number of them, or the end. */
function readText(text: string, _fields: Fields, part: string): number | undefined {
  const pattern = part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`).replaceAll(/ +/g, '(?: +|$)');
  return new RegExp(`^${pattern}`).exec(text)?.[0].length;
}

function readFraction(text: string, fields: Fields, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[0];
  if (found !== undefined && found !== '')
    fields.nanosecond = Number(found.slice(1).padEnd(9, '0').slice(0, 9));
  return found?.length;
}

/** `UTC`, `GMT+2`, `-03`, or letters that look like a zone. */
const zoneName = /^(?:UTC|ChST|MeST|GMT(?:[+-]\d+)?|[+-]\d+|(?:[A-Z]{4}T|[A-Z]{3}T|WITA|[A-Z]{3})(?![A-Z]))/;

function readZoneName(text: string, fields: Fields): number | undefined {
  const found = zoneName.exec(text)?.[0];
  if (found !== undefined) fields.zone = found;
  return found?.length;
}

/** `Z07:00` takes a Z too; how many digits there are, and whether with colons, the layout says. */
function readOffset(text: string, fields: Fields, part: string): number | undefined {
  if (part.startsWith('Z') && text.startsWith('Z')) {
    fields.zone = 'UTC';
    return 1;
  }
  const found = new RegExp(`^([+-])${part.slice(1).replaceAll(/\d\d/g, String.raw`(\d\d)`)}`).exec(text);
  if (found === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(2).map(Number);
  if (hours > 24 || minutes > 60 || seconds > 60) return undefined;
  const amount = hours * 3600 + minutes * 60 + seconds;
  fields.offsetSeconds = found[1] === '-' ? -amount : amount;
  return found[0].length;
}

/** Reads a time as a layout of Go says; undefined when it does not fit. Source: https://pkg.go.dev/time#Parse */
export function parseTime(layout: string, text: string, zone = 'UTC'): ParsedTime | undefined {
  const fields: Fields = { year: 0, hour: 0, minute: 0, second: 0, nanosecond: 0 };
  const parts = layoutParts(layout);
  let at = 0;
  for (const [place, { kind, text: part }] of parts.entries()) {
    // Never are two texts side by side.
    const next = parts[place + 1]?.kind === 'text' ? parts[place + 2] : parts[place + 1];
    const length = readers[kind](text.slice(at), fields, part, next);
    if (length === undefined) return undefined;
    at += length;
  }
  const localNs = at === text.length ? localTime(fields) : undefined;
  return localNs === undefined ? undefined : inZone(localNs, fields, zone);
}

/** What a clock of UTC that shows this would mean [ns since 1970]; undefined when there is no such day. */
function localTime(fields: Fields): bigint | undefined {
  const { year, yearDay, half, minute, second, nanosecond } = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  if (yearDay === undefined) date.setUTCMonth((fields.month ?? 1) - 1, fields.day ?? 1);
  else date.setUTCDate(yearDay);
  const { month = date.getUTCMonth() + 1, day = date.getUTCDate() } = fields;
  if (date.getUTCFullYear() !== year || date.getUTCMonth() + 1 !== month || date.getUTCDate() !== day)
    return undefined;
  const noon = half === 'pm' && fields.hour < 12 ? 12 : half === 'am' && fields.hour === 12 ? -12 : 0;
  date.setUTCHours(fields.hour + noon, minute, second);
  return BigInt(date.getTime()) * 1_000_000n + BigInt(nanosecond);
}

function inZone(localNs: bigint, { offsetSeconds, zone: named }: Fields, zone: string): ParsedTime {
  if (named === 'UTC') return { timeNs: localNs, offsetSeconds: 0, zone: 'UTC' };
  if (offsetSeconds !== undefined) {
    const timeNs = localNs - nanoseconds(offsetSeconds);
    const there = zoneAt(zone, timeNs);
    const isThere = there.offsetSeconds === offsetSeconds && (named === undefined || named === there.name);
    return { timeNs, offsetSeconds, zone: isThere ? there.name : (named ?? offsetText(offsetSeconds)) };
  }
  const guess = zoneAt(zone, localNs).offsetSeconds;
  const exact = zoneAt(zone, localNs - nanoseconds(guess));
  const timeNs = localNs - nanoseconds(exact.offsetSeconds);
  if (named === undefined || named === exact.name)
    return { timeNs, offsetSeconds: exact.offsetSeconds, zone: exact.name };
  // A zone that nobody knows is as far ahead as its name says, and does not change what the clock shows.
  const hours = /^GMT([+-]\d+)$/.exec(named)?.[1] ?? '0';
  return { timeNs: localNs, offsetSeconds: Number(hours) * 3600, zone: named };
}

function nanoseconds(seconds: number): bigint {
  return BigInt(seconds) * 1_000_000_000n;
}

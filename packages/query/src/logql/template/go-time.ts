import { createBoundedCache } from '../../bounded-cache.ts';
import { zoneAbbreviation } from './zone-abbreviation.ts';
import type { GoObject, GoValue } from '../../promql/rules/go-template/index.ts';

/** A time of Go in a template. */
export interface GoTime extends GoObject {
  /** Since 1970 [ns]. */
  readonly timeNs: bigint;
  /** Ahead of UTC [s]. */
  readonly offsetSeconds: number;
  readonly zone: string;
}

export interface Clock {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly yearDay: number;
}

const billion = 1_000_000_000n;

/** What a clock shows at a time, in a zone so far ahead of UTC. */
export function clockAt(timeNs: bigint, offsetSeconds: number): Clock {
  const local = timeNs + BigInt(offsetSeconds) * billion;
  const rest = ((local % billion) + billion) % billion;
  const date = new Date(Number((local - rest) / 1_000_000n));
  const year = date.getUTCFullYear();
  const startOfYear = new Date(0).setUTCFullYear(year, 0, 1);
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: Number(rest),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - startOfYear) / 86_400_000) + 1,
  };
}

const formats = createBoundedCache(64, (timeZone) => ({
  offset: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }),
  name: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'long' }),
}));

/** Offset and name of a zone at a time, `+0545` where the tz database has no letters for it; of an unknown zone those of UTC. */
export function zoneAt(
  zone: string,
  timeNs: bigint,
): { readonly offsetSeconds: number; readonly name: string } {
  if (zone === '' || zone === 'UTC' || zone === 'Local') return { offsetSeconds: 0, name: 'UTC' };
  try {
    const date = new Date(Number(timeNs / 1_000_000n));
    const { offset, name } = formats.get(zone);
    // `1/15/2026, GMT+01:00`, and nothing behind GMT where it is that.
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
      /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(offset.format(date)) ?? [];
    const amount = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    const offsetSeconds = sign === '-' ? -amount : amount;
    const english = name.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const letters = zoneAbbreviation(zone, english);
    return { offsetSeconds, name: letters ?? offsetText(offsetSeconds).replace(/00$/, '') };
  } catch {
    return { offsetSeconds: 0, name: 'UTC' };
  }
}

export function goTime(timeNs: bigint, offsetSeconds = 0, zone = 'UTC'): GoTime {
  return {
    kind: 'object',
    type: 'time.Time',
    text: timeText(timeNs, offsetSeconds, zone),
    timeNs,
    offsetSeconds,
    zone,
  };
}

export function isGoTime(value: GoValue): value is GoTime {
  return typeof value === 'object' && value.kind === 'object' && 'timeNs' in value;
}

/** As Go prints a time: `2023-01-15 16:08:09.902 +0000 UTC`. */
function timeText(timeNs: bigint, offsetSeconds: number, zone: string): string {
  const { year, month, day, hour, minute, second, nanosecond } = clockAt(timeNs, offsetSeconds);
  const fraction = nanosecond === 0 ? '' : `.${String(nanosecond).padStart(9, '0').replace(/0+$/, '')}`;
  const date = `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
  return `${date} ${pad(hour)}:${pad(minute)}:${pad(second)}${fraction} ${offsetText(offsetSeconds)} ${zone}`;
}

export function pad(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}

/** `+0100`. */
export function offsetText(offsetSeconds: number, between = ''): string {
  const minutes = Math.floor(Math.abs(offsetSeconds) / 60);
  return `${offsetSeconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${between}${pad(minutes % 60)}`;
}

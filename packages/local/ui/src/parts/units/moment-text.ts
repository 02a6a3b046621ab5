import { ago } from '../format.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-26 09:41:07` of a moment [ms since 1970], in the time zone of whoever looks. */
export function isoMoment(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'Invalid date';
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${clockOf(date)}`;
}

function clockOf(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The same without the day where it is today. */
export function isoMomentUnlessToday(ms: number, nowMs: number = Date.now()): string {
  const date = new Date(ms);
  return date.toDateString() === new Date(nowMs).toDateString() ? clockOf(date) : isoMoment(ms);
}

/** `11/26/2026 9:41:07 am`. */
export function usMoment(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'Invalid date';
  const hours = date.getHours();
  const clock = `${hoursOfTwelve(date)}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${two(date.getMonth() + 1)}/${two(date.getDate())}/${date.getFullYear()} ${clock} ${hours < 12 ? 'am' : 'pm'}`;
}

/** As the browser's language writes it. */
export function localMoment(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? 'Invalid date' : date.toLocaleString();
}

export function momentFromNow(ms: number): string {
  if (!Number.isFinite(ms)) return 'Invalid date';
  return ms > Date.now() ? `in ${ago(Date.now(), ms).replace(/ ago$/, '')}` : ago(ms, Date.now());
}

/** A pattern of Moment.js, as far as dates need it: `YYYY-MM-DD HH:mm:ss.SSS`. */
export function patternMoment(ms: number, pattern: string): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'Invalid date';
  const parts: Readonly<Record<string, string>> = {
    YYYY: String(date.getFullYear()),
    YY: two(date.getFullYear() % 100),
    MMMM: date.toLocaleString('en-US', { month: 'long' }),
    MMM: date.toLocaleString('en-US', { month: 'short' }),
    MM: two(date.getMonth() + 1),
    M: String(date.getMonth() + 1),
    DD: two(date.getDate()),
    Do: ordinal(date.getDate()),
    D: String(date.getDate()),
    dddd: date.toLocaleString('en-US', { weekday: 'long' }),
    ddd: date.toLocaleString('en-US', { weekday: 'short' }),
    HH: two(date.getHours()),
    H: String(date.getHours()),
    hh: two(hoursOfTwelve(date)),
    h: String(hoursOfTwelve(date)),
    mm: two(date.getMinutes()),
    m: String(date.getMinutes()),
    ss: two(date.getSeconds()),
    s: String(date.getSeconds()),
    SSS: String(date.getMilliseconds()).padStart(3, '0'),
    a: date.getHours() < 12 ? 'am' : 'pm',
    A: date.getHours() < 12 ? 'AM' : 'PM',
    ZZ: zoneText(date).replace(':', ''),
    Z: zoneText(date),
    X: String(Math.floor(ms / 1000)),
    x: String(ms),
  };
  return pattern.replaceAll(
    /\[([^\]]*)\]|YYYY|YY|M{1,4}|Do|DD?|d{3,4}|HH?|hh?|mm?|SSS|ss?|ZZ?|[aAXx]/g,
    (token, quoted: string | undefined) => quoted ?? parts[token] ?? token,
  );
}

function hoursOfTwelve(date: Date): number {
  return date.getHours() % 12 === 0 ? 12 : date.getHours() % 12;
}

/** `6th` */
function ordinal(day: number): string {
  const last = day >= 11 && day <= 13 ? 0 : day % 10;
  return `${day}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}

/** `+01:00` of whoever looks, then. */
function zoneText(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const far = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(far / 60))}:${two(far % 60)}`;
}

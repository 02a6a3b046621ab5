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
  const clock = `${hours % 12 === 0 ? 12 : hours % 12}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
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
    MMM: date.toLocaleString('en-US', { month: 'short' }),
    MM: two(date.getMonth() + 1),
    M: String(date.getMonth() + 1),
    DD: two(date.getDate()),
    D: String(date.getDate()),
    ddd: date.toLocaleString('en-US', { weekday: 'short' }),
    HH: two(date.getHours()),
    H: String(date.getHours()),
    hh: two(date.getHours() % 12 === 0 ? 12 : date.getHours() % 12),
    mm: two(date.getMinutes()),
    ss: two(date.getSeconds()),
    SSS: String(date.getMilliseconds()).padStart(3, '0'),
    a: date.getHours() < 12 ? 'am' : 'pm',
    A: date.getHours() < 12 ? 'AM' : 'PM',
    X: String(Math.floor(ms / 1000)),
    x: String(ms),
  };
  return pattern.replaceAll(
    /\[([^\]]*)\]|YYYY|YY|MMM|MM|M|DD|D|ddd|HH|H|hh|mm|ss|SSS|a|A|X|x/g,
    (token, quoted: string | undefined) => quoted ?? parts[token] ?? token,
  );
}

import { layoutParts } from './go-layout.ts';
import type { LayoutPart } from './go-layout.ts';
import { clockAt, offsetText, pad } from './go-time.ts';
import type { Clock } from './go-time.ts';

export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
export const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

interface Zone {
  readonly offsetSeconds: number;
  readonly zone: string;
}

type Writer = (clock: Clock, text: string, zone: Zone) => string;

/** With a leading zero where the layout has one, with a space where it has an underscore. */
function padded(value: number, text: string): string {
  if (text.startsWith('0')) return pad(value, text.length);
  return text.startsWith('_') ? String(value).padStart(text.length) : String(value);
}

const writers: Readonly<Record<LayoutPart['kind'], Writer>> = {
  text: (_clock, text) => text,
  year: ({ year }) => pad(year, 4),
  'short-year': ({ year }) => pad(year % 100),
  'month-name': ({ month }) => monthNames[month - 1]!,
  'short-month-name': ({ month }) => monthNames[month - 1]!.slice(0, 3),
  month: ({ month }, text) => padded(month, text),
  day: ({ day }, text) => padded(day, text),
  'year-day': ({ yearDay }, text) => padded(yearDay, text),
  weekday: ({ weekday }) => dayNames[weekday]!,
  'short-weekday': ({ weekday }) => dayNames[weekday]!.slice(0, 3),
  hour: ({ hour }) => pad(hour),
  hour12: ({ hour }, text) => padded(hour % 12 === 0 ? 12 : hour % 12, text),
  minute: ({ minute }, text) => padded(minute, text),
  second: ({ second }, text) => padded(second, text),
  fraction: ({ nanosecond }, text) => fraction(nanosecond, text),
  'am-pm': ({ hour }, text) => (text === 'PM' ? (hour < 12 ? 'AM' : 'PM') : hour < 12 ? 'am' : 'pm'),
  'zone-name': (_clock, _text, { zone }) => zone,
  offset: (_clock, text, { offsetSeconds }) => offset(offsetSeconds, text),
};

/** A time as a layout of Go writes it. */
export function formatTime(
  timeNs: bigint,
  layout: string,
  zone: Zone = { offsetSeconds: 0, zone: 'UTC' },
): string {
  const clock = clockAt(timeNs, zone.offsetSeconds);
  return layoutParts(layout)
    .map(({ kind, text }) => writers[kind](clock, text, zone))
    .join('');
}

function fraction(nanosecond: number, text: string): string {
  const digits = text.length - 1;
  const all = String(nanosecond).padStart(9, '0').slice(0, digits);
  if (text[1] === '0') return `${text.charAt(0)}${all}`;
  const short = all.replace(/0+$/, '');
  return short === '' ? '' : `${text.charAt(0)}${short}`;
}

function offset(offsetSeconds: number, text: string): string {
  if (text.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const withColon = text.includes(':');
  const whole = offsetText(offsetSeconds, withColon ? ':' : '');
  const digits = text.replaceAll(/[^\d]/g, '').length;
  if (digits === 2) return whole.slice(0, 3);
  return digits === 4 ? whole : `${whole}${withColon ? ':' : ''}${pad(Math.abs(offsetSeconds) % 60)}`;
}

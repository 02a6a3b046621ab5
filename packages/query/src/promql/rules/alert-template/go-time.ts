import type { GoFunction, GoObject, GoValue } from '../go-template/index.ts';

const months = [
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
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** Parts of a time by how they stand in a layout of Go: those of Monday, January 2nd 2006, 15:04:05. */
const parts: Readonly<Record<string, (time: Date) => string>> = {
  January: (time) => months[time.getUTCMonth()]!,
  Jan: (time) => months[time.getUTCMonth()]!.slice(0, 3),
  Monday: (time) => days[time.getUTCDay()]!,
  Mon: (time) => days[time.getUTCDay()]!.slice(0, 3),
  MST: () => 'UTC',
  '2006': (time) => String(time.getUTCFullYear()).padStart(4, '0'),
  '06': (time) => two(time.getUTCFullYear() % 100),
  '01': (time) => two(time.getUTCMonth() + 1),
  '1': (time) => String(time.getUTCMonth() + 1),
  '02': (time) => two(time.getUTCDate()),
  _2: (time) => String(time.getUTCDate()).padStart(2, ' '),
  '2': (time) => String(time.getUTCDate()),
  '15': (time) => two(time.getUTCHours()),
  '03': (time) => two(time.getUTCHours() % 12 || 12),
  '3': (time) => String(time.getUTCHours() % 12 || 12),
  '04': (time) => two(time.getUTCMinutes()),
  '4': (time) => String(time.getUTCMinutes()),
  '05': (time) => two(time.getUTCSeconds()),
  '5': (time) => String(time.getUTCSeconds()),
  PM: (time) => (time.getUTCHours() < 12 ? 'AM' : 'PM'),
  pm: (time) => (time.getUTCHours() < 12 ? 'am' : 'pm'),
  'Z07:00': () => 'Z',
  Z0700: () => 'Z',
  '-07:00': () => '+00:00',
  '-0700': () => '+0000',
  '-07': () => '+00',
};

const layoutPart =
  /January|Jan|Monday|Mon|MST|2006|Z07:00|Z0700|-07:00|-0700|-07|_2|01|02|03|04|05|06|15|PM|pm|[.,](?:0+|9+)(?!\d)|[1-5]/g;

/** The share of a second in a layout: `.000` with all digits, `.999` without zeros at the end. */
function fraction(pattern: string, time: Date): string {
  const digits = String(time.getUTCMilliseconds())
    .padStart(3, '0')
    .padEnd(pattern.length - 1, '0');
  const cut = digits.slice(0, pattern.length - 1);
  if (pattern[1] === '0') return pattern[0] + cut;
  const rest = cut.replace(/0+$/, '');
  return rest === '' ? '' : pattern[0] + rest;
}

function format(layout: string, time: Date): string {
  return layout.replace(layoutPart, (part) => parts[part]?.(time) ?? fraction(part, time));
}

function getter(read: () => GoValue): GoFunction {
  return { takes: [], call: read };
}

/** As Go prints a time in UTC: `1970-01-01 00:00:01.5 +0000 UTC`. */
function timeText(time: Date): string {
  return format('2006-01-02 15:04:05.999 -0700 MST', time);
}

/** A time in UTC for templates, with the methods of Go's time that tell a part of it. */
export function goTime(timeMs: number): GoObject {
  const time = new Date(timeMs);
  const number = (read: (time: Date) => number): GoFunction => getter(() => BigInt(read(time)));
  const startOfYearMs = Date.UTC(time.getUTCFullYear(), 0, 1);
  const methods: Record<string, GoFunction> = {
    Format: { takes: ['string'], call: (layout) => format(layout as string, time) },
    String: getter(() => timeText(time)),
    Unix: number((each) => Math.floor(each.getTime() / 1000)),
    UnixMilli: number((each) => each.getTime()),
    Year: number((each) => each.getUTCFullYear()),
    Month: getter(() => name('time.Month', months[time.getUTCMonth()]!)),
    Day: number((each) => each.getUTCDate()),
    Hour: number((each) => each.getUTCHours()),
    Minute: number((each) => each.getUTCMinutes()),
    Second: number((each) => each.getUTCSeconds()),
    Weekday: getter(() => name('time.Weekday', days[time.getUTCDay()]!)),
    YearDay: number((each) => Math.floor((each.getTime() - startOfYearMs) / 86_400_000) + 1),
  };
  const value: GoObject = { kind: 'object', type: '*time.Time', text: timeText(time), methods };
  methods['UTC'] = getter(() => value);
  return value;
}

function name(type: string, text: string): GoObject {
  return { kind: 'object', type, text, methods: { String: { takes: [], call: () => text } } };
}

/** A duration as Go prints it: `1h2m3.5s`, `1.5ms`. */
function durationText(nanoseconds: number): string {
  const size = Math.abs(nanoseconds);
  const sign = nanoseconds < 0 ? '-' : '';
  if (size === 0) return '0s';
  if (size < 1e3) return `${sign}${size}ns`;
  if (size < 1e6) return `${sign}${size / 1e3}µs`;
  if (size < 1e9) return `${sign}${size / 1e6}ms`;
  const whole = Math.floor(size / 1e9);
  const seconds = (whole % 60) + (size % 1e9) / 1e9;
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  const secondsText = `${Number(seconds.toFixed(9))}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${secondsText}`;
  return minutes > 0 ? `${sign}${minutes}m${secondsText}` : sign + secondsText;
}

/** A duration for templates, with the methods of Go's. */
export function goDuration(seconds: number): GoObject {
  const nanoseconds = Math.trunc(seconds * 1e9);
  const text = durationText(nanoseconds);
  return {
    kind: 'object',
    type: '*time.Duration',
    text,
    fields: { seconds: nanoseconds / 1e9 },
    methods: {
      String: getter(() => text),
      Seconds: getter(() => nanoseconds / 1e9),
      Minutes: getter(() => nanoseconds / 6e10),
      Hours: getter(() => nanoseconds / 3.6e12),
      Milliseconds: getter(() => BigInt(Math.trunc(nanoseconds / 1e6))),
    },
  };
}

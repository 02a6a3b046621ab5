/** A number as short as it can be read: 12.3k, 0.004, 1.2M. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  if (size === 0) return '0';
  for (const [unit, factor] of [
    ['T', 1e12],
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const) {
    if (size >= factor) return `${digits(value / factor)}${unit}`;
  }
  return digits(value);
}

/** Three digits that count, without zeros at the end. */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** A duration [s] in the unit that suits it: `430 µs`, `12.3 ms`, `1.20 s`, `4 min 10 s`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds === 0) return '0 s';
  if (seconds < 0) return `-${duration(-seconds)}`;
  if (seconds < 1e-3) return `${digits(seconds * 1e6)} µs`;
  if (seconds < 1) return `${digits(seconds * 1e3)} ms`;
  // Rounded first: there are no 60 s beside the minutes.
  if (Number(digits(seconds)) < 60) return `${digits(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A duration of round numbers [s], without what is 0 of it: `4 min`, `2 d`. */
export function roundDuration(seconds: number): string {
  return duration(seconds).replace(/(?<=\D) 0 (?:s|min|h)$/, '');
}

/** Bytes with binary prefixes: `3.4 MiB`. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${digits(size)} ${units[unit]}`;
}

/** A share of one as percent: `0.0123` is `1.23 %`. */
export function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${digits(ratio * 100)} %` : '–';
}

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `09:41:07.123` of a moment [ms since 1970], in the time zone of whoever looks. */
export function clockTime(ms: number): string {
  return `${clock.format(ms)}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`;
}

const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** `26 Nov 09:41:07.123`, for moments that may be of several days. */
export function dayTime(ms: number): string {
  return `${day.format(ms)} ${clockTime(ms)}`;
}

/** Whether a moment is of the day that it is now, where somebody looks. */
export function isToday(ms: number, nowMs: number = Date.now()): boolean {
  return new Date(ms).toDateString() === new Date(nowMs).toDateString();
}

/** The time of a moment, with its day where that is not today. */
export function momentTime(ms: number, nowMs: number = Date.now()): string {
  return isToday(ms, nowMs) ? clockTime(ms) : dayTime(ms);
}

/** How long ago, in the largest unit that says something: `3 min ago`. */
export function ago(ms: number, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - ms) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** When something holds: every part that is given has to fit. */
export interface TimeInterval {
  /** Minutes of the day, `to` not belonging to it. */
  readonly times: readonly { readonly fromMinute: number; readonly toMinute: number }[];
  /** 0 is Sunday. */
  readonly weekdays: readonly NumberRange[];
  /** 1 to 31; negative ones count from the end of the month. */
  readonly daysOfMonth: readonly NumberRange[];
  readonly months: readonly NumberRange[];
  readonly years: readonly NumberRange[];
  /** IANA name of a time zone. Default `UTC`. */
  readonly location: string;
}

/** Both ends belong to it. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

interface Moment {
  readonly minute: number;
  readonly weekday: number;
  readonly day: number;
  readonly month: number;
  readonly year: number;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Whether a moment is in any of them. */
export function isInside(intervals: readonly TimeInterval[], timeMs: number): boolean {
  return intervals.some((interval) => {
    const moment = momentIn(interval.location, timeMs);
    const days = new Date(Date.UTC(moment.year, moment.month, 0)).getUTCDate();
    return (
      fits(
        interval.times,
        ({ fromMinute, toMinute }) => moment.minute >= fromMinute && moment.minute < toMinute,
      ) &&
      fits(interval.weekdays, (range) => isIn(range, moment.weekday)) &&
      fits(interval.daysOfMonth, (range) => isIn(fromEnd(range, days), moment.day)) &&
      fits(interval.months, (range) => isIn(range, moment.month)) &&
      fits(interval.years, (range) => isIn(range, moment.year))
    );
  });
}

function fits<Each>(ranges: readonly Each[], test: (range: Each) => boolean): boolean {
  return ranges.length === 0 || ranges.some(test);
}

function isIn({ from, to }: NumberRange, value: number): boolean {
  return value >= from && value <= to;
}

function fromEnd({ from, to }: NumberRange, days: number): NumberRange {
  return { from: from < 0 ? days + from + 1 : from, to: to < 0 ? days + to + 1 : to };
}

function momentIn(location: string, timeMs: number): Moment {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: location,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const parts = Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, value]));
  return {
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    weekday: WEEKDAYS.indexOf(parts['weekday']!),
    day: Number(parts['day']),
    month: Number(parts['month']),
    year: Number(parts['year']),
  };
}

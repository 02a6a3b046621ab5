import type { NumberRange, TimeInterval } from './time-intervals.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  'january', 'february', 'march', 'april', 'may', 'june',
  'july', 'august', 'september', 'october', 'november', 'december',
]; // prettier-ignore

/** One time interval as the file has it; each field is a text such as `monday:friday`. */
export interface WrittenTimeInterval {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[] | undefined;
  readonly weekdays?: readonly string[] | undefined;
  readonly days_of_month?: readonly string[] | undefined;
  readonly months?: readonly string[] | undefined;
  readonly years?: readonly string[] | undefined;
  readonly location?: string | undefined;
}

/** @throws {RangeError} naming what cannot be read */
export function readTimeInterval(written: WrittenTimeInterval): TimeInterval {
  const location = written.location ?? 'UTC';
  // Throws a RangeError that names the time zone.
  Intl.DateTimeFormat('en-US', { timeZone: location });
  return {
    times: (written.times ?? []).map(({ start_time: start, end_time: end }) => ({
      fromMinute: minuteOf(start),
      toMinute: minuteOf(end),
    })),
    weekdays: ranges(written.weekdays, (name) => WEEKDAYS.indexOf(name)),
    daysOfMonth: ranges(written.days_of_month, Number),
    months: ranges(written.months, (name) =>
      MONTHS.includes(name) ? MONTHS.indexOf(name) + 1 : Number(name),
    ),
    years: ranges(written.years, Number),
    location,
  };
}

function minuteOf(text: string): number {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (!(minute <= 1440)) throw new RangeError(`${JSON.stringify(text)} is no time such as "09:00"`);
  return minute;
}

function ranges(
  texts: readonly string[] | undefined,
  valueOf: (name: string) => number,
): readonly NumberRange[] {
  return (texts ?? []).map((text) => {
    const [from, to = from] = text.split(':').map((part) => valueOf(part.trim().toLowerCase()));
    if (
      from === undefined ||
      to === undefined ||
      Number.isNaN(from + to) ||
      (from === -1 && to === -1 && !/-1/.test(text))
    )
      throw new RangeError(`${JSON.stringify(text)} is no day, month or year, and no range of them`);
    return { from, to };
  });
}

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
  const location = zoneOf(written.location ?? 'UTC');
  return {
    times: (written.times ?? []).map(({ start_time: start, end_time: end }) => {
      const time = { fromMinute: minuteOf(start), toMinute: minuteOf(end) };
      if (time.fromMinute >= time.toMinute) throw new RangeError(`${start} is not before ${end}`);
      return time;
    }),
    weekdays: ranges(written.weekdays, (name) => WEEKDAYS.indexOf(name), [0, 6]),
    daysOfMonth: ranges(written.days_of_month, (day) => wholeNumber(day) || Number.NaN, [-31, 31]),
    months: ranges(
      written.months,
      (name) => (MONTHS.includes(name) ? MONTHS.indexOf(name) + 1 : wholeNumber(name)),
      [1, 12],
    ),
    years: ranges(written.years, wholeNumber, [1, 9999]),
    location,
  };
}

/** As Go loads it: `Local` is that of the machine, and without a name it is UTC. @throws {RangeError} naming it */
function zoneOf(location: string): string {
  const timeZone = location === 'Local' ? undefined : location === '' ? 'UTC' : location;
  return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
}

function minuteOf(text: string): number {
  const [, hours, minutes] = /^((?:[01]\d|2[0-3])(?=:)|24(?=:00)):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) throw new RangeError(`${JSON.stringify(text)} is no time such as "09:00"`);
  return Number(hours) * 60 + Number(minutes);
}

function wholeNumber(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** @param bounds the least and the most that each end may be */
function ranges(
  texts: readonly string[] | undefined,
  valueOf: (name: string) => number,
  [least, most]: readonly [least: number, most: number],
): readonly NumberRange[] {
  return (texts ?? []).map((text) => {
    const [from, to, ...more] = text.split(':').map((part) => valueOf(part.trim().toLowerCase()));
    const range = { from: from!, to: to ?? from! };
    const fits = [range.from, range.to].every((end) => end >= least && end <= most);
    // Of days, those that count from the end of the month come after the others.
    const isOrdered = range.from < 0 === range.to < 0 ? range.from <= range.to : range.from > 0;
    if (!fits || !isOrdered || more.length > 0)
      throw new RangeError(`${JSON.stringify(text)} is no day, month or year, and no range of them`);
    return range;
  });
}

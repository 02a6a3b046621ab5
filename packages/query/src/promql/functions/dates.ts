/** The last second that `Date` knows. */
const maxSeconds = 8_640_000_000_000;

const dayMs = 86_400_000;

function part(read: (date: Date) => number): (seconds: number) => number {
  return (seconds) => {
    // Seconds are whole, cut toward 0; no time at all, and a time that no calendar has, begin at 1970.
    const whole = Math.trunc(seconds);
    return read(new Date(Math.abs(whole) <= maxSeconds ? whole * 1000 : 0));
  };
}

/**
 * Parts of a date in UTC of a time since 1970 [s].
 *
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#day_of_month and the names of the others
 */
export const dateFunctions: Readonly<Record<string, (seconds: number) => number>> = {
  day_of_month: part((date) => date.getUTCDate()),
  day_of_week: part((date) => date.getUTCDay()),
  day_of_year: part(
    (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs) + 1,
  ),
  days_in_month: part((date) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  ),
  hour: part((date) => date.getUTCHours()),
  minute: part((date) => date.getUTCMinutes()),
  month: part((date) => date.getUTCMonth() + 1),
  year: part((date) => date.getUTCFullYear()),
};

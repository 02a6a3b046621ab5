const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = String.raw`(?<hours>\d\d):(?<minutes>\d\d):(?<seconds>\d\d)`;

/** The three forms of a date in HTTP. Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\d\d) ${MONTH} (?<year>\d{4}) ${TIME} GMT`,
  // Sunday, 06-Nov-94 08:49:37 GMT
  String.raw`(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\d\d)-${MONTH}-(?<year>\d\d) ${TIME} GMT`,
  // Sun Nov  6 08:49:37 1994
  String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \d]\d) ${TIME} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * The wait that `Retry-After` asks for.
 *
 * @param value seconds, also with a fraction, or a date in one of the forms of HTTP
 * @param nowMs ms since 1970
 * @returns the wait [ms], 0 for a date that is past; undefined when there is none that can be read
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000;
  const dateMs = httpDateMs(text, nowMs);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - nowMs);
}

/** @returns ms since 1970; undefined for what is no date */
function httpDateMs(text: string, nowMs: number): number | undefined {
  for (const form of FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts !== undefined) return timeOf(parts, nowMs);
  }
  return undefined;
}

function timeOf(parts: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const { year = '', month = '', day, hours, minutes, seconds } = parts;
  const monthIndex = MONTHS.indexOf(month);
  const fullYear = year.length === 2 ? nearYear(Number(year), nowMs) : Number(year);
  const date = new Date(Date.UTC(fullYear, monthIndex, Number(day)));
  // The 31st of a month that has 30 days is no date.
  if (date.getUTCMonth() !== monthIndex || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  // A minute with a leap second has 61 of them.
  if (Number(seconds) > 60) return undefined;
  return date.setUTCHours(Number(hours), Number(minutes), Number(seconds));
}

/** A year of two digits is not more than 50 years ahead. */
function nearYear(year: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const near = thisYear - (thisYear % 100) + year;
  return near > thisYear + 50 ? near - 100 : near;
}

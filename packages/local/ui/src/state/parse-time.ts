const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** Of calendars: a day has an hour more or less where clocks are put back or forward on it. */
const UNITS_DAYS: Readonly<Record<string, number>> = { d: 1, w: 7 };

const RELATIVE = /^now((?:[+-]\d+[smhdwMy])*)(?:\/([smhdwMy]))?$/;

/**
 * A moment as an address says it, as Grafana's addresses do: `now`, `now-15m`, `now-1d/d` for the beginning of yesterday,
 * milliseconds since 1970, or an ISO date. Seconds since 1970, which many a tool gives, are known by being so few.
 *
 * @param side which end of a range it is: `now/d` is the first moment of the day, or its last
 * @returns [ms since 1970], or undefined for anything else
 */
export function parseTime(text: string, nowMs: number, side: 'start' | 'end' = 'start'): number | undefined {
  const relative = RELATIVE.exec(text);
  if (relative !== null) {
    const [, steps = '', unit] = relative;
    const moment = [...steps.matchAll(/([+-]\d+)(\w)/g)].reduce(
      (ms, [, count, each = '']) => moved(ms, Number(count), each),
      nowMs,
    );
    if (unit === undefined) return moment;
    const begun = beginningOf(moment, unit);
    return side === 'start' ? begun : moved(begun, 1, unit) - 1;
  }
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{11,14}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

function moved(ms: number, count: number, unit: string): number {
  const fixed = UNITS_MS[unit];
  if (fixed !== undefined) return ms + count * fixed;
  const date = new Date(ms);
  const days = UNITS_DAYS[unit];
  if (days !== undefined) return date.setDate(date.getDate() + count * days);
  const day = date.getDate();
  date.setMonth(date.getMonth() + count * (unit === 'y' ? 12 : 1));
  // There is no 31st of February, and the 3rd of March is another month.
  if (date.getDate() !== day) date.setDate(0);
  return date.getTime();
}

/** The first moment of the day, week or whatever a moment is in, where somebody looks; weeks begin on Mondays. */
function beginningOf(ms: number, unit: string): number {
  const date = new Date(ms);
  if (unit === 's') date.setMilliseconds(0);
  else if (unit === 'm') date.setSeconds(0, 0);
  else if (unit === 'h') date.setMinutes(0, 0, 0);
  else date.setHours(0, 0, 0, 0);
  if (unit === 'w') date.setDate(date.getDate() - ((date.getDay() + 6) % 7));
  if (unit === 'M') date.setDate(1);
  if (unit === 'y') date.setMonth(0, 1);
  return date.getTime();
}

/** `now-15m` as words: "last 15 minutes"; undefined for what is not relative to now. */
export function relativeTimeText(from: string, to: string): string | undefined {
  const found = /^now-(\d+)([smhdw])$/.exec(from);
  if (found === null || to !== 'now') return undefined;
  const [, count, unit = 's'] = found;
  const word = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' }[unit] ?? unit;
  return `last ${count === '1' ? '' : `${count} `}${word}${count === '1' ? '' : 's'}`;
}

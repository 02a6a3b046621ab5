const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A moment as an address says it: `now`, `now-15m`, milliseconds since 1970, or an ISO date, as Grafana's addresses do.
 *
 * @returns [ms since 1970], or undefined for anything else
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  const relative = /^now(?:-(\d+)([smhdw]))?$/.exec(text);
  if (relative !== null) {
    return nowMs - Number(relative[1] ?? 0) * (UNITS_MS[relative[2] ?? 's'] ?? 0);
  }
  if (/^\d{10,14}$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : date;
}

/** `now-15m` as words: "last 15 minutes"; undefined for what is not relative to now. */
export function relativeTimeText(from: string, to: string): string | undefined {
  const found = /^now-(\d+)([smhdw])$/.exec(from);
  if (found === null || to !== 'now') return undefined;
  const [, count, unit = 's'] = found;
  const word = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' }[unit] ?? unit;
  return `last ${count === '1' ? '' : `${count} `}${word}${count === '1' ? '' : 's'}`;
}

const units: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 31_536_000_000],
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
];

const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** Longest duration: 64 bits of nanoseconds. */
export const maxDurationMs = 9_223_372_036_854;

/**
 * Milliseconds of a duration such as `1d12h` or `500ms`: units in falling order, each at most once.
 *
 * @returns undefined when the text is no duration, or is longer than 292 years
 */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0;
  const found = pattern.exec(text);
  if (found === null || text === '') return undefined;
  let total = 0;
  units.forEach(([, ms], index) => {
    total += Number(found[index + 1] ?? 0) * ms;
  });
  return total <= maxDurationMs ? total : undefined;
}

/** A duration as Prometheus writes it: `1h30m`, `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let rest = Math.abs(ms);
  let text = ms < 0 ? '-' : '';
  for (const [unit, unitMs] of units) {
    // Years and weeks only when nothing is left over, since they do not read well beside days.
    if ((unit === 'y' || unit === 'w') && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}

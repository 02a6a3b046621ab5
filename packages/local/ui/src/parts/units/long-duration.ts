const PARTS: readonly (readonly [ms: number, name: string])[] = [
  [31_536_000_000, 'year'],
  [2_592_000_000, 'month'],
  [604_800_000, 'week'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
  [1, 'millisecond'],
];

/**
 * A duration in words: `2 weeks`, with further decimals also what is left: `2 weeks, 0 days, 6 hours`.
 *
 * @param ms [ms]
 * @param smallest what 0 is said in
 */
export function longDuration(ms: number, smallest: string, decimals = 0): string {
  if (!Number.isFinite(ms)) return '';
  if (ms === 0) return `0 ${smallest}s`;
  const words: string[] = [];
  let left = Math.abs(ms);
  for (const [size, name] of PARTS) {
    const count = Math.floor(left / size);
    if (words.length === 0 && count === 0) continue;
    words.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    left -= count * size;
    if (words.length > decimals) break;
  }
  return `${words.join(', ')}${ms < 0 ? ' ago' : ''}`.trim();
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');

/** `00:02:03` of seconds, with days where asked: `1 d 03:00:00`. */
export function clockDuration(seconds: number, withDays = false): string {
  if (!Number.isFinite(seconds)) return '';
  let left = Math.abs(seconds);
  const days = withDays ? Math.floor(left / 86_400) : 0;
  left -= days * 86_400;
  const clock = `${two(left / 3600)}:${two((left % 3600) / 60)}:${two(left % 60)}`;
  return `${days > 0 ? `${days} d ` : ''}${clock}${seconds < 0 ? ' ago' : ''}`;
}

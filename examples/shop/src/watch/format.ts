/** Cuts a text to a width, or fills it up. */
export function fit(text: string, width: number): string {
  if (width <= 0) return '';
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

export function formatSeconds(seconds: number): string {
  if (Number.isNaN(seconds)) return '-';
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const ms = seconds * 1000;
  if (ms < 0.1) return `${Math.round(ms * 1000)} µs`;
  return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

export function formatRatio(ratio: number): string {
  const percent = ratio * 100;
  return `${percent === 0 || percent >= 10 ? Math.round(percent) : percent.toFixed(1)} %`;
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

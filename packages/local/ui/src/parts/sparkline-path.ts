export interface SparkBox {
  /** [px] */
  readonly width: number;
  readonly height: number;
}

export interface Spark {
  /** Commands of an SVG path; '' where there is nothing to draw. */
  readonly path: string;
  /** What the height stands for. */
  readonly max: number;
}

const digits = (value: number): string => String(Math.round(value * 10) / 10);

/**
 * A small line over time from zero to the greatest value. Where points are missing, or no number, it breaks off.
 *
 * @param times [s since 1970], increasing
 * @param range what the width stands for [s since 1970]
 * @param stepSeconds points further apart than one and a half of it are not joined
 */
export function sparklinePath(
  { times, values }: { readonly times: readonly number[]; readonly values: readonly number[] },
  { width, height }: SparkBox,
  range: { readonly start: number; readonly end: number; readonly stepSeconds: number },
): Spark {
  const finite = values.filter((value) => Number.isFinite(value));
  const max = Math.max(0, ...finite);
  const scaleX = width / Math.max(1e-9, range.end - range.start);
  // Half a pixel on each side is for the width of the line.
  const scaleY = max === 0 ? 0 : (height - 2) / max;
  let path = '';
  let before: number | undefined;
  for (const [index, time] of times.entries()) {
    const value = values[index] ?? Number.NaN;
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const joined = before !== undefined && time - before <= range.stepSeconds * 1.5;
    const point = `${digits((time - range.start) * scaleX)} ${digits(height - 1 - value * scaleY)}`;
    // A point alone is drawn as a dot: a line of no length with round ends.
    path += joined ? `L${point}` : `M${point}h0`;
    before = time;
  }
  return { path, max };
}

/** The last value of a series, when it is no older than that moment [s since 1970]. */
export function lastValue(
  { times, values }: { readonly times: readonly number[]; readonly values: readonly number[] },
  notBefore: number,
): number | undefined {
  const time = times.at(-1);
  const value = values.at(-1);
  return time === undefined || value === undefined || time < notBefore || Number.isNaN(value)
    ? undefined
    : value;
}

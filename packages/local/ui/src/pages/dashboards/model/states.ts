/** For so long something was the same. */
export interface StateSpan {
  /** [ms since 1970] */
  readonly startMs: number;
  readonly endMs: number;
  readonly value: unknown;
}

/**
 * Spans of the same value, out of points: each holds until the next point, or for one step where none follows in time.
 *
 * @param times [ms since 1970], rising
 * @param stepMs between two points; what is further apart is a gap
 */
export function stateSpans(
  times: readonly number[],
  values: readonly unknown[],
  { stepMs, endMs, merge }: { readonly stepMs: number; readonly endMs: number; readonly merge: boolean },
): readonly StateSpan[] {
  const spans: { startMs: number; endMs: number; value: unknown }[] = [];
  for (const [index, startMs] of times.entries()) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    const next = times[index + 1];
    const holds =
      next !== undefined && next - startMs <= stepMs * 1.5 ? next : Math.min(startMs + stepMs, endMs);
    const last = spans.at(-1);
    if (merge && last !== undefined && last.value === value && last.endMs === startMs) last.endMs = holds;
    else spans.push({ startMs, endMs: Math.max(holds, startMs), value });
  }
  return spans;
}

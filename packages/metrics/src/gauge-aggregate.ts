const TIMES: ReadonlySet<string> = new Set(['d', 'h', 'min', 's', 'ms', 'us', 'ns']);
const RATIOS: ReadonlySet<string> = new Set(['1', '%']);

/**
 * How the gauges of several processes or threads become one where nobody says, by their unit: the longest time, or the latest
 * one, and the mean of ratios. All others, such as things that are counted and bytes, add up, which is what undefined says.
 *
 * @param unit in UCUM
 */
export function gaugeAggregate(unit: string): 'max' | 'mean' | undefined {
  if (TIMES.has(unit)) return 'max';
  return RATIOS.has(unit) ? 'mean' : undefined;
}

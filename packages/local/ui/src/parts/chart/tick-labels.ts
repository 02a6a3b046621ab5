/**
 * Labels of an axis: with as few digits as tell neighbours apart.
 *
 * @param ticks rising by the same amount
 */
export function tickLabels(
  ticks: readonly number[],
  format: (value: number, decimals?: number) => string,
): readonly string[] {
  const plain = ticks.map((tick) => Number(tick.toPrecision(12)));
  for (let decimals = 0; decimals <= 6; decimals++) {
    const labels = plain.map((tick) => format(tick, decimals));
    if (new Set(labels).size === labels.length && isExact(plain, format, decimals)) return labels;
  }
  return plain.map((tick) => format(tick));
}

/** Whether one digit more would say nothing more: `0.25` is not `0.3`. */
function isExact(
  ticks: readonly number[],
  format: (value: number, decimals?: number) => string,
  decimals: number,
): boolean {
  return ticks.every((tick) => {
    const [short, long] = [format(tick, decimals), format(tick, decimals + 1)];
    const [shortNumber, longNumber] = [
      Number.parseFloat(short.replaceAll(/[^\d.-]/g, '')),
      Number.parseFloat(long.replaceAll(/[^\d.-]/g, '')),
    ];
    return Number.isNaN(shortNumber) || shortNumber === longNumber;
  });
}

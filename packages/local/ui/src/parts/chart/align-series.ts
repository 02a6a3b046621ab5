interface Points {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

type Column = (number | null)[];

/** Series with times of their own as uPlot wants them: the times of all, and a column a series with null where it has none. */
export function alignSeries(series: readonly Points[]): [number[], ...Column[]] {
  const times = [...new Set(series.flatMap((each) => each.times))].toSorted((one, other) => one - other);
  const place = new Map(times.map((time, index) => [time, index]));
  const columns = series.map(({ times: own, values }) => {
    const column: Column = Array.from({ length: times.length }, () => null);
    for (const [index, time] of own.entries()) {
      const value = values[index];
      const at = place.get(time);
      if (at !== undefined && value !== undefined && Number.isFinite(value)) column[at] = value;
    }
    return column;
  });
  return [times, ...columns];
}

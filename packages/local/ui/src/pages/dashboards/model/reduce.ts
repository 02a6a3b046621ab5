/** What Grafana calls calculations: one value out of a column. */
export interface Calculation {
  readonly id: string;
  readonly name: string;
  readonly calculate: (values: readonly unknown[]) => unknown;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);
const numbers = (values: readonly unknown[]): readonly number[] => values.filter(isNumber);
const isThere = (value: unknown): boolean => value !== null && value !== undefined && !Number.isNaN(value);

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;

function least(values: readonly number[]): number | null {
  let found: number | null = null;
  for (const value of values) if (found === null || value < found) found = value;
  return found;
}

function most(values: readonly number[]): number | null {
  let found: number | null = null;
  for (const value of values) if (found === null || value > found) found = value;
  return found;
}

function variance(values: readonly number[]): number | null {
  const middle = mean(values);
  return middle === null ? null : sum(values.map((value) => (value - middle) ** 2)) / values.length;
}

function difference(values: readonly number[]): number | null {
  const first = values[0];
  const last = values.at(-1);
  return first === undefined || last === undefined ? null : last - first;
}

/** What a counter grew by; a fall is a restart from nothing. */
function growth(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  let total = 0;
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before === undefined) continue;
    total += value >= before ? value - before : value;
  }
  return total;
}

/** The nearest rank of a sorted list: `percentile(0.95)`. */
function percentile(ratio: number) {
  return (values: readonly unknown[]): number | null => {
    const sorted = numbers(values).toSorted((one, other) => one - other);
    return sorted[Math.round((sorted.length - 1) * ratio)] ?? null;
  };
}

const of = (
  id: string,
  name: string,
  calculate: (values: readonly number[]) => number | null,
): Calculation => ({
  id,
  name,
  calculate: (values) => calculate(numbers(values)),
});

const all: readonly Calculation[] = [
  { id: 'lastNotNull', name: 'Last *', calculate: (values) => values.findLast(isThere) ?? null },
  { id: 'last', name: 'Last', calculate: (values) => values.at(-1) ?? null },
  { id: 'firstNotNull', name: 'First *', calculate: (values) => values.find(isThere) ?? null },
  { id: 'first', name: 'First', calculate: (values) => values[0] ?? null },
  of('min', 'Min', least),
  of('max', 'Max', most),
  of('mean', 'Mean', mean),
  {
    id: 'median',
    name: 'Median',
    calculate(values) {
      const sorted = numbers(values).toSorted((one, other) => one - other);
      const middle = sorted[Math.floor(sorted.length / 2)];
      if (middle === undefined) return null;
      return sorted.length % 2 === 1 ? middle : (middle + (sorted[sorted.length / 2 - 1] ?? middle)) / 2;
    },
  },
  of('variance', 'Variance', variance),
  of('stdDev', 'StdDev', (values) => {
    const found = variance(values);
    return found === null ? null : Math.sqrt(found);
  }),
  of('sum', 'Total', (values) => (values.length === 0 ? null : sum(values))),
  of('count', 'Count', (values) => values.length),
  { id: 'countAll', name: 'Count all', calculate: (values) => values.length },
  of('range', 'Range', (values) => {
    const [low, high] = [least(values), most(values)];
    return low === null || high === null ? null : high - low;
  }),
  of('delta', 'Delta', growth),
  of('step', 'Step', (values) =>
    least(values.slice(1).map((value, index) => value - (values[index] ?? value))),
  ),
  of('diff', 'Difference', difference),
  of('diffperc', 'Difference percent', (values) => {
    const change = difference(values);
    const first = values[0];
    return change === null || first === undefined ? null : (change / first) * 100;
  }),
  of('logmin', 'Min (above zero)', (values) => least(values.filter((value) => value > 0))),
  of('changeCount', 'Change count', (values) =>
    values.reduce((count, value, index) => count + (index > 0 && value !== values[index - 1] ? 1 : 0), 0),
  ),
  {
    id: 'distinctCount',
    name: 'Distinct count',
    calculate: (values) => new Set(values.filter(isThere)).size,
  },
  {
    id: 'allIsZero',
    name: 'All zeros',
    calculate: (values) => numbers(values).every((value) => value === 0),
  },
  { id: 'allIsNull', name: 'All nulls', calculate: (values) => !values.some(isThere) },
  { id: 'uniqueValues', name: 'All unique values', calculate: (values) => [...new Set(values)].join(', ') },
];

const byId = new Map(all.map((each) => [each.id, each]));

/** A calculation by its id; `p95` is any percentile. */
export function calculationOf(id: string): Calculation | undefined {
  const found = byId.get(id);
  if (found !== undefined) return found;
  const rank = /^p(\d{1,2}(?:\.\d+)?)$/.exec(id);
  if (rank === null) return undefined;
  return { id, name: `${rank[1]}th %`, calculate: percentile(Number(rank[1]) / 100) };
}

/** One value out of a column; null where there is none, or no such calculation. */
export function reduceValues(id: string, values: readonly unknown[]): unknown {
  return calculationOf(id)?.calculate(values) ?? null;
}

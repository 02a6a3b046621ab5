import type {
  CounterSeries,
  Family,
  FamilyDefinition,
  FamilySnapshot,
  GaugeSeries,
  HistogramSeries,
  Registry,
} from '../family.ts';

interface Cell {
  readonly labelValues: readonly (string | undefined)[];
  value: number;
  readonly counts: number[];
  sum: number;
}

/** A registry that keeps numbers and nothing else. */
export interface MemoryRegistry extends Registry {
  /** The number of a label set; undefined when it is not on the page. For histograms the count. */
  value(name: string, ...labels: string[]): number | undefined;
  /** Callbacks that wait for the next collection. */
  readonly callbacks: number;
  collect(): Promise<void>;
}

export function createMemoryRegistry(): MemoryRegistry {
  const families = new Map<string, { definition: FamilyDefinition; cells: Map<string, Cell> }>();
  const callbacks = new Set<() => void | Promise<void>>();

  function familyOf<Series>(definition: FamilyDefinition, series: (cell: Cell) => Series): Family<Series> {
    let family = families.get(definition.name);
    if (family === undefined) families.set(definition.name, (family = { definition, cells: new Map() }));
    const { cells } = family;
    return {
      definition,
      series(values) {
        if (values.length !== definition.labels.length) throw new Error(`${definition.name}: wrong labels`);
        const key = values.join();
        let cell = cells.get(key);
        if (cell === undefined) {
          const counts = Array.from({ length: (definition.boundaries?.length ?? 0) + 1 }, () => 0);
          cells.set(key, (cell = { labelValues: values, value: 0, counts, sum: 0 }));
        }
        return series(cell);
      },
      remove: (values) => void cells.delete(values.join()),
    };
  }

  async function collect(): Promise<void> {
    await Promise.all(Array.from(callbacks, async (callback) => callback()));
  }

  return {
    counter: (definition) =>
      familyOf<CounterSeries>(definition, (cell) => ({
        add(amount) {
          if (!(amount >= 0)) throw new RangeError('a counter cannot fall');
          cell.value += amount;
        },
      })),
    gauge: (definition) =>
      familyOf<GaugeSeries>(definition, (cell) => ({
        set: (value) => void (cell.value = value),
        add: (amount) => void (cell.value += amount),
      })),
    histogram: (definition) =>
      familyOf<HistogramSeries>(definition, (cell) => ({
        observe(value) {
          const boundaries = definition.boundaries ?? [];
          const found = boundaries.findIndex((bound) => value <= bound);
          const at = found < 0 ? boundaries.length : found;
          cell.counts[at] = (cell.counts[at] ?? 0) + 1;
          cell.sum += value;
        },
      })),
    onCollect(callback) {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
    collect,
    async snapshot() {
      await collect();
      return Array.from(families.values(), ({ definition, cells }): FamilySnapshot => ({
        definition,
        series: Array.from(cells.values(), ({ labelValues, value, counts, sum }) =>
          definition.type === 'histogram'
            ? { labelValues, histogram: { counts: [...counts], sum } }
            : { labelValues, value },
        ),
      }));
    },
    value(name, ...labels) {
      const family = families.get(name);
      const cell = family?.cells.get(labels.join());
      if (family?.definition.type !== 'histogram') return cell?.value;
      return cell?.counts.reduce((sum, count) => sum + count, 0);
    },
    get callbacks() {
      return callbacks.size;
    },
  };
}

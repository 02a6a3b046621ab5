import { type MetricName, catalogueDefinition } from '@sightline/conventions';
import type { CounterSeries, Family, HistogramSeries, Registry } from '../family.ts';

/** The runtime's part of a registry: it knows what it put there, so that it can take it off again. */
export interface RuntimePage {
  /** Sets a gauge; undefined, or a number that is none, takes it off the page: what is not known is not 0. */
  gauge(name: MetricName): (value: number | undefined, label?: string) => void;
  /** Brings a counter up to a total that something else counts; a total that fell is left out. */
  total(name: MetricName): (total: number, label?: string) => void;
  histogram(name: MetricName): (value: number, label: string) => void;
  /** An info metric with all its labels. */
  info(name: MetricName, values: readonly string[]): void;
  /** Takes every series off. */
  clear(): void;
}

/** One label at most: that is all that runtime metrics have. */
function labelValues(label: string | undefined): readonly string[] {
  return label === undefined ? [] : [label];
}

export function createRuntimePage(registry: Registry): RuntimePage {
  const removals: (() => void)[] = [];
  // A reading that was under way when the page was cleared must not put anything back.
  let cleared = false;

  function seriesOf<Series>(family: Family<Series>): (label: string | undefined) => Series {
    const known = new Map<string | undefined, Series>();
    removals.push(() => {
      for (const label of known.keys()) family.remove(labelValues(label));
      known.clear();
    });
    return (label) => {
      let series = known.get(label);
      if (series === undefined) known.set(label, (series = family.series(labelValues(label))));
      return series;
    };
  }

  return {
    gauge(name) {
      const family = registry.gauge(catalogueDefinition(name));
      const shown = new Set<string | undefined>();
      removals.push(() => {
        for (const label of shown) family.remove(labelValues(label));
        shown.clear();
      });
      return (value, label) => {
        if (cleared) return;
        if (value !== undefined && Number.isFinite(value)) {
          shown.add(label);
          family.series(labelValues(label)).set(value);
        } else if (shown.delete(label)) family.remove(labelValues(label));
      };
    },

    total(name) {
      const series = seriesOf<CounterSeries>(registry.counter(catalogueDefinition(name)));
      const reached = new Map<string | undefined, number>();
      return (total, label) => {
        const before = reached.get(label) ?? 0;
        if (!(total >= before)) return;
        series(label).add(total - before);
        reached.set(label, total);
      };
    },

    histogram(name) {
      const series = seriesOf<HistogramSeries>(registry.histogram(catalogueDefinition(name)));
      return (value, label) => series(label).observe(value);
    },

    info(name, values) {
      const family = registry.gauge(catalogueDefinition(name));
      family.series(values).set(1);
      removals.push(() => family.remove(values));
    },

    clear() {
      cleared = true;
      for (const remove of removals.splice(0)) remove();
    },
  };
}

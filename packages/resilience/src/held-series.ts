import { catalogueDefinition } from '@sightline/conventions';
import type {
  CounterSeries,
  FamilyDefinition,
  GaugeSeries,
  HistogramSeries,
  MetricNameOf,
  MetricSink,
  SeriesFamily,
} from './sinks.ts';

type MetricChoice = MetricNameOf<FamilyDefinition['type']> | FamilyDefinition;
type LabelValues = readonly (string | undefined)[];

/** The series of one watched thing. */
export interface HeldSeries {
  counter(metric: MetricChoice, labelValues: LabelValues): CounterSeries;
  gauge(metric: MetricChoice, labelValues: LabelValues): GaugeSeries;
  histogram(metric: MetricChoice, labelValues: LabelValues): HistogramSeries;
  /** Takes them off the page, but for those that another thing holds as well. */
  release(): void;
}

/** Hands out series to things, so that each leaves the page when the last thing that holds it does. */
export interface SeriesHolder {
  /** @param name the value of the first label of each series */
  hold(name: string): HeldSeries;
}

/** Most series that one thing holds; what comes beyond goes nowhere. */
const MAX_HELD = 1000;

const nothing = { add() {}, set() {}, observe() {} };

/** @param onRefused told when a metric cannot be had, as when its name is taken by another */
export function createSeriesHolder(
  sink: MetricSink | undefined,
  onRefused: (metric: string, error: unknown) => void,
): SeriesHolder {
  /** How many things hold a series. */
  const holders = new Map<string, number>();

  return {
    hold(name) {
      const held = new Map<string, { readonly series: unknown; readonly remove: () => void }>();
      let released = false;

      function seriesOf<Series>(
        choice: MetricChoice,
        labelValues: LabelValues,
        type: FamilyDefinition['type'],
        family: (sink: MetricSink, definition: FamilyDefinition) => SeriesFamily<Series>,
      ): Series {
        const none = nothing as Series;
        if (sink === undefined || released) return none;
        const definition = typeof choice === 'string' ? catalogueDefinition(choice) : choice;
        const values = [name, ...labelValues];
        const key = JSON.stringify([definition.name, ...values.map((value) => value ?? null)]);
        const known = held.get(key);
        if (known) return known.series as Series;
        if (held.size >= MAX_HELD) return none;
        try {
          if (definition.type !== type) throw new TypeError(`it is a ${definition.type}, not a ${type}`);
          const from = family(sink, definition);
          const series = from.series(values);
          holders.set(key, (holders.get(key) ?? 0) + 1);
          held.set(key, { series, remove: () => from.remove(values) });
          return series;
        } catch (error) {
          onRefused(definition.name, error);
          return none;
        }
      }

      return {
        counter: (metric, values) =>
          seriesOf(metric, values, 'counter', (from, definition) => from.counter(definition)),
        gauge: (metric, values) =>
          seriesOf(metric, values, 'gauge', (from, definition) => from.gauge(definition)),
        histogram: (metric, values) =>
          seriesOf(metric, values, 'histogram', (from, definition) => from.histogram(definition)),
        release() {
          released = true;
          for (const [key, { remove }] of held) {
            const left = holders.get(key)! - 1;
            if (left > 0) {
              holders.set(key, left);
              continue;
            }
            holders.delete(key);
            remove();
          }
          held.clear();
        },
      };
    },
  };
}

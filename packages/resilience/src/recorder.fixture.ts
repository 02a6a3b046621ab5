import type { SightlineError } from '@sightline/errors';
import type { ResilienceParts } from './resilience.ts';
import type { FamilyDefinition, HealthContribution, MetricSink } from './sinks.ts';

interface Cell {
  readonly values: readonly (string | undefined)[];
  value: number;
  sum: number;
  observations: number[];
}

interface Line {
  readonly level: 'info' | 'warn';
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

/** Parts that keep what they are told, for tests. */
export interface Recorder {
  readonly parts: ResilienceParts;
  /** The value of a counter or gauge, the number of observations of a histogram; undefined when it is on no page. */
  value(metric: string, labels: Readonly<Record<string, string>>): number | undefined;
  /** What a histogram has observed. */
  observations(metric: string, labels: Readonly<Record<string, string>>): readonly number[];
  /** Every label set on the page, as `name{a="b"}`, with its value. */
  page(): Record<string, number>;
  /** Runs the callbacks of a page. */
  collect(): void;
  readonly lines: readonly Line[];
  readonly problems: readonly SightlineError[];
  readonly health: ReadonlyMap<string, HealthContribution>;
  /** Callbacks that are still there. */
  readonly collectorCount: () => number;
}

/** @param more parts in place of those of the recorder */
export function createRecorder(more: ResilienceParts = {}): Recorder {
  const families = new Map<string, { definition: FamilyDefinition; cells: Map<string, Cell> }>();
  const collectors = new Set<() => void>();
  const lines: Line[] = [];
  const problems: SightlineError[] = [];
  const health = new Map<string, HealthContribution>();

  function family(definition: FamilyDefinition) {
    let found = families.get(definition.name);
    if (found === undefined) families.set(definition.name, (found = { definition, cells: new Map() }));
    const { cells } = found;
    return {
      series(values: readonly (string | undefined)[]) {
        if (values.length !== definition.labels.length)
          throw new TypeError(`${definition.name} has the labels ${definition.labels.join(', ')}`);
        const key = JSON.stringify(values);
        let cell = cells.get(key);
        if (cell === undefined) cells.set(key, (cell = { values, value: 0, sum: 0, observations: [] }));
        const kept = cell;
        return {
          add(amount: number) {
            if (definition.type === 'counter' && !(amount >= 0))
              throw new RangeError(`${definition.name} add ${amount}`);
            kept.value += amount;
          },
          set(value: number) {
            kept.value = value;
          },
          observe(value: number) {
            kept.value += 1;
            kept.sum += value;
            kept.observations.push(value);
          },
        };
      },
      remove(values: readonly (string | undefined)[]) {
        cells.delete(JSON.stringify(values));
      },
    };
  }

  const metrics: MetricSink = {
    counter: family,
    gauge: family,
    histogram: family,
    onCollect(callback) {
      collectors.add(callback);
      return () => collectors.delete(callback);
    },
  };

  function cellOf(metric: string, labels: Readonly<Record<string, string>>): Cell | undefined {
    const found = families.get(metric);
    return found?.cells.get(JSON.stringify(found.definition.labels.map((label) => labels[label] ?? null)));
  }

  return {
    parts: {
      metrics,
      logger: {
        info: (fields, message) => lines.push({ level: 'info', fields: { ...fields }, message }),
        warn: (fields, message) => lines.push({ level: 'warn', fields: { ...fields }, message }),
      },
      health: {
        add(name, contribution) {
          health.set(name, contribution);
          return () => health.delete(name);
        },
      },
      onProblem: (problem) => problems.push(problem),
      ...more,
    },
    value: (metric, labels) => cellOf(metric, labels)?.value,
    observations: (metric, labels) => cellOf(metric, labels)?.observations ?? [],
    page() {
      const page: Record<string, number> = {};
      for (const { definition, cells } of families.values()) {
        for (const { values, value } of cells.values()) {
          const labels = definition.labels.flatMap((label, at) =>
            values[at] === undefined ? [] : `${label}="${values[at]}"`,
          );
          page[`${definition.name}{${labels.join(',')}}`] = value;
        }
      }
      return page;
    },
    collect() {
      for (const callback of collectors) callback();
    },
    lines,
    problems,
    health,
    collectorCount: () => collectors.size,
  };
}

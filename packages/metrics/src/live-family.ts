import type { Exemplar, Family, FamilyDefinition, SeriesSnapshot } from './family.ts';
import type { PageFamily } from './page-family.ts';
import type { CounterCell, GaugeCell, HistogramCell } from './series.ts';
import type { SeriesTable } from './series-table.ts';

export type Cell = CounterCell | GaugeCell | HistogramCell;

/** A family with what only the registry and the page use. */
export interface LiveFamily<One extends Cell = Cell, Series = unknown> extends Family<Series>, PageFamily {
  readonly definition: FamilyDefinition;
  readonly series: Family<Series>['series'];
  readonly table: SeriesTable<One>;
  /** Observations that went to the overflow series. */
  readonly refused: { count: number };
  /** True when it has left the registry, because Sightline records the metric itself. */
  isEvicted: boolean;
}

/** @param refusing what `series` gives for a label set that there is no room for; made when the first is refused */
export function createLiveFamily<One extends Cell & Series, Series>(
  definition: FamilyDefinition,
  table: SeriesTable<One>,
  refusing: (overflow: One, refused: { count: number }) => Series,
): LiveFamily<One, Series> {
  const refused = { count: 0 };
  let refusingSeries: Series | undefined;
  return {
    definition,
    table,
    refused,
    isEvicted: false,
    series(values) {
      return table.get(values) ?? (refusingSeries ??= refusing(table.overflow(), refused));
    },
    remove: table.remove,
    pageSeries: table.list,
  };
}

/** A copy of a series; what it counts later does not change it. */
export function copyOf(cell: Cell, labelCount: number): SeriesSnapshot {
  const { overflow, startTimeMs } = cell;
  const labelValues: (string | undefined)[] = [];
  for (let at = 0; at < labelCount; at++) labelValues.push(cell.labelValues[at] || undefined);
  if ('histogram' in cell) {
    const { counts, sum, exemplars } = cell.histogram;
    const copied = exemplars?.map(copyOfExemplar);
    return {
      labelValues,
      startTimeMs,
      ...(overflow && { overflow }),
      histogram: { counts: Array.from(counts), sum, ...(copied && { exemplars: copied }) },
    };
  }
  const { value } = cell;
  const exemplar = 'exemplar' in cell ? copyOfExemplar(cell.exemplar) : undefined;
  // As most of ten thousand are: looking whether there is more to put in takes longer than all of the rest.
  if (!overflow && exemplar === undefined) return { labelValues, startTimeMs, value };
  return { labelValues, startTimeMs, ...(overflow && { overflow }), value, ...(exemplar && { exemplar }) };
}

function copyOfExemplar(exemplar: Exemplar | undefined): Exemplar | undefined {
  return exemplar && { ...exemplar };
}

/** A definition as it is now: the labels of an instrument of OpenTelemetry may still grow. */
export function copyOfDefinition(definition: FamilyDefinition): FamilyDefinition {
  const { labels, otel } = definition;
  return {
    ...definition,
    labels: [...labels],
    ...(otel && { otel: { ...otel, keys: [...otel.keys] } }),
  };
}

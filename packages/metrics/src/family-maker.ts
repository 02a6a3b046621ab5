import { SightlineError } from '@sightline/errors';
import type { Censor } from './censor.ts';
import type { CounterSeries, FamilyDefinition, GaugeSeries, HistogramSeries } from './family.ts';
import { type Cell, createLiveFamily, type LiveFamily } from './live-family.ts';
import type { Losses } from './losses.ts';
import type { Problems } from './problems.ts';
import { createSeriesTable, widestLabel } from './series-table.ts';
import { CounterCell, GaugeCell, HistogramCell } from './series.ts';

/** Makes families whose label sets are bounded; what reaches its bound is told once for each metric. */
export interface FamilyMaker {
  counter(definition: FamilyDefinition): LiveFamily<CounterCell, CounterSeries>;
  gauge(definition: FamilyDefinition): LiveFamily<GaugeCell, GaugeSeries>;
  histogram(definition: FamilyDefinition): LiveFamily<HistogramCell, HistogramSeries>;
}

/** @param seriesBounds those that the service's options give, by the name of the metric */
export function createFamilyMaker(
  problems: Problems,
  losses: Losses,
  censor: Censor,
  seriesBounds: Readonly<Record<string, number>>,
): FamilyMaker {
  function makeTable<One extends Cell>(
    definition: FamilyDefinition,
    make: Parameters<typeof createSeriesTable<One>>[0]['make'],
  ) {
    let warned = false;
    const table = createSeriesTable<One>({
      definition,
      givenBound: Object.hasOwn(seriesBounds, definition.name) ? definition.seriesBound : undefined,
      censor,
      make,
      wrongValues: losses.of(definition.name, 'value'),
      onFull(label) {
        if (warned) return;
        warned = true;
        tellOfBound(definition, table.list(), label);
      },
    });
    return table;
  }

  function tellOfBound(
    { name, labels, seriesBound }: FamilyDefinition,
    cells: readonly Cell[],
    label: string | undefined,
  ): void {
    const widest = widestLabel(labels, cells);
    const full = `${name} has ${seriesBound} label sets: label ${widest.label} has ${widest.values} values`;
    problems.tell(
      new SightlineError('SIGHTLINE_SERIES_BOUND', {
        problem:
          label === undefined
            ? full
            : `label ${label} of ${name} got a value that the catalogue has no room for`,
        expected: 'labels with few values: never an address, a user, a key or a path',
        fix: `take the values of ${label ?? widest.label} from a small set; what is beyond is counted together`,
      }),
    );
  }

  function makeCounter(definition: FamilyDefinition): LiveFamily<CounterCell, CounterSeries> {
    const table = makeTable(definition, (identity) => new CounterCell(identity));
    return createLiveFamily<CounterCell, CounterSeries>(definition, table, (overflow, refused) => ({
      add(amount, trace) {
        refused.count++;
        overflow.add(amount, trace);
      },
    }));
  }

  function makeGauge(definition: FamilyDefinition): LiveFamily<GaugeCell, GaugeSeries> {
    const table = makeTable(definition, (identity) => new GaugeCell(identity));
    return createLiveFamily<GaugeCell, GaugeSeries>(definition, table, (overflow, refused) => ({
      set(value) {
        refused.count++;
        overflow.set(value);
      },
      add(amount) {
        refused.count++;
        overflow.add(amount);
      },
    }));
  }

  function makeHistogram(definition: FamilyDefinition): LiveFamily<HistogramCell, HistogramSeries> {
    const boundaries = definition.boundaries ?? [];
    const table = makeTable(definition, (identity) => new HistogramCell(identity, boundaries));
    return createLiveFamily<HistogramCell, HistogramSeries>(definition, table, (overflow, refused) => ({
      observe(value, trace) {
        refused.count++;
        overflow.observe(value, trace);
      },
    }));
  }

  return { counter: makeCounter, gauge: makeGauge, histogram: makeHistogram };
}

import type {
  Attributes,
  Context,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MeterProvider,
  MetricOptions,
  UpDownCounter,
} from '@opentelemetry/api';
import { sampledTrace } from '../active-trace.ts';
import { type Censor, createCensor } from '../censor.ts';
import type { Losses } from '../losses.ts';
import type { Problems } from '../problems.ts';
import type { LiveRegistry } from '../registry.ts';
import { createInstruments, type Instrument, type InstrumentKind } from './instruments.ts';
import { createObservables } from './observables.ts';

export interface MeterProviderSetup {
  readonly registry: LiveRegistry;
  readonly problems: Problems;
  readonly losses: Losses;
  /** By default nothing is censored. */
  readonly censor?: Censor;
  readonly exemplars: boolean;
}

/**
 * Puts what any library records through the metrics API of OpenTelemetry on the registry's page.
 *
 * Meters with the same instrument share its series: no label tells scopes apart. An instrument of a name that is taken,
 * by Sightline or with another definition by another scope, is refused: told once, and what it records is counted.
 */
export function createMeterProvider({
  registry,
  problems,
  losses,
  censor = createCensor(undefined),
  exemplars,
}: MeterProviderSetup): MeterProvider {
  const instruments = createInstruments({ registry, problems, losses, censor });
  const observables = createObservables(problems);
  const trace = exemplars ? sampledTrace : () => undefined;
  registry.onCollect(observables.collect);

  function add(instrument: Instrument, value: number, attributes?: Attributes, context?: Context): void {
    const series = instrument.seriesOf(attributes);
    if (series === undefined) instrument.dropped('conflict').count++;
    else series.add(value, trace(context));
  }

  function observe(instrument: Instrument, value: number, attributes?: Attributes, context?: Context): void {
    const series = instrument.seriesOf(attributes);
    if (series === undefined) instrument.dropped('conflict').count++;
    // The API has no negative measurements, whatever the boundaries are.
    else if (value < 0) instrument.dropped('value').count++;
    else series.observe(value, trace(context));
  }

  function meter(scope: string): Meter {
    const find = (kind: InstrumentKind, name: string, options?: MetricOptions): Instrument =>
      instruments.find(scope, kind, name, options);
    return {
      createCounter(name, options): Counter {
        const instrument = find('Counter', name, options);
        return { add: (value, attributes, context) => add(instrument, value, attributes, context) };
      },
      createUpDownCounter(name, options): UpDownCounter {
        const instrument = find('UpDownCounter', name, options);
        return { add: (value, attributes, context) => add(instrument, value, attributes, context) };
      },
      createHistogram(name, options): Histogram {
        const instrument = find('Histogram', name, options);
        return { record: (value, attributes, context) => observe(instrument, value, attributes, context) };
      },
      createGauge(name, options): Gauge {
        const instrument = find('Gauge', name, options);
        return { record: (value, attributes) => set(instrument, value, attributes) };
      },
      createObservableCounter: (name, options) =>
        observables.observable(find('ObservableCounter', name, options)),
      createObservableUpDownCounter: (name, options) =>
        observables.observable(find('ObservableUpDownCounter', name, options)),
      createObservableGauge: (name, options) =>
        observables.observable(find('ObservableGauge', name, options)),
      addBatchObservableCallback: (callback, observed) => observables.addBatch(callback, observed),
      removeBatchObservableCallback: (callback, observed) => observables.removeBatch(callback, observed),
    };
  }

  return {
    // Not remembered: a meter has no state, and whoever asks for one for each request would fill the memory.
    getMeter: (name) => meter(typeof name === 'string' ? name : ''),
  };
}

function set(instrument: Instrument, value: number, attributes?: Attributes): void {
  const series = instrument.seriesOf(attributes);
  if (series === undefined) instrument.dropped('conflict').count++;
  else series.set(value);
}

import type { Attributes, MetricOptions } from '@opentelemetry/api';
import { requestBoundaries } from '@sightline/conventions';
import type { Censor } from '../censor.ts';
import type { FamilyDefinition } from '../family.ts';
import { gaugeAggregate } from '../gauge-aggregate.ts';
import type { Cell, LiveFamily } from '../live-family.ts';
import type { LossCount, Losses } from '../losses.ts';
import type { Problems } from '../problems.ts';
import type { LiveRegistry } from '../registry.ts';
import type { CounterCell, GaugeCell, HistogramCell } from '../series.ts';
import { type AttributeLabels, createAttributeLabels } from './attribute-labels.ts';
import { instrumentName } from './instrument-name.ts';

/** The kinds of instruments of OpenTelemetry. */
export type InstrumentKind =
  | 'Counter'
  | 'UpDownCounter'
  | 'Histogram'
  | 'Gauge'
  | 'ObservableCounter'
  | 'ObservableUpDownCounter'
  | 'ObservableGauge';

/** What stands behind an instrument, shared by all that have its name. */
export interface Instrument {
  /** On the page. */
  readonly name: string;
  /** Whether values of several label sets make sense added up: a counter of any kind, and no gauge. */
  readonly addsUp: boolean;
  /** Undefined when the metric was refused. */
  readonly family: LiveFamily | undefined;
  /** The series of some attributes: the overflow series when there is no room, undefined when the metric was refused. */
  seriesOf(attributes: Attributes | undefined): AnyCell | undefined;
  readonly dropped: (reason: 'value' | 'conflict' | 'failed' | 'timeout') => LossCount;
}

/** A cell of any kind; the kind of the instrument says which of the methods there are. */
type AnyCell = CounterCell & GaugeCell & HistogramCell;

export interface Instruments {
  /** The instrument of that name, made when it is first asked for. */
  find(scope: string, kind: InstrumentKind, name: string, options: MetricOptions | undefined): Instrument;
}

/** As the SDK of OpenTelemetry bounds each metric. */
const SERIES_BOUND = 2000;

/** What the SDK of OpenTelemetry uses for any unit. */
const SDK_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000] as const;

const TYPES = {
  Counter: 'counter',
  ObservableCounter: 'counter',
  Histogram: 'histogram',
  UpDownCounter: 'gauge',
  ObservableUpDownCounter: 'gauge',
  Gauge: 'gauge',
  ObservableGauge: 'gauge',
} as const satisfies Record<InstrumentKind, 'counter' | 'gauge' | 'histogram'>;

/** Source: https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax */
const INSTRUMENT_NAME = /^[A-Za-z][\w./-]{0,254}$/;

interface Known {
  readonly kind: InstrumentKind;
  readonly instrument: Instrument;
}

export interface InstrumentsSetup {
  readonly registry: LiveRegistry;
  readonly problems: Problems;
  readonly losses: Losses;
  readonly censor: Censor;
}

export function createInstruments({ registry, problems, losses, censor }: InstrumentsSetup): Instruments {
  const known = new Map<string, Known>();
  /** Names of families, of which there is a bounded number. */
  const toldOfLabels = new Set<string>();

  function make(
    scope: string,
    kind: InstrumentKind,
    name: string,
    options: MetricOptions | undefined,
  ): Instrument {
    const addsUp = kind.endsWith('Counter');
    if (typeof name !== 'string' || !INSTRUMENT_NAME.test(name)) {
      return refused('an instrument', addsUp, scope, 'its name is none by the specification');
    }
    if (censor.text(name) !== name) {
      return refused('an instrument', addsUp, scope, 'there is a secret in its name');
    }
    const type = TYPES[kind];
    const unit = censor.text(textOf(options?.unit));
    const isGauge = kind === 'Gauge' || kind === 'ObservableGauge';
    const pageName = instrumentName(name, unit, type, isGauge);
    const before = known.get(pageName);
    if (before !== undefined && before.kind !== kind && before.instrument.family !== undefined) {
      return refused(pageName, addsUp, scope, `it is there as a ${before.kind}`);
    }
    if (before?.kind === kind && before.instrument.family !== undefined) return before.instrument;

    const attributes = createAttributeLabels(censor);
    const boundaries = type === 'histogram' ? boundariesOf(options, unit) : undefined;
    const aggregate = isGauge ? gaugeAggregate(unit) : undefined;
    const definition: FamilyDefinition & { readonly type: typeof type } = {
      name: pageName,
      type,
      unit,
      help: censor.text(textOf(options?.description)) || name,
      labels: attributes.labels,
      otel: { name, keys: attributes.keys, ...(addsUp && type === 'gauge' && { isSum: true }) },
      seriesBound: SERIES_BOUND,
      ...(boundaries && { boundaries }),
      ...(aggregate && { aggregate }),
    };
    const family = registry.foreign(definition);
    if ('refusedBecause' in family) {
      return refused(pageName, addsUp, scope, family.refusedBecause, family.isFull);
    }
    const instrument = working(pageName, addsUp, family, attributes);
    known.set(pageName, { kind, instrument });
    return instrument;
  }

  function working(
    name: string,
    addsUp: boolean,
    family: LiveFamily,
    attributes: AttributeLabels,
  ): Instrument {
    return {
      name,
      addsUp,
      family,
      seriesOf(given) {
        if (family.isEvicted) return undefined;
        const values = valuesOf(name, attributes, given);
        const cell: Cell | undefined = values && family.table.get(values);
        if (cell !== undefined) return cell as AnyCell;
        family.refused.count++;
        return family.table.overflow() as AnyCell;
      },
      dropped: (reason) => losses.of(name, reason),
    };
  }

  /** @returns undefined where they cannot be told apart any more */
  function valuesOf(
    name: string,
    attributes: AttributeLabels,
    given: Attributes | undefined,
  ): readonly (string | undefined)[] | undefined {
    try {
      const values = attributes.values(given);
      if (values === undefined) tellOfLabels(name, attributes.labels.length);
      return values;
    } catch {
      // A getter or a proxy of the library's: what it records is counted all the same.
      return undefined;
    }
  }

  /** Of attributes that are not the same few each time. Their names may be anything, so they are not repeated. */
  function tellOfLabels(name: string, count: number): void {
    if (toldOfLabels.has(name)) return;
    toldOfLabels.add(name);
    problems.once(`labels of ${name}`, 'SIGHTLINE_SERIES_BOUND', {
      problem: `${name} has ${count} labels and was given an attribute that would be one more`,
      expected: 'the same few attributes with each observation',
      fix: 'put what differs into the value of one attribute, never into its name; what is beyond is counted together',
    });
  }

  function refused(name: string, addsUp: boolean, scope: string, why: string, isFull = false): Instrument {
    problems.once(`instrument ${isFull ? 'past the bound' : name}`, 'SIGHTLINE_METRIC', {
      problem: `${name}, which ${censor.text(scope).slice(0, 128) || 'a library'} records through the OpenTelemetry API, is refused: ${why}`,
      expected: 'one source and one definition for each name on the page',
      fix: 'turn off the instrumentation that records it, or rename the instrument; what it records is counted as dropped',
    });
    return {
      name,
      addsUp,
      family: undefined,
      seriesOf: () => undefined,
      dropped: (reason) => losses.of(name, reason),
    };
  }

  return { find: make };
}

function boundariesOf(options: MetricOptions | undefined, unit: string): readonly number[] {
  const advised: unknown = options?.advice?.explicitBucketBoundaries;
  if (Array.isArray(advised) && advised.every(isBound)) {
    // In any order and with infinities, as the SDK of OpenTelemetry takes them.
    return [...new Set(advised)].filter(Number.isFinite).toSorted((one, other) => one - other);
  }
  return unit === 's' ? requestBoundaries : SDK_BOUNDARIES;
}

function isBound(bound: unknown): bound is number {
  return typeof bound === 'number' && !Number.isNaN(bound);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1024) : '';
}

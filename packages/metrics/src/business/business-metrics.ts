import { SightlineError } from '@sightline/errors';
import { sampledTrace } from '../active-trace.ts';
import type { CounterSeries, Family, FamilyDefinition, GaugeSeries, HistogramSeries } from '../family.ts';
import { textOf } from '../label-value.ts';
import type { Losses } from '../losses.ts';
import type { Problems } from '../problems.ts';
import type { LiveRegistry } from '../registry.ts';
import {
  type BusinessDefinition,
  type BusinessHistogramDefinition,
  type BusinessType,
  checkDefinition,
} from './definition.ts';

/** The labels of one observation, every one of them; undefined leaves one out. */
export type LabelsOf<Label extends string> = {
  readonly [Name in Label]: string | number | boolean | undefined;
};

/** What comes after the number: nothing for a metric without labels, an object for one with. */
export type LabelArguments<Label extends string> = [Label] extends [never] ? [] : [labels: LabelsOf<Label>];

/** A counter of the service's own. No method throws. */
export interface BusinessCounter<Label extends string = never> {
  /** @param amount at least 0; anything else is dropped and counted */
  add(amount: number, ...labels: LabelArguments<Label>): void;
}

/** A gauge of the service's own. No method throws. */
export interface BusinessGauge<Label extends string = never> {
  set(value: number, ...labels: LabelArguments<Label>): void;
  add(amount: number, ...labels: LabelArguments<Label>): void;
}

/** A histogram of the service's own. No method throws. */
export interface BusinessHistogram<Label extends string = never> {
  /** @param value in the unit of the histogram: seconds, not milliseconds */
  observe(value: number, ...labels: LabelArguments<Label>): void;
}

/** Makes metrics; the same name with the same definition is the same metric. */
export interface BusinessMetrics {
  /**
   * @param name `orders_placed_total`
   * @throws {SightlineError} `SIGHTLINE_METRIC`, in strict mode, naming everything that is wrong
   */
  counter<const Label extends string = never>(
    name: string,
    definition: BusinessDefinition<Label>,
  ): BusinessCounter<Label>;
  /**
   * @param name `carts_open`
   * @throws {SightlineError} `SIGHTLINE_METRIC`, in strict mode, naming everything that is wrong
   */
  gauge<const Label extends string = never>(
    name: string,
    definition: BusinessDefinition<Label>,
  ): BusinessGauge<Label>;
  /**
   * @param name `order_value_euros`
   * @throws {SightlineError} `SIGHTLINE_METRIC`, in strict mode, naming everything that is wrong
   */
  histogram<const Label extends string = never>(
    name: string,
    definition: BusinessHistogramDefinition<Label>,
  ): BusinessHistogram<Label>;
}

export interface BusinessSetup {
  readonly registry: LiveRegistry;
  readonly problems: Problems;
  readonly losses: Losses;
  readonly strict: boolean;
  readonly exemplars: boolean;
}

type AnyMetric = BusinessCounter<string> & BusinessGauge<string> & BusinessHistogram<string>;

/** What to do about a definition of which something can be kept. */
function correction(name: string, labels: readonly string[], corrected: FamilyDefinition): string {
  if (corrected.name === name && corrected.labels.join() === labels.join()) {
    return 'correct what is named; until then it is on the page as it is, within its bound';
  }
  const withLabels = corrected.labels.length > 0 ? ` with the labels ${corrected.labels.join(', ')}` : '';
  return `call it ${corrected.name}${withLabels}; until then it is on the page under that name`;
}

/** Most metrics that are made; a service that makes one for each user gets none from there on. */
const MAX_METRICS = 2000;

export function createBusinessMetrics({
  registry,
  problems,
  losses,
  strict,
  exemplars,
}: BusinessSetup): BusinessMetrics {
  const known = new Map<string, { readonly fingerprint: string; readonly metric: AnyMetric }>();
  const trace = exemplars ? sampledTrace : () => undefined;

  function metricOf(type: BusinessType, name: string, given: BusinessHistogramDefinition): AnyMetric {
    const fingerprint = fingerprintOf(type, given);
    const before = known.get(name);
    if (before?.fingerprint === fingerprint) return before.metric;
    if (before !== undefined) {
      refuse(name, ['it is defined already, in another way'], 'define a metric in one place and share it');
      return withoutEffect(name);
    }
    const { problems: wrong, definition } = checkDefinition(type, name, given ?? {});
    if (wrong.length > 0) {
      const fix = definition
        ? correction(name, (given.labels ?? []).map(textOf), definition)
        : 'correct the definition; until then it counts nothing';
      refuse(name, wrong, fix);
    }
    const metric = definition ? registered(type, name, given.labels ?? [], definition) : withoutEffect(name);
    if (known.size < MAX_METRICS) known.set(name, { fingerprint, metric });
    return metric;
  }

  function registered(
    type: BusinessType,
    name: string,
    labels: readonly string[],
    definition: FamilyDefinition,
  ): AnyMetric {
    if (known.size >= MAX_METRICS) {
      refuse(
        'a metric',
        [`there are ${MAX_METRICS} already`],
        'make metrics at the start, not for each request',
      );
      return withoutEffect(name);
    }
    try {
      // The type of the metric says which of the methods there are.
      const family = registry[type](definition) as unknown as Family<AnySeries>;
      const find = finder(labels, family, definition.name);
      // So that a counter of which nothing has come yet is 0, and not missing.
      if (labels.length === 0) family.series([]);
      return {
        add: (amount, ...given) => find(given[0])?.add(amount, trace()),
        set: (value, ...given) => find(given[0])?.set(value),
        observe: (value, ...given) => find(given[0])?.observe(value, trace()),
      };
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error;
      if (strict) throw error;
      problems.once(`metric ${name}`, 'SIGHTLINE_METRIC', error);
      return withoutEffect(name);
    }
  }

  /** Finds the series of a label set; what has other labels than the metric is counted and told once. */
  function finder(
    labels: readonly string[],
    family: Family<AnySeries>,
    name: string,
  ): (given: LabelsOf<string> | undefined) => AnySeries | undefined {
    const wrong = losses.of(name, 'labels');
    const isKnown = new Set(labels);
    /** What every object has is no label: one may be called `constructor`. */
    const inherited = new Set(labels.filter((label) => label in Object.prototype));

    function reject(): undefined {
      wrong.count++;
      problems.once(`labels ${name}`, 'SIGHTLINE_METRIC', {
        problem: `${name} was given other labels than it has`,
        expected: labels.length > 0 ? `the labels ${labels.map(textOf).join(', ')}` : 'no labels',
        fix: 'pass exactly these; what is passed otherwise is dropped and counted',
      });
      return undefined;
    }

    return function find(given) {
      if (given === undefined || given === null) return labels.length === 0 ? family.series([]) : reject();
      if (typeof given !== 'object') return reject();
      const values: (string | undefined)[] = [];
      try {
        for (const label in given) if (!isKnown.has(label)) return reject();
        // The table makes text of whatever the values are.
        for (const label of labels) {
          const isThere = inherited.size === 0 || !inherited.has(label) || Object.hasOwn(given, label);
          values.push(isThere ? (given[label] as string | undefined) : undefined);
        }
      } catch {
        // A getter or a proxy of the app's.
        return reject();
      }
      return family.series(values);
    };
  }

  function withoutEffect(name: string): AnyMetric {
    const dropped = losses.of(textOf(name).slice(0, 128), 'conflict');
    const drop = (): void => void dropped.count++;
    return { add: drop, set: drop, observe: drop };
  }

  function refuse(name: string, wrong: readonly string[], fix: string): void {
    const parts = {
      problem: `${textOf(name).slice(0, 128)}: ${wrong.join('; ')}`,
      expected: 'snake case, base units, `_total` at the end of counters, labels with few values',
      fix,
    };
    if (strict) throw new SightlineError('SIGHTLINE_METRIC', parts);
    problems.once(`metric ${textOf(name).slice(0, 128)} ${wrong[0]}`, 'SIGHTLINE_METRIC', parts);
  }

  return {
    counter: (name, definition) => metricOf('counter', name, definition),
    gauge: (name, definition) => metricOf('gauge', name, definition),
    histogram: (name, definition) => metricOf('histogram', name, definition),
  };
}

type AnySeries = CounterSeries & GaugeSeries & HistogramSeries;

function fingerprintOf(type: BusinessType, given: BusinessHistogramDefinition | undefined): string {
  const { help, unit, labels = [], seriesBound, boundaries } = given ?? {};
  try {
    return JSON.stringify([type, help, unit, labels, seriesBound, boundaries]);
  } catch {
    return `${type}, which is no JSON`;
  }
}

/* oxlint-disable no-await-in-loop -- the event loop gets its turn between slices */
import { SightlineError } from '@sightline/errors';
import { type Censor, createCensor } from './censor.ts';
import { createCollection } from './collection.ts';
import { createFamilyMaker } from './family-maker.ts';
import type {
  CounterSeries,
  FamilyDefinition,
  FamilySnapshot,
  GaugeSeries,
  HistogramSeries,
  Registry,
} from './family.ts';
import { copyOf, copyOfDefinition, type LiveFamily } from './live-family.ts';
import type { Losses } from './losses.ts';
import { createPacer } from './pacer.ts';
import { isMetricName, namesTaken } from './page-names.ts';
import type { Problems } from './problems.ts';
import type { CounterCell, GaugeCell, HistogramCell } from './series.ts';

/** The registry with what the other parts of this package use. */
export interface LiveRegistry extends Registry {
  counter(definition: FamilyDefinition): LiveFamily<CounterCell, CounterSeries>;
  gauge(definition: FamilyDefinition): LiveFamily<GaugeCell, GaugeSeries>;
  histogram(definition: FamilyDefinition): LiveFamily<HistogramCell, HistogramSeries>;
  /**
   * The family of an instrument that some library brings.
   *
   * @param definition its `labels` may grow later on
   * @returns why there is none: the name is taken, or there are too many
   */
  foreign<Type extends ForeignType>(
    definition: FamilyDefinition & { readonly type: Type },
  ): LiveFamily<CellOf[Type]> | Refusal;
  /** What `snapshot` has, without the callbacks, whose last values it has: for where no event loop turns any more. */
  snapshotNow(): FamilySnapshot[];
  /** In the order in which they were made. */
  families(): Iterable<LiveFamily>;
  /** Runs the callbacks; those who call during a run share the next one. */
  collect(): Promise<void>;
  /** Takes all callbacks off. */
  close(): void;
}

interface Refusal {
  readonly refusedBecause: string;
  /** True when it is not about this metric: there are too many of them. */
  readonly isFull?: boolean;
}

interface CellOf {
  counter: CounterCell;
  gauge: GaugeCell;
  histogram: HistogramCell;
}
type ForeignType = keyof CellOf;

export interface RegistrySetup {
  readonly problems: Problems;
  readonly losses: Losses;
  /** By default nothing is censored. */
  readonly censor?: Censor;
  /** By the name of the metric; it beats the definition's. */
  readonly seriesBounds?: Readonly<Record<string, number>>;
  /** Called at the end of each collection, when everything is up to date. */
  readonly afterCollect?: () => void;
}

/** Most metrics that libraries may bring. */
const MAX_FOREIGN = 2000;

interface Entry {
  readonly family: LiveFamily;
  readonly foreign: boolean;
}

export function createRegistry({
  problems,
  losses,
  censor = createCensor(undefined),
  seriesBounds = {},
  afterCollect,
}: RegistrySetup): LiveRegistry {
  const entries = new Map<string, Entry>();
  /** Every name on the page, with the metric that takes it. */
  const taken = new Map<string, string>();
  let foreignCount = 0;

  const make = createFamilyMaker(problems, losses, censor, seriesBounds);
  const collection = createCollection(problems, afterCollect);

  function put(definition: FamilyDefinition, family: LiveFamily, foreign: boolean): void {
    entries.set(definition.name, { family, foreign });
    for (const name of namesTaken(definition)) taken.set(name, definition.name);
    if (foreign) foreignCount++;
  }

  /** The metrics, at most a few, that take a name that this one needs. */
  function rivals(definition: FamilyDefinition): ReadonlySet<string> {
    return new Set(namesTaken(definition).flatMap((name) => taken.get(name) ?? []));
  }

  function evict(name: string): void {
    const entry = entries.get(name);
    if (entry === undefined) return;
    entries.delete(name);
    entry.family.isEvicted = true;
    for (const each of namesTaken(entry.family.definition)) taken.delete(each);
    foreignCount--;
    problems.once(`evicted ${name}`, 'SIGHTLINE_METRIC', {
      problem: `${name} was recorded by a library through the OpenTelemetry API and is recorded by Sightline too`,
      expected: 'one source for a metric',
      fix: `turn off the instrumentation that records it; what Sightline records is on the page`,
    });
  }

  function own(given: FamilyDefinition, made: (definition: FamilyDefinition) => LiveFamily): LiveFamily {
    const known = entries.get(given.name);
    if (known && !known.foreign) {
      const difference = differenceOf(known.family.definition, given);
      if (difference !== undefined) throw conflict(given.name, difference);
      return known.family;
    }
    if (!isMetricName(given.name)) throw conflict('a metric', 'its name cannot stand on a page');
    for (const rival of rivals(given)) {
      if (entries.get(rival)?.foreign) evict(rival);
      else throw conflict(given.name, `${rival} takes a name that it needs`);
    }
    const definition = bounded(given);
    const family = made(definition);
    put(definition, family, false);
    return family;
  }

  function bounded(definition: FamilyDefinition): FamilyDefinition {
    const seriesBound = Object.hasOwn(seriesBounds, definition.name)
      ? seriesBounds[definition.name]
      : undefined;
    const help = censor.text(definition.help);
    return { ...definition, help, ...(seriesBound !== undefined && { seriesBound }) };
  }

  return {
    counter: (definition) => own(definition, make.counter) as LiveFamily<CounterCell, CounterSeries>,
    gauge: (definition) => own(definition, make.gauge) as LiveFamily<GaugeCell, GaugeSeries>,
    histogram: (definition) => own(definition, make.histogram) as LiveFamily<HistogramCell, HistogramSeries>,

    foreign<Type extends ForeignType>(given: FamilyDefinition & { readonly type: Type }) {
      const known = entries.get(given.name);
      if (known?.foreign) {
        const difference = differenceOfForeign(known.family.definition, given);
        if (difference !== undefined) return { refusedBecause: difference };
        return known.family as LiveFamily<CellOf[Type]>;
      }
      const [rival] = rivals(given);
      if (rival === given.name) return { refusedBecause: 'Sightline records it itself' };
      if (rival !== undefined) return { refusedBecause: `${rival} takes a name that it needs` };
      if (foreignCount >= MAX_FOREIGN)
        return { refusedBecause: `there are ${MAX_FOREIGN} metrics of libraries already`, isFull: true };
      const definition = bounded(given);
      const family = make[given.type](definition) as unknown as LiveFamily<CellOf[Type]>;
      put(definition, family, true);
      return family;
    },

    onCollect: collection.add,

    *families() {
      for (const { family } of entries.values()) yield family;
    },

    collect: collection.collect,

    async snapshot() {
      await collection.collect();
      const pacer = createPacer();
      const snapshot: FamilySnapshot[] = [];
      for (const { family } of Array.from(entries.values())) {
        const definition = copyOfDefinition(family.definition);
        const series = [];
        for (const cell of family.table.list()) {
          series.push(copyOf(cell, definition.labels.length));
          if (series.length % 32 === 0 && pacer.isDue()) await pacer.turn();
        }
        snapshot.push({ definition, series });
      }
      return snapshot;
    },

    snapshotNow: () =>
      Array.from(entries.values(), ({ family }) => {
        const definition = copyOfDefinition(family.definition);
        const series = [];
        for (const cell of family.table.list()) series.push(copyOf(cell, definition.labels.length));
        return { definition, series };
      }),

    close: collection.clear,
  };
}

function conflict(name: string, difference: string): SightlineError {
  return new SightlineError('SIGHTLINE_METRIC', {
    problem: `${name} cannot be registered: ${difference}`,
    expected: 'one definition for each name',
    fix: 'give it another name, or the same type, unit, labels and boundaries',
  });
}

function differenceOf(known: FamilyDefinition, given: FamilyDefinition): string | undefined {
  const other = differenceOfForeign(known, given);
  if (other !== undefined) return other;
  if (!same(known.labels, given.labels))
    return `it is there with the labels ${known.labels.join(', ') || 'none'}`;
  return same(known.boundaries ?? [], given.boundaries ?? [])
    ? undefined
    : 'it is there with other boundaries';
}

/** Labels of foreign ones grow, and the boundaries of the first hold. */
function differenceOfForeign(known: FamilyDefinition, given: FamilyDefinition): string | undefined {
  if (known.type !== given.type) return `it is there as a ${known.type}`;
  return known.unit === given.unit ? undefined : `it is there in the unit ${known.unit || 'none'}`;
}

function same(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((each, at) => each === others[at]);
}

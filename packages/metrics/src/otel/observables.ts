import type { Attributes, BatchObservableCallback, Observable, ObservableCallback } from '@opentelemetry/api';
import { TIME_UP, withinTime } from '../aggregation/time-limit.ts';
import { textOf } from '../label-value.ts';
import type { Cell, LiveFamily } from '../live-family.ts';
import type { Problems } from '../problems.ts';
import type { Instrument } from './instruments.ts';

/** The callbacks of all observable instruments, run for each page. */
export interface Observables {
  /** What the API hands to a library for an instrument. */
  observable(instrument: Instrument): Observable;
  addBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void;
  removeBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void;
  /** Runs every callback; what one of them observed in time is on the page, and only that. */
  collect(): Promise<void>;
}

/** Longest wait for callbacks [ms]; below the limit of the collection as a whole. */
const CALLBACK_LIMIT_MS = 800;

/** Most callbacks of all libraries. */
const MAX_CALLBACKS = 10_000;

type Observe = (instrument: Instrument, value: number, attributes: Attributes | undefined) => void;

interface Registered {
  readonly callback: unknown;
  readonly instruments: readonly Instrument[];
  readonly run: (observe: Observe) => void | Promise<void>;
  /** Called for an earlier page and not back yet. */
  isPending: boolean;
}

/** What a callback observed; taken over when it has ended in time. */
interface Observation {
  readonly cell: Cell;
  readonly value: number;
  readonly addsUp: boolean;
  readonly attributes: Attributes | undefined;
}

export function createObservables(problems: Problems): Observables {
  const registered = new Set<Registered>();
  const instrumentOf = new WeakMap<Observable, Instrument>();
  /** What callbacks observed that were taken off since the last page: it leaves the page unless others observe it. */
  const left = new Set<LiveFamily>();

  function add(entry: Omit<Registered, 'isPending'>): void {
    const isThere = [...registered].some((known) => isSame(known, entry.callback, entry.instruments));
    if (!isThere && registered.size < MAX_CALLBACKS) registered.add({ ...entry, isPending: false });
  }

  function remove(callback: unknown, instruments: readonly Instrument[]): void {
    for (const entry of registered) {
      if (!isSame(entry, callback, instruments)) continue;
      registered.delete(entry);
      for (const family of familiesOf([entry])) left.add(family);
    }
  }

  function instrumentsOf(observables: readonly Observable[]): Instrument[] {
    return observables.flatMap((observable) => instrumentOf.get(observable) ?? []);
  }

  async function run(entry: Registered): Promise<readonly Observation[] | undefined> {
    if (entry.isPending) {
      lose(entry, 'timeout');
      return undefined;
    }
    const observations: Observation[] = [];
    entry.isPending = true;
    // In an async function, so that what is thrown at once is a rejection too.
    const running = (async () => {
      await entry.run((instrument, value, attributes) => {
        if (typeof value !== 'number') instrument.dropped('value').count++;
        else {
          const cell = instrument.seriesOf(attributes);
          if (cell === undefined) instrument.dropped('conflict').count++;
          else observations.push({ cell, value, attributes, addsUp: instrument.addsUp });
        }
      });
    })().finally(() => (entry.isPending = false));
    try {
      if ((await withinTime(running, CALLBACK_LIMIT_MS)) !== TIME_UP) return observations;
      running.catch(() => {});
      lose(entry, 'timeout');
    } catch (cause) {
      lose(entry, 'failed', cause);
    }
    return undefined;
  }

  function lose(entry: Registered, reason: 'failed' | 'timeout', cause?: unknown): void {
    for (const instrument of entry.instruments) instrument.dropped(reason).count++;
    const name = entry.instruments[0]?.name ?? 'an instrument';
    problems.once(
      `callback ${name}`,
      'SIGHTLINE_METRIC',
      {
        problem:
          reason === 'failed'
            ? `a callback that observes ${name} failed`
            : `a callback that observes ${name} has not ended within ${CALLBACK_LIMIT_MS} ms`,
        expected: 'a callback that ends soon and without an error',
        fix: 'let it read what is known already and catch its errors; what it observes is not on the page',
      },
      cause,
    );
  }

  return {
    observable(instrument) {
      const observable: Observable = {
        addCallback(callback: ObservableCallback) {
          if (typeof callback !== 'function') return;
          add({
            callback,
            instruments: [instrument],
            run: (observe) =>
              callback({ observe: (value, attributes) => observe(instrument, value, attributes) }),
          });
        },
        removeCallback: (callback: ObservableCallback) => remove(callback, [instrument]),
      };
      instrumentOf.set(observable, instrument);
      return observable;
    },

    addBatch(callback, observables) {
      if (typeof callback !== 'function' || !Array.isArray(observables)) return;
      const instruments = instrumentsOf(observables);
      add({
        callback,
        instruments,
        run: (observe) =>
          callback({
            observe(observable, value, attributes) {
              const instrument = instrumentOf.get(observable);
              // What is not of the batch is dropped, as the specification says.
              if (instrument && instruments.includes(instrument)) observe(instrument, value, attributes);
            },
          }),
      });
    },

    removeBatch(callback, observables) {
      if (Array.isArray(observables)) remove(callback, instrumentsOf(observables));
    },

    async collect() {
      const entries = [...registered];
      const families = new Set([...left, ...familiesOf(entries)]);
      left.clear();
      const observed = await Promise.all(entries.map(run));
      const cells = Map.groupBy(
        observed.flatMap((observations) => observations ?? []),
        ({ cell }) => cell,
      );
      for (const [cell, observations] of cells) {
        const value = valueOf(observations);
        if ('reach' in cell) cell.reach(value);
        else if ('set' in cell) cell.set(value);
      }
      for (const family of families) family.table.keepOnly(cells);
    },
  };
}

function familiesOf(entries: readonly Registered[]): readonly LiveFamily[] {
  return entries.flatMap(({ instruments }) => instruments.flatMap((each) => each.family ?? []));
}

/**
 * What was observed for one series, mostly once. Counts of several label sets, which are past the bound or hosts whose addresses
 * are hidden, add up; of the same attributes the last one stays, as in the SDK of OpenTelemetry.
 */
function valueOf(observations: readonly Observation[]): number {
  const last = observations.at(-1);
  if (last === undefined) return Number.NaN;
  if (observations.length === 1 || !last.addsUp) return last.value;
  const values = new Map(observations.map(({ attributes, value }) => [setKey(attributes), value]));
  return Array.from(values.values()).reduce((sum, each) => sum + each, 0);
}

function setKey(attributes: Attributes = {}): string {
  const entries = Object.entries(attributes).map(([key, value]) => JSON.stringify([key, textOf(value)]));
  return entries.toSorted().join(' ');
}

function isSame(entry: Registered, callback: unknown, instruments: readonly Instrument[]): boolean {
  return (
    entry.callback === callback &&
    entry.instruments.length === instruments.length &&
    instruments.every((instrument) => entry.instruments.includes(instrument))
  );
}

import type { Exemplar, FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';

/** JSON has no NaN and no infinities: they go as words. */
type WireNumber = number | string;

interface WireExemplar extends Omit<Exemplar, 'value'> {
  readonly value: WireNumber;
}

interface WireSeries {
  readonly labelValues: readonly (string | null)[];
  readonly overflow?: boolean;
  readonly value?: WireNumber;
  readonly histogram?: {
    readonly counts: readonly number[];
    readonly sum: WireNumber;
    readonly exemplars?: readonly (WireExemplar | null)[];
  };
  readonly summary?: {
    readonly quantiles: Readonly<Record<string, WireNumber>>;
    readonly sum: WireNumber;
    readonly count: number;
  };
  readonly exemplar?: WireExemplar;
  readonly startTimeMs?: number;
}

/** A family as it goes from one process or thread to another: the same after JSON as before. */
export interface WireFamily {
  readonly definition: Omit<FamilyDefinition, 'seriesBound'> & { readonly seriesBound: WireNumber };
  readonly series: readonly WireSeries[];
}

/** Series in one message, so that neither side is busy with one for long; about 5 ms for histograms. */
const MESSAGE_SERIES = 500;

/** A snapshot in pieces, of which each fits one message; at least one. */
export function* wireParts(
  snapshot: readonly FamilySnapshot[],
): Generator<{ readonly families: WireFamily[]; readonly last: boolean }> {
  let families: WireFamily[] = [];
  let room = MESSAGE_SERIES;
  for (const { definition, series } of snapshot) {
    const wireDefinition = { ...definition, seriesBound: toWire(definition.seriesBound) };
    for (let from = 0; from < series.length || from === 0;) {
      if (room <= 0) {
        yield { families, last: false };
        families = [];
        room = MESSAGE_SERIES;
      }
      const piece = series.slice(from, from + room);
      families.push({ definition: wireDefinition, series: piece.map(seriesToWire) });
      // A family without series takes room too: its definition has a size.
      room -= Math.max(1, piece.length);
      from += Math.max(1, piece.length);
    }
  }
  yield { families, last: true };
}

/** Puts the pieces of a snapshot together again. */
export function createWireReader(): {
  add(families: readonly WireFamily[]): void;
  take(): FamilySnapshot[];
} {
  let families = new Map<string, { definition: FamilyDefinition; series: SeriesSnapshot[] }>();
  return {
    add(pieces) {
      for (const { definition, series } of pieces) {
        let family = families.get(definition.name);
        if (family === undefined) {
          family = {
            definition: { ...definition, seriesBound: fromWire(definition.seriesBound) },
            series: [],
          };
          families.set(definition.name, family);
        }
        for (const each of series) family.series.push(seriesFromWire(each));
      }
    },
    take() {
      const complete = [...families.values()];
      families = new Map();
      return complete;
    },
  };
}

function toWire(value: number): WireNumber {
  return Number.isFinite(value) ? value : String(value);
}

function fromWire(value: WireNumber): number {
  return typeof value === 'number' ? value : Number(value);
}

function seriesToWire(series: SeriesSnapshot): WireSeries {
  const { labelValues, value, histogram, summary, exemplar, overflow, startTimeMs } = series;
  return {
    labelValues: labelValues.map((each) => each ?? null),
    ...(overflow && { overflow }),
    ...(value !== undefined && { value: toWire(value) }),
    ...(histogram && {
      histogram: {
        counts: histogram.counts,
        sum: toWire(histogram.sum),
        ...(histogram.exemplars && {
          exemplars: Array.from(histogram.exemplars, (each) => (each ? exemplarToWire(each) : null)),
        }),
      },
    }),
    ...(summary && {
      summary: { ...summary, quantiles: mapped(summary.quantiles, toWire), sum: toWire(summary.sum) },
    }),
    ...(exemplar && { exemplar: exemplarToWire(exemplar) }),
    ...(startTimeMs !== undefined && { startTimeMs }),
  };
}

function seriesFromWire(series: WireSeries): SeriesSnapshot {
  const { labelValues, value, histogram, summary, exemplar, overflow, startTimeMs } = series;
  return {
    labelValues: labelValues.map((each) => each ?? undefined),
    ...(overflow && { overflow }),
    ...(value !== undefined && { value: fromWire(value) }),
    ...(histogram && {
      histogram: {
        counts: histogram.counts,
        sum: fromWire(histogram.sum),
        ...(histogram.exemplars && {
          exemplars: histogram.exemplars.map((each) => (each ? exemplarFromWire(each) : undefined)),
        }),
      },
    }),
    ...(summary && {
      summary: { ...summary, quantiles: mapped(summary.quantiles, fromWire), sum: fromWire(summary.sum) },
    }),
    ...(exemplar && { exemplar: exemplarFromWire(exemplar) }),
    ...(startTimeMs !== undefined && { startTimeMs }),
  };
}

function exemplarToWire(exemplar: Exemplar): WireExemplar {
  return { ...exemplar, value: toWire(exemplar.value) };
}

function exemplarFromWire(exemplar: WireExemplar): Exemplar {
  return { ...exemplar, value: fromWire(exemplar.value) };
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

import type { CounterSeries, Exemplar, GaugeSeries, HistogramSeries, TraceRef } from './family.ts';
import type { LossCount } from './losses.ts';

/** When what is counted elsewhere began at the earliest [ms since 1970]. */
const PROCESS_START_MS = performance.timeOrigin;

/** What every series has besides its numbers. */
export interface SeriesIdentity {
  /** One for each label; `''` where it has none. */
  readonly labelValues: readonly string[];
  /** As between the braces on the page. */
  readonly labelText: string;
  readonly overflow: boolean;
  /** Counts what is no value for it. */
  readonly wrongValues: LossCount;
}

type MutableExemplar = { -readonly [Key in keyof Exemplar]: Exemplar[Key] };

/** Overwrites the exemplar that is there, so that none is made for each observation. */
function keepExemplar(
  last: MutableExemplar | undefined,
  value: number,
  { traceId, spanId }: TraceRef,
): MutableExemplar {
  if (last === undefined) return { traceId, spanId, value, timeMs: Date.now() };
  last.traceId = traceId;
  last.spanId = spanId;
  last.value = value;
  last.timeMs = Date.now();
  return last;
}

/** Classes, as these are what a request touches: a method of a class costs a third of one that closes over its state. */
export class CounterCell implements CounterSeries {
  readonly labelValues: readonly string[];
  readonly labelText: string;
  readonly overflow: boolean;
  startTimeMs = Date.now();
  value = 0;
  exemplar: MutableExemplar | undefined = undefined;
  readonly #wrongValues: LossCount;
  #isReached = false;

  constructor({ labelValues, labelText, overflow, wrongValues }: SeriesIdentity) {
    this.labelValues = labelValues;
    this.labelText = labelText;
    this.overflow = overflow;
    this.#wrongValues = wrongValues;
  }

  add(amount: number, trace?: TraceRef): void {
    // The sum as well: one that has become infinite would never be a number again.
    if (!isFiniteNumber(amount) || amount < 0 || !isFiniteNumber(this.value + amount)) {
      this.#wrongValues.count++;
      return;
    }
    this.value += amount;
    if (trace !== undefined) this.exemplar = keepExemplar(this.exemplar, amount, trace);
  }

  /**
   * Takes over a total that something else counts. It began with the process, for all that is known, also where this is a new
   * series of it: a start of just now would say that all of it was counted since. One that has fallen has begun anew.
   */
  reach(total: number): void {
    if (!isFiniteNumber(total) || total < 0) {
      this.#wrongValues.count++;
      return;
    }
    if (total < this.value) this.startTimeMs = Date.now();
    else if (!this.#isReached) this.startTimeMs = PROCESS_START_MS;
    this.#isReached = true;
    this.value = total;
  }
}

export class GaugeCell implements GaugeSeries {
  readonly labelValues: readonly string[];
  readonly labelText: string;
  readonly overflow: boolean;
  readonly startTimeMs = Date.now();
  value = 0;
  readonly #wrongValues: LossCount;

  constructor({ labelValues, labelText, overflow, wrongValues }: SeriesIdentity) {
    this.labelValues = labelValues;
    this.labelText = labelText;
    this.overflow = overflow;
    this.#wrongValues = wrongValues;
  }

  set(value: number): void {
    if (typeof value === 'number') this.value = value;
    else this.#wrongValues.count++;
  }

  /** What is no finite number is refused: it would never leave the sum again. */
  add(amount: number): void {
    if (isFiniteNumber(amount) && isFiniteNumber(this.value + amount)) this.value += amount;
    else this.#wrongValues.count++;
  }
}

/** Up to so many buckets looking one by one is faster, as most observations are in the first ones. */
const LINEAR_SEARCH = 16;

/** Of a series that is read while it is written: the page takes all its numbers in one go. */
interface Buckets {
  readonly counts: Float64Array;
  sum: number;
  exemplars: (MutableExemplar | undefined)[] | undefined;
}

export class HistogramCell implements HistogramSeries {
  readonly labelValues: readonly string[];
  readonly labelText: string;
  readonly overflow: boolean;
  readonly startTimeMs = Date.now();
  readonly histogram: Buckets;
  readonly #boundaries: readonly number[];
  readonly #lowest: number;
  readonly #wrongValues: LossCount;

  /** @param boundaries number[n], increasing; there are n + 1 counts */
  constructor(
    { labelValues, labelText, overflow, wrongValues }: SeriesIdentity,
    boundaries: readonly number[],
  ) {
    this.labelValues = labelValues;
    this.labelText = labelText;
    this.overflow = overflow;
    this.#wrongValues = wrongValues;
    this.#boundaries = boundaries;
    // A sum that can fall is no counter: OpenMetrics has one only where nothing is below 0.
    this.#lowest = (boundaries[0] ?? 0) < 0 ? -Number.MAX_VALUE : 0;
    this.histogram = { counts: new Float64Array(boundaries.length + 1), sum: 0, exemplars: undefined };
  }

  observe(value: number, trace?: TraceRef): void {
    const { histogram } = this;
    if (!isFiniteNumber(value) || value < this.#lowest || !isFiniteNumber(histogram.sum + value)) {
      this.#wrongValues.count++;
      return;
    }
    const at = bucketOf(this.#boundaries, value);
    // Never undefined: there is one count more than there are boundaries.
    (histogram.counts[at] as number)++;
    histogram.sum += value;
    if (trace === undefined) return;
    const exemplars = (histogram.exemplars ??= Array.from(histogram.counts, () => undefined));
    exemplars[at] = keepExemplar(exemplars[at], value, trace);
  }
}

/** The first bucket whose upper bound is not below the value. */
function bucketOf(boundaries: readonly number[], value: number): number {
  const { length } = boundaries;
  if (length <= LINEAR_SEARCH) {
    let at = 0;
    while (at < length && value > (boundaries[at] as number)) at++;
    return at;
  }
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value > (boundaries[middle] as number)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isFiniteNumber(value: number): boolean {
  return typeof value === 'number' && value - value === 0;
}

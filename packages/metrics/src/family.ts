/** What a metric is: the catalogue's definition in `@sightline/conventions`, or a business metric's. */
export interface FamilyDefinition {
  /** As it stands on the page: `orders_placed_total`. */
  readonly name: string;
  /** `info` is a gauge that is always 1; `unknown` comes from registries that do not say. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info' | 'unknown';
  /** In UCUM: `s`, `By`, `1`, `{order}`; empty when there is none. */
  readonly unit: string;
  readonly help: string;
  /** Names of the labels, in the order in which their values are given. */
  readonly labels: readonly string[];
  /** Most label sets; past it, observations go to one overflow series. */
  readonly seriesBound: number;
  /** Histograms: upper bounds of the buckets in the unit, strictly increasing; `+Inf` comes on top. */
  readonly boundaries?: readonly number[];
  /** How one number is made of those of several processes or threads; default: `sum`. */
  readonly aggregate?: 'sum' | 'min' | 'max' | 'mean' | 'first';
  /** What an instrument of OpenTelemetry and its attributes are called there; the keys stand in the order of the labels. */
  readonly otel?: {
    readonly name: string;
    readonly keys: readonly string[];
    /** A gauge that is a sum there, which may fall: an up-down counter. */
    readonly isSum?: boolean;
  };
}

/** The span that an observation was made in; it becomes the exemplar. Names on the page: `trace_id`, `span_id`. */
export interface TraceRef {
  readonly traceId: string;
  readonly spanId: string;
}

/** The last observation of a series, or of a bucket, that was made in an exported trace. */
export interface Exemplar extends TraceRef {
  readonly value: number;
  /** When [ms since 1970 in UTC]. */
  readonly timeMs: number;
}

/** One label set of a counter. */
export interface CounterSeries {
  /** @param amount at least 0; anything else is refused and counted */
  add(amount: number, trace?: TraceRef): void;
}

/** One label set of a gauge. */
export interface GaugeSeries {
  set(value: number): void;
  /** @param amount finite; anything else is refused and counted */
  add(amount: number): void;
}

/** One label set of a histogram. */
export interface HistogramSeries {
  /** What is no finite number is refused and counted, and what is below 0 unless a boundary is. */
  observe(value: number, trace?: TraceRef): void;
}

/** What a family holds now, as plain data: it can be cloned to another thread or process, and pushed. */
export interface FamilySnapshot {
  readonly definition: FamilyDefinition;
  readonly series: readonly SeriesSnapshot[];
}

export interface SeriesSnapshot {
  /** One for each label; undefined for a label that this series does not have. */
  readonly labelValues: readonly (string | undefined)[];
  /** The series that takes what came after the bound: it has the one label `otel_metric_overflow="true"`. */
  readonly overflow?: boolean;
  /** Counters, gauges, info. */
  readonly value?: number;
  /** Histograms: `counts` is number[boundaries.length + 1], each bucket's own count, not cumulated; the last is `+Inf`. */
  readonly histogram?: {
    readonly counts: readonly number[];
    readonly sum: number;
    /** One for each bucket, undefined where it has none. */
    readonly exemplars?: readonly (Exemplar | undefined)[];
  };
  /** Summaries of other registries: value by quantile. */
  readonly summary?: {
    readonly quantiles: Readonly<Record<string, number>>;
    readonly sum: number;
    readonly count: number;
  };
  /** Counters. */
  readonly exemplar?: Exemplar;
  /** When the series began [ms since 1970 in UTC]. */
  readonly startTimeMs?: number;
}

/** One metric: its label sets are made when they are first asked for. */
export interface Family<Series> {
  readonly definition: FamilyDefinition;
  /**
   * The series of a label set. Keep it where the label set is known beforehand: nothing is looked up then.
   *
   * @param values one for each label; undefined leaves the label out
   */
  series(values: readonly (string | undefined)[]): Series;
  /** Takes a label set off the page. */
  remove(values: readonly (string | undefined)[]): void;
}

/** Where all metrics of a process stand. */
export interface Registry {
  /**
   * Each returns the family of that name, made at the first call.
   *
   * @throws {SightlineError} `SIGHTLINE_METRIC` when the name is taken by another type, unit, labels or boundaries
   */
  counter(definition: FamilyDefinition): Family<CounterSeries>;
  gauge(definition: FamilyDefinition): Family<GaugeSeries>;
  histogram(definition: FamilyDefinition): Family<HistogramSeries>;
  /**
   * Called before each page and push, to bring gauges up to date.
   *
   * @returns takes the callback off
   */
  onCollect(callback: () => void | Promise<void>): () => void;
  /** Brings gauges up to date and copies everything, in slices that leave the event loop free. */
  snapshot(): Promise<FamilySnapshot[]>;
}

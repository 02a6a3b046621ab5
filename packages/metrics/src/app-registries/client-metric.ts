/** One metric of a client library, as far as its numbers go. */
export interface ClientMetric {
  readonly name: string;
  readonly help?: string;
  readonly type?: string;
  /** How the library itself would add up the numbers of several processes. */
  readonly aggregator?: string;
  readonly values?: readonly ClientValue[];
}

/** Labels as the code gave them. */
export type ClientLabels = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** One line of the library's own page. */
export interface ClientValue {
  readonly labels?: ClientLabels;
  readonly value: number;
  /** The parts of histograms and summaries: `x_bucket`, `x_sum`, `x_count`. */
  readonly metricName?: string;
  readonly exemplar?: ClientExemplar | null | undefined;
}

export interface ClientExemplar {
  readonly labelSet: ClientLabels;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp?: number;
}

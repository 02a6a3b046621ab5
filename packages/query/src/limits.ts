/** What one query may take, in each language; a query that would take more ends with an error of class `limit`. */
export interface QueryLimits {
  /** Longest time a query runs [ms]; it is looked at while it runs, so a hostile query ends too. Default 30,000. */
  readonly timeoutMs: number;
  /** Most samples, log lines or spans in memory at one time. Default 50,000,000 samples. */
  readonly maxSamples: number;
  /** Most series or streams that one selector reads, and most that a result has. Default 100,000. */
  readonly maxSeries: number;
  /** Most bytes of log lines and attributes that one query reads. Default 1 GiB. */
  readonly maxBytes: number;
  /** Most steps of a range query. Default 11,000, as Prometheus has it. */
  readonly maxSteps: number;
}

export const defaultLimits: QueryLimits = {
  timeoutMs: 30_000,
  maxSamples: 50_000_000,
  maxSeries: 100_000,
  maxBytes: 1_073_741_824,
  maxSteps: 11_000,
};

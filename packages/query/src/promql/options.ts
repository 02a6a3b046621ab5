import { z } from 'zod';
import { defaultLimits } from '../limits.ts';
import type { SeriesSource } from './source.ts';

const positiveMs = z.int().min(1);

export const promqlOptionsSchema = z.strictObject({
  /** Where series come from. */
  source: z.custom<SeriesSource>(
    (value) =>
      typeof value === 'object' && value !== null && 'select' in value && typeof value.select === 'function',
    'expected an object with a method select()',
  ),
  /** What one query may take; a query that would take more ends with an error of class `limit` or `timeout`. */
  limits: z
    .strictObject({
      /** Longest time a query runs [ms]. */
      timeoutMs: positiveMs.default(defaultLimits.timeoutMs),
      /** Most samples in memory at one time. */
      maxSamples: z.int().min(1).default(defaultLimits.maxSamples),
      /** Most series that one selector reads. */
      maxSeries: z.int().min(1).default(defaultLimits.maxSeries),
      /** Not used by PromQL. */
      maxBytes: z.int().min(1).default(defaultLimits.maxBytes),
      /** Most steps of a range query. */
      maxSteps: z.int().min(1).default(defaultLimits.maxSteps),
    })
    .prefault({}),
  /** How old a sample may be to count as the value of now [ms]. */
  lookbackMs: positiveMs.default(300_000),
  /** Step of a subquery that names none [ms]: the evaluation interval of Prometheus. */
  defaultStepMs: positiveMs.default(60_000),
  /** Whose ranges are meant: those of Prometheus 2 hold a sample right at their left edge, those of 3 do not. */
  compatibility: z.union([z.literal(2), z.literal(3)]).default(3),
  /** Names of metrics go at the very end (`promql-delayed-name-removal` of Prometheus). */
  delayedNameRemoval: z.boolean().default(false),
  /** Whether a metric is a counter is read from its label `__type__` (`type-and-unit-labels` of Prometheus). */
  typeAndUnitLabels: z.boolean().default(false),
  /** Resets are also seen by the time at which a series says that it started (`use-start-timestamps` of Prometheus). */
  startTimestamps: z.boolean().default(false),
});

/** What a caller writes. */
export type PromqlOptions = z.input<typeof promqlOptionsSchema>;
/** What the engine reads: every key present. */
export type ResolvedPromqlOptions = Readonly<z.output<typeof promqlOptionsSchema>>;

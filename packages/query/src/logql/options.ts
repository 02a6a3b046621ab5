import { z } from 'zod';
import { defaultLimits } from '../limits.ts';
import type { LogSource } from './log-source.ts';

const count = z.int().min(1);

export const logqlOptionsSchema = z.strictObject({
  /** Where lines come from. */
  source: z.custom<LogSource>(
    (value) =>
      typeof value === 'object' && value !== null && 'select' in value && typeof value.select === 'function',
    'expected an object with a method select()',
  ),
  /** What one query may take; a query that would take more ends with an error of class `limit` or `timeout`. */
  limits: z
    .strictObject({
      /** Longest time a query runs [ms]. */
      timeoutMs: count.default(defaultLimits.timeoutMs),
      /** Most samples in memory at one time. */
      maxSamples: count.default(defaultLimits.maxSamples),
      /** Most streams that one selector reads, and most series or streams of a result. */
      maxSeries: count.default(defaultLimits.maxSeries),
      /** Most UTF-16 units of lines that one query reads. */
      maxBytes: count.default(defaultLimits.maxBytes),
      /** Most steps of a range query. */
      maxSteps: count.default(defaultLimits.maxSteps),
    })
    .prefault({}),
});

/** What a caller writes. */
export type LogqlOptions = z.input<typeof logqlOptionsSchema>;

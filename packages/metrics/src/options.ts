import type { SightlineError } from '@sightline/errors';
import * as z from 'zod';
import type { MetricsRedactor } from './censor.ts';

export const metricsOptionsSchema = z.strictObject({
  /** The version of the service, for `sightline_build_info`. */
  serviceVersion: z.string().max(256).optional(),
  /** The commit that the service was built from, for `sightline_build_info`. */
  revision: z.string().max(256).optional(),
  /** Most label sets of a metric, by its name on the page, in place of what its definition says; where it is more, each label may have as many values. */
  seriesBounds: z.record(z.string(), z.int().min(1).max(1_000_000)).readonly().default({}),
  /** Whether an observation in an exported trace becomes an exemplar. */
  exemplars: z.boolean().default(true),
  /** A redactor of `@sightline/redact`: names, help texts and labels are censored by it. By default nothing is. */
  redactor: z
    .custom<MetricsRedactor>(
      (value) => typeof value === 'object' && value !== null && 'isSecretKey' in value && 'text' in value,
      'a redactor',
    )
    .optional(),
  /** Whether a wrong option or a wrong metric throws; otherwise it is told and corrected. By default as `SIGHTLINE_STRICT` says. */
  strict: z.boolean().optional(),
  /** Told of each problem, once. By default the process is warned, as Node warns. Must not throw. */
  onProblem: z
    .custom<(problem: SightlineError) => void>((value) => typeof value === 'function', 'a function')
    .optional(),
});

/** What a caller writes. */
export type MetricsOptions = z.input<typeof metricsOptionsSchema>;
/** What our code reads, frozen. */
export type ResolvedMetricsOptions = Readonly<z.output<typeof metricsOptionsSchema>>;

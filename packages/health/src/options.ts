import type { SightlineError } from '@sightline/errors';
import * as z from 'zod';
import {
  cacheMsSchema,
  intervalMsSchema,
  nameSchema,
  thresholdSchema,
  timeoutMsSchema,
} from './engine/check-settings.ts';

const pathSchema = z
  .string()
  .regex(/^\/[^\s?#]*[^\s?#/]$/, 'a path such as /ready, without a slash at its end');

/** When the event loop is under so much pressure that the service should get no more requests. */
export const pressureOptionsSchema = z
  .strictObject({
    /** Mean delay of the event loop at which readiness fails [ms]. */
    enterDelayMs: z.int().min(1).max(600_000).default(1000),
    /** Mean delay at which it passes again [ms]; below `enterDelayMs`. */
    leaveDelayMs: z.int().min(1).max(600_000).default(250),
    /** Share of the time in which the event loop works at which readiness fails, 0 to 1; by default it does not count. */
    enterUtilizationRatio: z.number().gt(0).max(1).optional(),
    /** Share at which it passes again, 0 to 1; by default nine tenths of `enterUtilizationRatio`. */
    leaveUtilizationRatio: z.number().gt(0).max(1).optional(),
  })
  .refine(({ enterDelayMs, leaveDelayMs }) => leaveDelayMs < enterDelayMs, {
    path: ['leaveDelayMs'],
    error: 'less than enterDelayMs',
  });

/** What sees the main thread stand still, from a thread of its own. */
export const watchdogOptionsSchema = z.strictObject({
  /** How long the main thread may stand still until it is reported [ms]. */
  limitMs: z.int().min(100).max(600_000).default(5000),
  /** Port on which the thread itself answers `/livez`: 503 while the main thread stands still; 0 for any. By default none. */
  port: z.int().min(0).max(65_535).optional(),
  /** Address of that port; by default all of them, as the kubelet comes from outside. */
  host: z.string().max(255).optional(),
  /** Whether it looks where the main thread stands, with the inspector; not where health is in a worker thread itself. */
  stack: z.boolean().default(true),
});

export const healthOptionsSchema = z.strictObject({
  /**
   * Longest wait for one run of a check before it counts as failed [ms]; 800 leaves 200 ms for HTTP under the kubelet's
   * default `timeoutSeconds: 1`.
   */
  checkTimeoutMs: timeoutMsSchema.default(800),
  /** Runs every check in the background this often, so that no probe waits [ms]; by default only those that ask for it. */
  intervalMs: intervalMsSchema.optional(),
  /** How long a result answers for where there is no interval [ms]. */
  cacheMs: cacheMsSchema.default(1000),
  /** Failures in a row until a check is down. */
  failureThreshold: thresholdSchema.default(1),
  /** Successes in a row until it is up again. */
  successThreshold: thresholdSchema.default(1),
  /** Longest wait of a probe for results that are not there; then the last ones answer, or their absence does [ms]. */
  probeTimeoutMs: timeoutMsSchema.default(900),
  /** Groups with the checks in them, besides the groups that checks name: `{ payments: ['postgres', 'stripe'] }`. */
  groups: z.record(nameSchema, z.array(nameSchema).readonly()).default({}),
  /** Further paths for what is answered: `{ '/ready': 'readyz', '/status/readiness': 'readyz' }`. */
  aliases: z.record(pathSchema, z.enum(['livez', 'readyz', 'startupz', 'health'])).default({}),
  /** Mean delay of the event loop at which the service no longer counts as alive [ms]. */
  livenessDelayMs: z.int().min(100).max(3_600_000).default(10_000),
  /** Pressure on the event loop that fails readiness; false for none. */
  pressure: z.union([z.literal(false), pressureOptionsSchema]).prefault({}),
  /** A thread that sees the main thread stand still; false for none, as it costs a thread and some 15 MB. */
  watchdog: z.union([z.literal(false), watchdogOptionsSchema]).default(false),
  /** The version of the service, for `/health`. */
  version: z.string().max(256).optional(),
  /** The name of the service, for `/health` and the report of the watchdog. */
  serviceName: z.string().max(256).optional(),
  /** Whether a wrong option throws; otherwise it is told and its default holds. By default as `SIGHTLINE_STRICT` says. */
  strict: z.boolean().optional(),
  /** Told of each problem, once. By default the process is warned, as Node warns. Must not throw. */
  onProblem: z
    .custom<(problem: SightlineError) => void>((value) => typeof value === 'function', 'a function')
    .optional(),
});

/** What a caller writes. */
export type HealthOptions = z.input<typeof healthOptionsSchema>;
/** What our code reads: every key present, frozen. */
export type ResolvedHealthOptions = Readonly<z.output<typeof healthOptionsSchema>>;
export type ResolvedPressureOptions = Readonly<z.output<typeof pressureOptionsSchema>>;
export type ResolvedWatchdogOptions = Readonly<z.output<typeof watchdogOptionsSchema>>;

import * as z from 'zod';
import type { Check } from '../check.ts';

/** What may stand in a label, a path and a list that is separated by commas. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][\w.:-]{0,63}$/, 'a name of at most 64 letters, digits and . : _ -');

const DAY_MS = 86_400_000;
/** Longest timeout of a check: past it nobody waits. */
const LONGEST_TIMEOUT_MS = 60_000;

export const timeoutMsSchema = z.int().min(1).max(LONGEST_TIMEOUT_MS);
/** Below 100 ms, 20 checks would keep a core busy. */
export const intervalMsSchema = z.int().min(100).max(DAY_MS);
export const cacheMsSchema = z.int().min(0).max(DAY_MS);
export const thresholdSchema = z.int().min(1).max(100);

export const checkDefinitionSchema = z.strictObject({
  check: z.custom<Check>((value) => typeof value === 'function', 'a function'),
  critical: z.boolean().optional(),
  group: z.union([nameSchema, z.array(nameSchema).readonly()]).optional(),
  timeoutMs: timeoutMsSchema.optional(),
  intervalMs: intervalMsSchema.optional(),
  cacheMs: cacheMsSchema.optional(),
  dependsOn: z.array(nameSchema).readonly().optional(),
  failureThreshold: thresholdSchema.optional(),
  successThreshold: thresholdSchema.optional(),
});

/** What a check goes by, every key present. */
export interface CheckSettings {
  readonly check: Check;
  readonly critical: boolean;
  readonly groups: readonly string[];
  readonly timeoutMs: number;
  /** Undefined: only when somebody asks. */
  readonly intervalMs: number | undefined;
  readonly cacheMs: number;
  readonly dependsOn: readonly string[];
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

/** What holds for a check that does not say otherwise. */
export type CheckDefaults = Pick<
  CheckSettings,
  'timeoutMs' | 'intervalMs' | 'cacheMs' | 'failureThreshold' | 'successThreshold'
>;

/** A definition with the defaults in their places. */
export function checkSettings(
  definition: z.output<typeof checkDefinitionSchema>,
  defaults: CheckDefaults,
): CheckSettings {
  const { group = [], critical = false, dependsOn = [] } = definition;
  return {
    check: definition.check,
    critical,
    groups: [...new Set(typeof group === 'string' ? [group] : group)],
    timeoutMs: definition.timeoutMs ?? defaults.timeoutMs,
    intervalMs: definition.intervalMs ?? defaults.intervalMs,
    cacheMs: definition.cacheMs ?? defaults.cacheMs,
    dependsOn: [...new Set(dependsOn)],
    failureThreshold: definition.failureThreshold ?? defaults.failureThreshold,
    successThreshold: definition.successThreshold ?? defaults.successThreshold,
  };
}

import { parseOptions } from '@sightline/errors';
import { type AlertOptions, type ResolvedAlertOptions, alertOptionsSchema } from './options.ts';

/** @throws {SightlineError} `SIGHTLINE_OPTIONS`, naming everything that is wrong */
export function resolveAlertOptions(options?: AlertOptions): ResolvedAlertOptions {
  return parseOptions('alertRules', alertOptionsSchema, options);
}

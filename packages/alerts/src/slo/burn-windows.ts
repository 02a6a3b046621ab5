import { SightlineError } from '@sightline/errors';
import type { Severity } from '../rule.ts';

/** One pair of windows: how much of the budget may go in the long one before somebody is told. */
export interface BurnWindow {
  readonly budgetRatio: number;
  readonly longSeconds: number;
  /** A twelfth of the long one: it ends the alert soon after the errors end. */
  readonly shortSeconds: number;
  readonly severity: Severity;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/**
 * For 30 days these are burn rates of 14.4, 6, 3 and 1. The first, the second and the fourth are those of the workbook; the
 * third is between, so that what burns three times as fast is told of within a day.
 *
 * Source: https://sre.google/workbook/alerting-on-slos/#6-multiwindow-multi-burn-rate-alerts
 * Source: https://github.com/slok/sloth/blob/main/internal/alert/windows/google-30d.yaml
 */
export const burnWindows: readonly BurnWindow[] = [
  { budgetRatio: 0.02, longSeconds: HOUR, shortSeconds: HOUR / 12, severity: 'critical' },
  { budgetRatio: 0.05, longSeconds: 6 * HOUR, shortSeconds: HOUR / 2, severity: 'critical' },
  { budgetRatio: 0.1, longSeconds: DAY, shortSeconds: 2 * HOUR, severity: 'warning' },
  { budgetRatio: 0.1, longSeconds: 3 * DAY, shortSeconds: 6 * HOUR, severity: 'warning' },
];

/**
 * Burn rate at which `budgetRatio` of the error budget is gone within `windowSeconds`.
 *
 * Formula: budgetRatio × periodSeconds ÷ windowSeconds
 * Source: https://sre.google/workbook/alerting-on-slos/
 *
 * @param spend.budgetRatio share of the budget, 0–1, unitless
 * @param spend.windowSeconds long window [s], 0 < windowSeconds <= periodSeconds
 * @param spend.periodSeconds period of the SLO [s]; 2592000 for 30 days
 * @returns multiple of the sustainable error rate, unitless
 * @throws {SightlineError} `SIGHTLINE_BURN_WINDOW` when the window does not fit the period
 * @example burnRate({ budgetRatio: 0.02, windowSeconds: 3600, periodSeconds: 2592000 }) // 14.4
 */
export function burnRate(spend: {
  readonly budgetRatio: number;
  readonly windowSeconds: number;
  readonly periodSeconds: number;
}): number {
  const { budgetRatio, windowSeconds, periodSeconds } = spend;
  if (!(windowSeconds > 0 && windowSeconds <= periodSeconds)) {
    throw new SightlineError('SIGHTLINE_BURN_WINDOW', {
      problem: `windowSeconds is ${windowSeconds}`,
      expected: `0 < windowSeconds <= periodSeconds (${periodSeconds})`,
      fix: 'take a window that is shorter than the period of the SLO, in seconds',
    });
  }
  return rounded((budgetRatio * periodSeconds) / windowSeconds);
}

/** Without the digits that floating point leaves behind: 1 − 0.999 is 0.001. */
export function rounded(value: number): number {
  return Number(value.toPrecision(10));
}

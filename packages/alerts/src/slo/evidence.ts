import type { Severity } from '../rule.ts';
import type { SloBurnWindow } from './define-slo.ts';

/**
 * How probable, at most, it may be that a service that just keeps its objective has as many bad requests among as few.
 * For a page, one in a hundred windows; how many pages a month that lets through is in the README, simulated. A ticket
 * costs a look in the working day: that chance explains it less well than not is enough.
 */
const chanceRatios = { critical: 0.01, warning: 0.5 } as const;

/** Bad requests that a ticket needs no further evidence for: whatever they are a share of, somebody has met them. */
export const ENOUGH_ERRORS = 8;

/**
 * How little chance explains so many bad requests: the logarithm of how much better their own rate explains them than the
 * objective does. The probability of as many or more is at most exp(−evidence), whatever the traffic.
 *
 * Formula: errors × ln(errors ÷ expected) − errors + expected, the Chernoff bound of a Poisson distribution
 * Source: https://en.wikipedia.org/wiki/Poisson_distribution#General
 *
 * @param errors bad requests in a window, 0 or more
 * @param expected bad requests that the objective allows for as many requests, more than 0
 * @returns nats, 0 where there are no more than expected
 * @example evidenceOf(2, 0.1) // 4.09: two bad ones where a tenth was allowed, about one in 60
 */
export function evidenceOf(errors: number, expected: number): number {
  return errors > expected ? errors * Math.log(errors / expected) - errors + expected : 0;
}

/**
 * The same in PromQL, absent where there are no more than expected.
 *
 * @param errors bad requests in a window
 * @param ratio their share of the requests
 * @param expected bad requests that the objective allows
 * @param budgetRatio the share that it allows
 */
export function evidenceQuery(errors: string, ratio: string, expected: string, budgetRatio: number): string {
  return `${errors} * (ln((${ratio} > ${budgetRatio}) / ${budgetRatio}) - 1) + ${expected}`;
}

/** The evidence that an alert needs [nats]. */
export function leastEvidence(severity: Severity): number {
  return Number((-Math.log(chanceRatios[severity === 'critical' ? severity : 'warning'])).toPrecision(4));
}

/** The windows in which a page looks for evidence: its long one, and every shorter one of a page [s]. */
export function evidenceWindows(
  { windows }: { readonly windows: readonly SloBurnWindow[] },
  longSeconds: number,
): readonly number[] {
  const pages = windows.filter(({ severity }) => severity === 'critical');
  const all = new Set(pages.flatMap((window) => [window.shortSeconds, window.longSeconds]));
  return Array.from(all)
    .filter((seconds) => seconds <= longSeconds)
    .toSorted((a, b) => a - b);
}

/**
 * Requests in a window below which a single bad one is over the burn rate.
 *
 * @example loneEvents({ budgetRatio: 0.001 }, 14.4) // 69.4: one bad request among 69 is 14.5 times 0.1 %
 */
export function loneEvents({ budgetRatio }: { readonly budgetRatio: number }, burnRate: number): number {
  return Number((1 / (budgetRatio * burnRate)).toPrecision(4));
}

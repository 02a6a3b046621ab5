/** Some of all: 12 failed of 400 requests. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** How two shares differ. */
export interface ShareDifference {
  /** Standard errors that the second lies above the first; 0 where there is nothing to tell. */
  readonly z: number;
  /** Cohen's h, 0 to π: how large the difference is, whatever the share. */
  readonly effect: number;
  /** Whether it is more than chance: see `MIN_Z`, `MIN_COUNT` and `MIN_EXPECTED`. */
  readonly isSignificant: boolean;
}

/** 3.29 standard errors: by chance once in a thousand comparisons, for there are many of them. */
export const MIN_Z = 3.29;
/** Requests that each side needs. */
export const MIN_COUNT = 30;
/** Requests of the rarer kind that each side would have if there were no difference; with fewer the test is no good. */
export const MIN_EXPECTED = 5;

const same: ShareDifference = { z: 0, effect: 0, isSignificant: false };

/**
 * The two-proportion z-test with pooled variance.
 *
 * Formula: z = (p₂ − p₁) ÷ √(p (1 − p) (1/n₁ + 1/n₂)); effect = |2 asin √p₂ − 2 asin √p₁|
 * Source: Fleiss, Levin, Paik: Statistical Methods for Rates and Proportions; Cohen: Statistical Power Analysis
 */
export function compareShares(before: Share, after: Share): ShareDifference {
  if (before.of <= 0 || after.of <= 0) return same;
  const [one, other] = [before.count / before.of, after.count / after.of];
  const pooled = (before.count + after.count) / (before.of + after.of);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.of + 1 / after.of));
  if (!(error > 0)) return same;
  const z = (other - one) / error;
  const smallest = Math.min(before.of, after.of);
  return {
    z,
    effect: Math.abs(2 * Math.asin(Math.sqrt(other)) - 2 * Math.asin(Math.sqrt(one))),
    isSignificant:
      Math.abs(z) >= MIN_Z &&
      smallest >= MIN_COUNT &&
      Math.min(pooled, 1 - pooled) * smallest >= MIN_EXPECTED,
  };
}

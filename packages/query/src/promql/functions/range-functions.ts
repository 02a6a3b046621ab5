import { changeFunctions } from './changes.ts';
import { instantRateFunctions } from './instant-rate.ts';
import { overTimeFunctions } from './over-time.ts';
import type { RangeFunction } from './range-window.ts';
import { rateFunctions } from './rate.ts';
import { regressionFunctions } from './regression.ts';
import { doubleExponentialSmoothing } from './smoothing.ts';

/** Every function with a range as argument, by its name. */
export const rangeFunctions: Readonly<Record<string, RangeFunction | undefined>> = {
  ...changeFunctions,
  ...instantRateFunctions,
  ...overTimeFunctions,
  ...rateFunctions,
  ...regressionFunctions,
  double_exponential_smoothing: doubleExponentialSmoothing,
};

/** Which functions know what to do with samples outside of the range. */
export const extendable: Readonly<Record<'anchored' | 'smoothed', readonly string[]>> = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
};

/** Functions whose result is a sample as it was, so that the name of the metric stays. */
export const keepsName: ReadonlySet<string> = new Set(['first_over_time', 'last_over_time']);

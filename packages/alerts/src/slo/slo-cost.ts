import type { Slo } from './define-slo.ts';

/** How large what an SLO is about is. */
export interface SloTraffic {
  /** Services that it holds for. */
  readonly services: number;
  /** Series of `_count` of one service: routes × methods × codes, over all instances. */
  readonly seriesPerService: number;
  readonly scrapeIntervalSeconds: number;
  readonly evaluationIntervalSeconds: number;
}

/** What the rules of an SLO cost Prometheus. */
export interface SloCost {
  /** Series that are written, over all services. */
  readonly recordedSeries: number;
  /** Samples that are read, on average of a second, over all services. */
  readonly samplesReadPerSecond: number;
}

const STEP_SECONDS = 300;
const FINE_UP_TO_SECONDS = 3600;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/**
 * What the rules of `sloRules` cost, and what they would where every window reads the series of the service itself.
 *
 * @returns `ours`, and `direct`: the shape that most generators have, for the same windows
 */
export function sloCost(slo: Slo, traffic: SloTraffic): { readonly ours: SloCost; readonly direct: SloCost } {
  const { services, seriesPerService, scrapeIntervalSeconds, evaluationIntervalSeconds } = traffic;
  const windows = [
    ...new Set(slo.windows.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])),
  ];
  const raw = (windowSeconds: number): number => (seriesPerService * windowSeconds) / scrapeIntervalSeconds;
  // Two reads of the service for the rates; then two series a window, and one more for the count of a burn alert.
  const fine = windows.filter((seconds) => seconds <= FINE_UP_TO_SECONDS && seconds > STEP_SECONDS);
  const coarse = windows.filter((seconds) => seconds > FINE_UP_TO_SECONDS);
  const added =
    sum(fine.map((seconds) => (3 * seconds) / evaluationIntervalSeconds)) +
    sum(coarse.map((seconds) => (3 * seconds) / STEP_SECONDS));
  const everyEvaluation = 2 * raw(STEP_SECONDS) + added;
  const everyStep = (2 * slo.periodSeconds) / STEP_SECONDS + raw(STEP_SECONDS);
  return {
    ours: {
      recordedSeries: services * (2 + windows.length + 3) + 1,
      samplesReadPerSecond: Math.round(
        services * (everyEvaluation / evaluationIntervalSeconds + everyStep / STEP_SECONDS),
      ),
    },
    direct: {
      recordedSeries: services * (windows.length + 1),
      samplesReadPerSecond: Math.round(
        (services * sum(windows.map((seconds) => 2 * raw(seconds)))) / evaluationIntervalSeconds,
      ),
    },
  };
}

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

/** Up to here, windows read the service; longer ones are made of those, with some dozen samples each. */
const READ_UP_TO_SECONDS = 3600;
const STEP_SECONDS = 300;
/** Samples that tiles, ratios and evidence of one window read. */
const SAMPLES_OF_WINDOW = 16;

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
  // What a series holds, and whether it was there at the beginning of the window.
  const fromFirst = (windowSeconds: number): number => raw(windowSeconds) + 2 * seriesPerService;
  const readWindows = windows.filter((seconds) => seconds <= READ_UP_TO_SECONDS);
  // A page looks back for what the short window saw last.
  const lookBacks = slo.windows.filter(({ severity }) => severity === 'critical');
  const everyEvaluation =
    2 * sum(readWindows.map(fromFirst)) +
    windows.length * SAMPLES_OF_WINDOW +
    sum(lookBacks.map(({ longSeconds }) => longSeconds / evaluationIntervalSeconds));
  const everyStep = (2 * slo.periodSeconds) / STEP_SECONDS + fromFirst(STEP_SECONDS);
  // Rates, counts, ratios, evidence and health; the two series of the budget, and what is left of it.
  const series = 2 + 2 * (windows.length - 1) + 2 * windows.length + 1 + 3;
  return {
    ours: {
      recordedSeries: services * series + 1,
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

import type { Rule, RuleContext } from '../rule.ts';
import { rounded } from './burn-windows.ts';
import type { Slo } from './define-slo.ts';
import { of, recorded } from './recorded.ts';
import { sliQueries } from './sli-queries.ts';

/** The range of the shortest rates, and how often the series of the budget are recorded [s]. */
export const STEP_SECONDS = 300;
const HOUR_SECONDS = 3600;

/**
 * Windows beyond an hour, each made of shorter ones that lie one behind the other. Up to an hour, the series of the service
 * are read: whatever is added up of overlapping rates is late by the half of their range.
 */
const tiles: Readonly<Record<number, number>> = {
  [2 * HOUR_SECONDS]: HOUR_SECONDS,
  [6 * HOUR_SECONDS]: 2 * HOUR_SECONDS,
  [24 * HOUR_SECONDS]: 6 * HOUR_SECONDS,
  [72 * HOUR_SECONDS]: 24 * HOUR_SECONDS,
};

/** The windows of an SLO with those that they are made of, the shortest first [s]. */
export function windowsOf({ windows }: Slo): readonly number[] {
  const all = new Set(windows.flatMap(({ longSeconds, shortSeconds }) => [shortSeconds, longSeconds]));
  for (const seconds of Array.from(all).toSorted((a, b) => b - a)) {
    for (let tile = tiles[seconds]; tile !== undefined; tile = tiles[tile]) all.add(tile);
  }
  return Array.from(all).toSorted((a, b) => a - b);
}

/** Those of its windows that read the series of the service. */
export function readWindows(slo: Slo): readonly number[] {
  return windowsOf(slo).filter((seconds) => tiles[seconds] === undefined);
}

/** Requests in a window, and the bad ones; of the shortest window their rates are there already. */
export function countRules(slo: Slo, seconds: number, context: RuleContext): readonly Rule[] {
  const labels = { slo: slo.name };
  const real = realSeconds(seconds, context);
  const events = recorded.eventsIn(seconds);
  const errors = recorded.errorsIn(seconds);
  const tile = tiles[seconds];
  if (tile !== undefined) {
    return [
      { record: events, expr: sumOfTiles(of(slo, recorded.eventsIn(tile)), seconds, tile, context), labels },
      { record: errors, expr: sumOfTiles(of(slo, recorded.errorsIn(tile)), seconds, tile, context), labels },
    ];
  }
  if (seconds === STEP_SECONDS) return [];
  const queries = sliQueries(slo, seconds, context);
  return [
    { record: events, expr: `(${queries.total}) * ${real}`, labels },
    {
      record: errors,
      expr: `(${queries.errors}) * ${real} or ignoring (slo) ${of(slo, events)} * 0`,
      labels,
    },
  ];
}

/** What is not there, because the service is new, counts as nothing. */
function sumOfTiles(tiled: string, seconds: number, tileSeconds: number, { duration }: RuleContext): string {
  const before = Array.from({ length: seconds / tileSeconds - 1 }, (_none, index) => {
    return `(${tiled} offset ${duration((index + 1) * tileSeconds)} or ${tiled} * 0)`;
  });
  return [tiled, ...before].join(' + ');
}

/** What share of the requests in a window was bad; absent where nothing was asked. */
export function ratioRule(slo: Slo, seconds: number): Rule {
  const [errors, events] =
    seconds === STEP_SECONDS
      ? [recorded.errors, recorded.events]
      : [recorded.errorsIn(seconds), recorded.eventsIn(seconds)];
  return {
    record: recorded.ratio(seconds),
    expr: `${of(slo, errors)} / (${of(slo, events)} > 0)`,
    labels: { slo: slo.name },
  };
}

/** Bad requests in a window. */
export function errorsIn(slo: Slo, seconds: number, context: RuleContext): string {
  return seconds === STEP_SECONDS
    ? `${of(slo, recorded.errors)} * ${realSeconds(seconds, context)}`
    : of(slo, recorded.errorsIn(seconds));
}

export function eventsIn(slo: Slo, seconds: number, context: RuleContext): string {
  return seconds === STEP_SECONDS
    ? `${of(slo, recorded.events)} * ${realSeconds(seconds, context)}`
    : of(slo, recorded.eventsIn(seconds));
}

/** What a time is at the scale of the rules [s]: rates are by the second at every scale, counts are not. */
export function realSeconds(seconds: number, { options }: RuleContext): number {
  return rounded(seconds * options.timeScaleRatio);
}

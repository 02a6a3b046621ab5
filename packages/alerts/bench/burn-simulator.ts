import { type Slo, type SloBurnWindow, defineSlo } from '@sightline/alerts';
import { type Incident, MINUTES, type Traffic } from './traffic.ts';

/** A shape of burn alerts: whether a window's alert holds. */
export interface Shape {
  readonly name: string;
  holds(window: SloBurnWindow, seen: Seen): boolean;
}

/** What a window's alert sees in one minute, as multiples of the budget; NaN where there was no request. */
interface Seen {
  readonly long: number;
  readonly short: number;
  /** What the short window saw when it last had a request, within the long one. */
  readonly lastShort: number;
  readonly errorsInLong: number;
}

/** What a shape of alerts is worth on one kind of traffic. */
export interface Worth {
  /** Share of the alerts during which something was wrong. */
  readonly precision: number;
  /** Share of what was wrong that an alert was raised for. */
  readonly recall: number;
  /** From the beginning of what was wrong to the alert [min], mean. */
  readonly detectionMinutes: number;
  /** From its end to the end of the alert [min], mean. */
  readonly resetMinutes: number;
  /** Alerts while nothing was wrong. */
  readonly falseAlerts: number;
}

export const slo: Slo = defineSlo({ name: 'simulated', objective: 0.999, sli: { kind: 'availability' } });

/** As `sloRules` writes them, with another guard where one is given. */
export function ourShape(minErrors = slo.minErrors): Shape {
  return {
    name: 'Sightline',
    holds: ({ burnRate }, { long, lastShort, errorsInLong }) =>
      long > burnRate && lastShort > burnRate && errorsInLong >= minErrors,
  };
}

/**
 * As Sloth writes them: both windows are over the same threshold.
 *
 * Source: https://github.com/slok/sloth/blob/main/examples/_gen/getting-started.yml
 */
export const slothShape: Shape = {
  name: 'Sloth',
  holds: ({ burnRate }, { long, short }) => long > burnRate && short > burnRate,
};

function prefixSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  let sum = 0;
  for (const [index, value] of values.entries()) {
    sum += value;
    sums[index + 1] = sum;
  }
  return sums;
}

/** From and to of each time that an alert of a severity fires [min]. */
function alertsOf(
  traffic: Traffic,
  shape: Shape,
  kind: Incident['kind'],
): readonly (readonly [number, number])[] {
  const windows = slo.windows.filter(({ severity }) => (severity === 'critical') === (kind === 'fast'));
  const events = prefixSums(traffic.events);
  const errors = prefixSums(traffic.errors);
  const last = windows.map(() => ({ value: Number.NaN, minute: -Infinity }));
  const found: [number, number][] = [];
  let since: number | undefined;
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    const inWindow = (sums: Float64Array, seconds: number): number =>
      (sums.at(minute) ?? 0) - (sums.at(Math.max(0, minute - seconds / 60)) ?? 0);
    const burn = (seconds: number): number =>
      inWindow(errors, seconds) / inWindow(events, seconds) / slo.budgetRatio;
    // Not `some`: every window has to remember.
    const firing = windows.filter((window, index) => {
      const short = burn(window.shortSeconds);
      if (!Number.isNaN(short)) last[index] = { value: short, minute };
      const { value, minute: known } = last.at(index) ?? { value: Number.NaN, minute: -Infinity };
      const lastShort = minute - known < window.longSeconds / 60 ? value : Number.NaN;
      const seen = {
        long: burn(window.longSeconds),
        short,
        lastShort,
        errorsInLong: inWindow(errors, window.longSeconds),
      };
      return shape.holds(window, seen);
    });
    if (firing.length > 0) since ??= minute;
    else if (since !== undefined) {
      found.push([since, minute]);
      since = undefined;
    }
  }
  if (since !== undefined) found.push([since, MINUTES]);
  return found;
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** Alerts of several months of one kind of traffic, judged together. */
export function worthOf(months: readonly Traffic[], shape: Shape, kind: Incident['kind']): Worth {
  const alerts: boolean[] = [];
  const found: boolean[] = [];
  const detection: number[] = [];
  const reset: number[] = [];
  const longestMinutes = Math.max(...slo.windows.map(({ shortSeconds }) => shortSeconds)) / 60;
  for (const traffic of months) {
    const times = alertsOf(traffic, shape, kind);
    // An alert is right while anything is wrong, or was a short window ago.
    alerts.push(
      ...times.map(([from]) =>
        traffic.incidents.some(
          ({ fromMinute, toMinute }) => from >= fromMinute && from < toMinute + longestMinutes,
        ),
      ),
    );
    for (const { fromMinute, toMinute } of traffic.incidents.filter((each) => each.kind === kind)) {
      const during = times.filter(([from, to]) => to > fromMinute && from < toMinute);
      found.push(during.length > 0);
      if (during.length === 0) continue;
      detection.push(Math.max(0, (during.at(0)?.[0] ?? 0) - fromMinute));
      reset.push(Math.max(0, (during.at(-1)?.[1] ?? 0) - toMinute));
    }
  }
  return {
    precision: alerts.length === 0 ? 1 : alerts.filter(Boolean).length / alerts.length,
    recall: found.filter(Boolean).length / found.length,
    detectionMinutes: mean(detection),
    resetMinutes: mean(reset),
    falseAlerts: alerts.filter((isRight) => !isRight).length,
  };
}

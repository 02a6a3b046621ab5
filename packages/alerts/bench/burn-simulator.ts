import { type Slo, type SloBurnWindow, defineSlo } from '@sightline/alerts';
import {
  ENOUGH_ERRORS,
  evidenceOf,
  evidenceWindows,
  leastEvidence,
  loneEvents,
} from '../src/slo/evidence.ts';
import { type Incident, MINUTES, type Traffic } from './traffic.ts';

/** A shape of burn alerts: whether a window's alert holds. */
export interface Shape {
  readonly name: string;
  holds(window: SloBurnWindow, seen: Seen): boolean;
}

/** What a window's alert sees in one minute. */
interface Seen {
  /** Bad requests of the last so many seconds. */
  errors(seconds: number): number;
  events(seconds: number): number;
  /** What the short window saw when it last had a request, within the long one, as a multiple of the budget. */
  readonly lastShort: number;
  /** Whether the service says that it is down, as of the last scrape. */
  readonly isDown: boolean;
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
  /** Alerts that told nothing new: false ones, and those of something wrong that had been told of and was not over. */
  readonly needlessAlerts: number;
}

export const slo: Slo = defineSlo({ name: 'simulated', objective: 0.999, sli: { kind: 'availability' } });

/** How many times as fast as it may the budget is burnt; NaN where there was no request. */
function burnIn({ errors, events }: Seen, seconds: number): number {
  return errors(seconds) / events(seconds) / slo.budgetRatio;
}

/** As `sloRules` writes them. */
function sightline(name: string, { knowsHealth = false, minErrors = slo.minErrors } = {}): Shape {
  return {
    name,
    holds(window, seen) {
      const { burnRate, longSeconds, shortSeconds, severity } = window;
      const isPage = severity === 'critical';
      const isDown = isPage && knowsHealth && seen.isDown;
      if (!(burnIn(seen, longSeconds) > burnRate)) return false;
      if (!(burnIn(seen, shortSeconds) > burnRate || (isDown && seen.lastShort > burnRate))) return false;
      const shows = (seconds: number): boolean =>
        evidenceOf(seen.errors(seconds), seen.events(seconds) * slo.budgetRatio) >= leastEvidence(severity);
      if (!isPage) {
        return shows(shortSeconds) || shows(longSeconds) || seen.errors(longSeconds) >= ENOUGH_ERRORS;
      }
      const isLone = minErrors === 1 && seen.events(longSeconds) < loneEvents(slo, burnRate);
      const windows = evidenceWindows(slo, longSeconds);
      return (
        isDown || isLone || windows.some((seconds) => shows(seconds) && seen.errors(seconds) >= minErrors)
      );
    },
  };
}

/** Where the readiness of the service is scraped, which every service of this project exports. */
export const ourShape: Shape = sightline('Sightline', { knowsHealth: true });
/** Where nothing but requests is known. */
export const withoutHealth: Shape = sightline('Sightline, requests alone');
/** The same where somebody would rather be paged in vain than later. */
export const eagerShape: Shape = sightline('Sightline, requests alone, `minErrors: 1`', { minErrors: 1 });

/**
 * As Sloth writes them: both windows are over the same threshold.
 *
 * Source: https://github.com/slok/sloth/blob/main/examples/_gen/getting-started.yml
 */
export const slothShape: Shape = {
  name: 'Sloth',
  holds: ({ burnRate, longSeconds, shortSeconds }, seen) =>
    burnIn(seen, longSeconds) > burnRate && burnIn(seen, shortSeconds) > burnRate,
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
export function alertsOf(
  traffic: Traffic,
  shape: Shape,
  kind: Incident['kind'],
): readonly (readonly [number, number])[] {
  const windows = slo.windows.filter(({ severity }) => (severity === 'critical') === (kind === 'fast'));
  const eventSums = prefixSums(traffic.events);
  const errorSums = prefixSums(traffic.errors);
  const lastMinutes = windows.map(() => -Infinity);
  const found: [number, number][] = [];
  let since: number | undefined;
  let minute = 0;
  const inWindow = (sums: Float64Array, seconds: number): number =>
    (sums[minute] ?? 0) - (sums[Math.max(0, minute - seconds / 60)] ?? 0);
  // One for all minutes: a year has half a million.
  const now = {
    errors: (seconds: number) => inWindow(errorSums, seconds),
    events: (seconds: number) => inWindow(eventSums, seconds),
    isDown: false,
    lastShort: Number.NaN,
  };
  const lastShorts = windows.map(() => Number.NaN);
  for (minute = 1; minute <= MINUTES; minute += 1) {
    now.isDown = traffic.isDown[minute - 1] === 1;
    let isFiring = false;
    for (const [index, window] of windows.entries()) {
      const short = burnIn(now, window.shortSeconds);
      if (!Number.isNaN(short)) {
        lastShorts[index] = short;
        lastMinutes[index] = minute;
      }
      const isRecent = minute - (lastMinutes[index] ?? 0) < window.longSeconds / 60;
      now.lastShort = isRecent ? (lastShorts[index] ?? Number.NaN) : Number.NaN;
      if (shape.holds(window, now)) isFiring = true;
    }
    if (isFiring) since ??= minute;
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
  let repeated = 0;
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
      repeated += during.length - 1;
      detection.push(Math.max(0, (during.at(0)?.[0] ?? 0) - fromMinute));
      reset.push(Math.max(0, (during.at(-1)?.[1] ?? 0) - toMinute));
    }
  }
  const falseAlerts = alerts.filter((isRight) => !isRight).length;
  return {
    precision: alerts.length === 0 ? 1 : alerts.filter(Boolean).length / alerts.length,
    recall: found.filter(Boolean).length / found.length,
    detectionMinutes: mean(detection),
    resetMinutes: mean(reset),
    falseAlerts,
    needlessAlerts: falseAlerts + repeated,
  };
}

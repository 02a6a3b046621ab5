import type { Clock } from '../clock.ts';
import type { ResolvedPressureOptions } from '../options.ts';
import type { EventLoopSensor } from './sensor.ts';

/** Whether the event loop is under so much pressure that the service should get no more requests. */
export interface Pressure {
  /** Why it is; undefined when it is not. */
  readonly reason: string | undefined;
  start(): void;
  stop(): void;
}

/** How often the sensor is asked [ms]. */
const LOOK_EVERY_MS = 1000;
/** Looks in a row that must agree: one long turn is no pressure. */
const LOOKS = 3;

/**
 * Enters at one threshold and leaves at a lower one, each after three looks in a row, so that readiness does not flap.
 *
 * @param onLook told of each look, after it
 */
export function createPressure(
  {
    enterDelayMs,
    leaveDelayMs,
    enterUtilizationRatio = Infinity,
    leaveUtilizationRatio = 0.9 * enterUtilizationRatio,
  }: ResolvedPressureOptions,
  sensor: EventLoopSensor,
  clock: Clock,
  onLook: () => void,
): Pressure {
  let reason: string | undefined;
  let looks = 0;
  let cancel: (() => void) | undefined;

  function arm(): void {
    cancel = clock.schedule(look, LOOK_EVERY_MS);
  }

  function look(): void {
    const { delayMs, ratio } = read(sensor);
    const isHigh = delayMs >= enterDelayMs || ratio >= enterUtilizationRatio;
    const isLow = delayMs <= leaveDelayMs && ratio <= leaveUtilizationRatio;
    looks = (reason === undefined ? isHigh : isLow) ? looks + 1 : 0;
    if (reason !== undefined && isHigh) reason = describe(delayMs, ratio, sensor);
    if (looks >= LOOKS) {
      looks = 0;
      reason = reason === undefined ? describe(delayMs, ratio, sensor) : undefined;
    }
    onLook();
    arm();
  }

  return {
    get reason() {
      return reason;
    },
    start() {
      if (cancel === undefined) arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

function read(sensor: EventLoopSensor): { readonly delayMs: number; readonly ratio: number } {
  try {
    return { delayMs: sensor.delaySeconds() * 1000, ratio: sensor.utilizationRatio?.() ?? 0 };
  } catch {
    // A sensor that fails says nothing, least of all that the service must get no requests.
    return { delayMs: 0, ratio: 0 };
  }
}

function describe(delayMs: number, ratio: number, sensor: EventLoopSensor): string {
  let route: string | undefined;
  try {
    route = sensor.topRoute?.();
  } catch {
    route = undefined;
  }
  const delay = `the event loop is ${Math.round(delayMs)} ms late`;
  const busy = ratio > 0 ? ` and busy ${ratio.toFixed(2)} of the time` : '';
  return `${delay}${busy}${route === undefined ? '' : `, mostly with ${route}`}`;
}

import { performance } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';

/** How the event loop is doing. */
export interface EventLoopSensor {
  /** Mean delay in the last second or so [s]. */
  delaySeconds(): number;
  /** Share of that time in which it worked, 0 to 1. */
  utilizationRatio?(): number;
  /** The route that takes most of it, as a template. */
  topRoute?(): string | undefined;
}

/** A sensor of our own, which is fed with the requests that end. */
export interface RouteSensor extends Required<EventLoopSensor> {
  /** A request of the route has ended; cheap enough to be called for each. */
  ended(route: RouteCell): void;
  /** What stands for a route, to be made once for each. */
  cell(route: string): RouteCell;
  start(): void;
  stop(): void;
}

/** What is counted of a route. */
interface RouteCell {
  readonly route: string;
  /** Requests that ended since the last tick. */
  recent: number;
  /** Delay that it is held responsible for [ms], halved every window. */
  blameMs: number;
}

/** How often the loop is looked at [ms]: ten timers a second cost next to nothing. */
const TICK_MS = 100;
/** Ticks over which the mean is taken: a second when all is well. */
const WINDOW_TICKS = 10;
/** Most that one tick counts for [ms]: a process that was stopped for hours, once, has no loop that is late. */
const MAX_LATE_MS = 60_000;
/** A delay that is somebody's fault [ms]; below it the timers of the system are coarser. */
const BLAMED_FROM_MS = 20;
/** Most routes that are blamed at a time. */
const MAX_ROUTES = 500;

/**
 * Measures the event loop by how late a timer comes. A late tick is blamed on the routes whose requests have ended since
 * the tick before: a handler that blocks the loop ends its request in that very turn, so that over some ticks it stands
 * out among those that were only held up with it.
 */
export function createRouteSensor(
  clock: Clock,
  eventLoop: () => { readonly utilization: number; readonly active: number; readonly idle: number } = () =>
    performance.eventLoopUtilization(),
): RouteSensor {
  const latenessMs = new Float64Array(WINDOW_TICKS);
  const cells = new Map<string, RouteCell>();
  let recent: RouteCell[] = [];
  let ticks = 0;
  let cancel: (() => void) | undefined;
  let before = eventLoop();
  let ratio = 0;

  function arm(): void {
    const dueMs = clock.nowMs() + TICK_MS;
    cancel = clock.schedule(() => tick(dueMs), TICK_MS);
  }

  function blame(lateMs: number): void {
    const total = recent.reduce((sum, cell) => sum + cell.recent, 0);
    for (const cell of recent) {
      if (lateMs >= BLAMED_FROM_MS) cell.blameMs += (lateMs * cell.recent) / total;
      cell.recent = 0;
    }
    recent = [];
  }

  function turnWindow(): void {
    const now = eventLoop();
    const active = now.active - before.active;
    const whole = active + now.idle - before.idle;
    ratio = whole > 0 ? Math.min(1, Math.max(0, active / whole)) : 0;
    before = now;
    for (const cell of cells.values()) cell.blameMs /= 2;
  }

  function tick(dueMs: number): void {
    const lateMs = Math.min(MAX_LATE_MS, Math.max(0, clock.nowMs() - dueMs));
    latenessMs[ticks % WINDOW_TICKS] = lateMs;
    ticks += 1;
    blame(lateMs);
    if (ticks % WINDOW_TICKS === 0) turnWindow();
    arm();
  }

  return {
    start() {
      if (cancel === undefined) arm();
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
    delaySeconds: () => latenessMs.reduce((sum, each) => sum + each, 0) / WINDOW_TICKS / 1000,
    utilizationRatio: () => ratio,
    topRoute() {
      let top: RouteCell | undefined;
      for (const cell of cells.values()) {
        if (cell.blameMs > 1 && cell.blameMs > (top?.blameMs ?? 0)) top = cell;
      }
      return top?.route;
    },
    cell(route) {
      const known = cells.get(route);
      if (known !== undefined) return known;
      const cell: RouteCell = { route, recent: 0, blameMs: 0 };
      if (cells.size < MAX_ROUTES) cells.set(route, cell);
      return cell;
    },
    ended(cell) {
      if (cell.recent === 0) recent.push(cell);
      cell.recent += 1;
    },
  };
}

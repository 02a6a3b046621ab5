import type { Worker } from 'node:worker_threads';
import type { MainThreadBlock } from '../observer.ts';
import type { ResolvedWatchdogOptions } from '../options.ts';
import type { Problems } from '../problems.ts';
import { type WatchdogData, type WatchdogMessage, watchdogProgram } from './program.ts';

export interface WatchdogSetup {
  readonly serviceName: string | undefined;
  /** Paths at which the thread's own probe answers. */
  readonly livenessPaths: readonly string[];
  readonly onBlocked: (block: MainThreadBlock) => void;
  readonly problems: Problems;
}

/**
 * Sees the main thread stand still, which nothing on the main thread can: it counts a number up in shared memory, and a
 * thread of its own sees when it no longer does.
 */
export interface Watchdog {
  /** Where the thread's own probe listens; undefined while it does not. */
  readonly port: number | undefined;
  /** Notes the route that is being answered; cheap enough to be called for each request. */
  entered(route: string): void;
  close(): void;
}

const SLOTS = { beat: 0, route: 1, headerInts: 2, routeBytes: 128 } as const;
/** Most routes that are told by name. */
const MAX_ROUTES = 256;
/** When the thread is started [ms]: after the start of the service, which it would slow down. */
const START_AFTER_MS = 200;
/** What bundlers put into the text of a function: esbuild, where it keeps names. */
const HELPERS = 'const __name = (it) => it;';

export function startWatchdog(options: ResolvedWatchdogOptions, setup: WatchdogSetup): Watchdog {
  const { problems } = setup;
  const memory = new SharedArrayBuffer(SLOTS.headerInts * 4 + MAX_ROUTES * SLOTS.routeBytes);
  const header = new Int32Array(memory, 0, SLOTS.headerInts);
  const texts = new Uint8Array(memory, SLOTS.headerInts * 4);
  const ids = new Map<string, number>();
  let worker: Worker | undefined;
  let port: number | undefined;
  let isClosed = false;
  let lastRoute: string | undefined;

  const beats = setInterval(
    () => {
      Atomics.add(header, SLOTS.beat, 1);
    },
    Math.max(20, Math.min(500, options.limitMs / 10)),
  ).unref();
  const starting = setTimeout(start, START_AFTER_MS).unref();

  function failed(problem: string, cause?: unknown): void {
    problems.once(
      `watchdog ${problem}`,
      'SIGHTLINE_HEALTH_WATCHDOG',
      {
        problem: `the watchdog of the main thread does not work: ${problem}`,
        expected: 'a thread, and a free port if one is asked for',
        fix: 'see the cause, or turn it off',
      },
      cause,
    );
  }

  function start(): void {
    try {
      const threads = process.getBuiltinModule('node:worker_threads');
      worker = new threads.Worker(`${HELPERS}(${watchdogProgram.toString()})(require)`, {
        eval: true,
        name: 'sightline-watchdog',
        workerData: {
          memory,
          limitMs: options.limitMs,
          port: options.port,
          host: options.host,
          // Out of a thread only the main thread can be looked into, and that is another one there.
          takesStack: options.stack && threads.isMainThread,
          serviceName: setup.serviceName,
          paths: setup.livenessPaths,
          slots: SLOTS,
        } satisfies WatchdogData,
        // Without the preloads of the service, which would start all of it once more.
        execArgv: [],
        env: {},
        // No bound for its heap: a thread that reaches one takes the process with it, and to see where the main thread stands it is
        // told of each of its scripts, with the whole source map where that is in the script.
      });
    } catch (error) {
      failed('it could not start', error);
      return;
    }
    worker.on('message', onMessage);
    worker.on('error', (error) => failed('its thread failed', error));
    worker.on('exit', () => {
      if (!isClosed) failed('its thread has ended');
    });
    // After the listeners: one for messages would keep the process alive again.
    worker.unref();
  }

  function onMessage(message: WatchdogMessage): void {
    if (isClosed) return;
    if (message.type === 'blocked') {
      const { blockedSeconds, route, stack } = message;
      setup.onBlocked({ blockedSeconds, route, stack });
    } else if (message.type === 'listening') port = message.port;
    else failed(message.message);
  }

  function idOf(route: string): number {
    const known = ids.get(route);
    if (known !== undefined) return known;
    if (ids.size >= MAX_ROUTES) return 0;
    const id = ids.size + 1;
    ids.set(route, id);
    const at = (id - 1) * SLOTS.routeBytes;
    const bytes = new TextEncoder().encode(route).subarray(0, SLOTS.routeBytes - 1);
    texts.set(bytes, at + 1);
    texts[at] = bytes.length;
    return id;
  }

  return {
    get port() {
      return port;
    },
    entered(route) {
      if (route === lastRoute) return;
      lastRoute = route;
      Atomics.store(header, SLOTS.route, idOf(route));
    },
    close() {
      isClosed = true;
      port = undefined;
      clearInterval(beats);
      clearTimeout(starting);
      // Whatever it says: the thread is no longer needed.
      worker?.terminate().catch(() => undefined);
    },
  };
}

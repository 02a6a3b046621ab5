import { parseOptions } from '@sightline/errors';
import type { Server } from 'node:net';
import { createDrainHooks, laterPhases } from './drain-hooks.ts';
import type { DrainHook, DrainHookOutcome } from './drain-hooks.ts';
import { drainOptionsSchema } from './drain-options.ts';
import type { DrainOptions } from './drain-options.ts';
import { findServers } from './servers.ts';
import { pause } from './wait.ts';
import type { CutTraffic, OpenTraffic } from './traffic.ts';
import { untilQuiet } from './until-quiet.ts';

export interface DrainParts {
  /** Called first, and at once: readiness fails from here on. */
  readonly onDraining?: ((begin: DrainBegin) => void) | undefined;
  /** Called when it is over, before the promise of `start` resolves. */
  readonly onDrained?: ((report: DrainReport) => void) | undefined;
  /** Time [ms], monotonic. Default: that of `performance`. */
  readonly now?: (() => number) | undefined;
}

/** How a drain begins. */
export interface DrainBegin {
  /** Why, such as `SIGTERM`. */
  readonly reason: string;
  readonly drainDelayMs: number;
  /** What is under way. */
  readonly open: OpenTraffic;
}

/** What came of a drain. */
export interface DrainReport {
  readonly reason: string;
  readonly durationMs: number;
  /** Requests and streams that were still under way at the deadline, or when it was hurried, and are destroyed. */
  readonly destroyed: CutTraffic;
  readonly hooks: readonly DrainHookOutcome[];
  /** Whether a second signal has taken all waits from it. */
  readonly hurried: boolean;
}

export interface StartDrain {
  /** Why, for the report. Default: `shutdown`. */
  readonly reason?: string | undefined;
  /** Aborts when there is no time any more: every wait ends, and what is under way is destroyed. */
  readonly hurry?: AbortSignal | undefined;
  /**
   * `servers` ends them; `clients` leaves that to the application: clients are asked to go, hooks run, and no server is
   * stopped and no connection with a request on it destroyed. Default: `servers`.
   */
  readonly ends?: 'servers' | 'clients' | undefined;
}

/** The way from the first signal to the end of the last request. */
export interface Drain {
  readonly state: 'off' | 'draining' | 'drained';
  /**
   * Adds what ends with the service. What comes after its phase has begun is not run.
   *
   * @returns takes it out again
   * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming everything that is wrong with it
   */
  add(name: string, hook: DrainHook): () => void;
  /** Leaves a server alone, such as that of an admin port: it answers until the process ends. */
  ignore(server: object): void;
  /**
   * Takes a server that is not HTTP, before it has connections: it stops accepting with the others, and its connections
   * have until the deadline.
   *
   * @returns leaves it alone again
   */
  include(server: Server): () => void;
  /** Begins it; again it gives the promise of the first time. Never rejects. */
  start(how?: StartDrain): Promise<DrainReport>;
  /** Looks for servers no more. */
  close(): void;
}

/**
 * A connection that was accepted a moment ago, whose request is on its way, looks like one that was opened in advance. One that a
 * client keeps, and that has not been told to go, may have one on its way as well: a request that crosses with the closing is
 * lost. So they are closed when no request has come for so long, or for longer where there is the time.
 */
const MIN_SETTLE_MS = 250;
const MAX_SETTLE_MS = 1000;

/** Of the deadline, for ports before which somebody always waits, as in a process that is overloaded: who came last has the rest. */
const PORTS_RATIO = 0.5;

/**
 * Makes a drain. It finds every HTTP server of the process by itself, those of `node:http`, `node:https` and
 * `node:http2`, and so of every framework; make it before the servers.
 *
 * 1. Readiness fails (`onDraining`), and each answer says `connection: close`.
 * 2. For `drainDelayMs` requests are taken as before, while load balancers learn of it.
 * 3. Servers accept the connections that have come, and then no more; what is being answered goes on, and hooks of `servers` run
 *    beside. Connections that clients keep are closed when nothing has come for a second, or for a quarter of one where there
 *    is no delay; HTTP/2 sessions end after what has come on them. After `deadlineMs` what is left is destroyed and counted.
 * 4. Hooks of `consumers`, `pools` and `telemetry` run, a phase after the other, the hooks of one side by side.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` naming every option that is wrong
 * @example
 * const drain = createDrain({ drainDelayMs: 5000 }, { onDraining: () => health.drainStarted() });
 * drain.add('orders', { phase: 'consumers', run: () => consumer.disconnect() });
 * process.once('SIGTERM', async () => {
 *   await drain.start({ reason: 'SIGTERM' });
 *   process.exit();
 * });
 */
export function createDrain(options: DrainOptions = {}, parts: DrainParts = {}): Drain {
  const { drainDelayMs, deadlineMs, hookTimeoutMs } = parseOptions(
    'createDrain',
    drainOptionsSchema,
    options,
  );
  const { now = () => performance.now() } = parts;
  const settleMs = Math.min(MAX_SETTLE_MS, Math.max(MIN_SETTLE_MS, drainDelayMs));
  const servers = findServers();
  const hooks = createDrainHooks(now);
  let state: Drain['state'] = 'off';
  let running: Promise<DrainReport> | undefined;

  /** What is under way has its time; then it has not. */
  async function endServers(hurry: AbortSignal): Promise<CutTraffic> {
    const endsAtMs = now() + deadlineMs;
    await servers.stop(deadlineMs * PORTS_RATIO, hurry);
    await untilQuiet(servers, { deadlineMs: Math.max(0, endsAtMs - now()), settleMs }, hurry);
    return servers.destroy();
  }

  /** The application ends its servers; hooks that come later wait for what is under way. */
  async function endClients(hurry: AbortSignal): Promise<CutTraffic> {
    servers.endSessions();
    await untilQuiet(servers, { deadlineMs, settleMs }, hurry);
    return { requests: 0, streams: 0 };
  }

  async function run({
    reason = 'shutdown',
    hurry = neverHurried(),
    ends,
  }: StartDrain): Promise<DrainReport> {
    const beganAtMs = now();
    state = 'draining';
    servers.announce();
    quietly(() => parts.onDraining?.({ reason, drainDelayMs, open: servers.open() }));
    await pause(drainDelayMs, hurry);

    const beside = hooks.run('servers', deadlineMs, hurry);
    const destroyed = await (ends === 'clients' ? endClients : endServers)(hurry);
    const outcomes = [...(await beside)];
    for (const phase of laterPhases) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is what phases are for
      outcomes.push(...(await hooks.run(phase, hookTimeoutMs, hurry)));
    }
    const report = {
      reason,
      durationMs: now() - beganAtMs,
      destroyed,
      hooks: outcomes,
      hurried: hurry.aborted,
    };
    state = 'drained';
    quietly(() => parts.onDrained?.(report));
    return report;
  }

  return {
    get state() {
      return state;
    },
    add: hooks.add,
    ignore: servers.ignore,
    include: servers.include,
    start: (how = {}) => (running ??= run(how)),
    close: servers.letGo,
  };
}

function neverHurried(): AbortSignal {
  return new AbortController().signal;
}

/** The end goes on, whatever those who watch it do. */
function quietly(act: () => void): void {
  try {
    act();
  } catch {
    // What they have failed to do is theirs to tell.
  }
}

import { thrownError } from '@sightline/errors';
import { Worker } from 'node:worker_threads';
import { ENDED, FLUSHED, type LaneControl, flushedUpTo, laneControl } from './lane-control.ts';
import type { LaneReply, LaneRequest, LaneStart } from './lane-messages.ts';
import { workerFlags, workerVariables } from './worker-environment.ts';

/** Heap of one thread for a push and what else it does, besides what waits, at least and for the usual buffers [MiB]. */
const REST_HEAP_MIB = 128;
const LEAST_HEAP_MIB = 256;
/** A text beyond Latin-1 takes twice its bytes, and what is sent is there once more. */
const HEAP_OF_WAITING_RATIO = 3;
/** On its way to the thread may be one single line; while it is read it is there as text, in parts, as text again and encoded. */
const HEAP_OF_MESSAGE_RATIO = 8;
/** For so long a one there is room in any case [bytes]. */
const USUAL_MESSAGE_BYTES = 32 * 1_048_576;
/**
 * Of it for new objects [MiB]. V8's own bound is several times that, and it keeps what a burst of lines has made it take:
 * a process that has seen some held 245 to 289 MB, and 190 with this, for the same CPU time.
 */
const MAX_YOUNG_MIB = 12;
/** Longest single wait, so that a thread that died without a word is not waited for to the end [ms]. */
const WAIT_SLICE_MS = 20;
const ownUrl = new URL(import.meta.url);
/** `.ts` when this runs as source, `.js` when it was built; the thread's modules lie beside this one. */
const EXTENSION = ownUrl.pathname.endsWith('.ts') ? '.ts' : '.js';

/** What a thread may have to hold. */
export interface LaneRoom {
  /** The most that waits in its sink. */
  readonly waitingBytes: number;
  /** The most that is on its way to it. */
  readonly maxInFlightBytes: number;
}

/**
 * Most heap of a thread [MiB]. One that needs more ends, and all that waits in it is lost; one that needs much more at once, such
 * as for one huge line, ends the process with it.
 */
export function heapMib({ waitingBytes, maxInFlightBytes }: LaneRoom): number {
  const forWaiting = REST_HEAP_MIB + Math.ceil((HEAP_OF_WAITING_RATIO * waitingBytes) / 1_048_576);
  const beyondUsualBytes = Math.max(0, maxInFlightBytes - USUAL_MESSAGE_BYTES);
  const forMessage = Math.ceil((HEAP_OF_MESSAGE_RATIO * beyondUsualBytes) / 1_048_576);
  return Math.max(LEAST_HEAP_MIB, forWaiting) + forMessage;
}

/** One thread with a sink in it. */
export interface LaneThread {
  readonly control: LaneControl;
  send(request: LaneRequest): void;
  /** Stops this thread until flush `id` is done. False when `deadlineMs` [ms] passed or the thread ended. */
  waitForFlush(id: number, deadlineMs: number): boolean;
  /** True when the thread will answer no more, also while no event can tell. */
  ended(): boolean;
  terminate(): void;
}

export interface LaneThreadEvents {
  readonly onReply: (reply: LaneReply) => void;
  /** Called once, when no more replies come. `error` is what ended it, if anything did. */
  readonly onEnd: (error: Error | undefined) => void;
}

/** URL of a module beside this one: `siblingModule('file-sink')`. */
export function siblingModule(name: string): URL {
  return new URL(`./${name}${EXTENSION}`, ownUrl);
}

/**
 * Starts the thread. It does not keep the process alive and writes to none of its streams.
 *
 * @throws when no thread can be made, or when the options cannot be cloned
 */
export function startLaneThread(
  { name, ...room }: LaneRoom & { readonly name: string },
  start: Omit<LaneStart, 'memory'>,
  { onReply, onEnd }: LaneThreadEvents,
): LaneThread {
  const control = laneControl();
  const worker = new Worker(siblingModule('worker-lane-host'), {
    name,
    workerData: { ...start, memory: control.memory } satisfies LaneStart,
    execArgv: workerFlags(process.execArgv, process.env['NODE_OPTIONS'], EXTENSION === '.ts'),
    env: workerVariables(process.env),
    // Its output would go through the main thread, to where the log lines go. The thread itself is silent; reading
    // these streams to throw them away would keep the process alive.
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: heapMib(room),
      maxYoungGenerationSizeMb: MAX_YOUNG_MIB,
    },
  });
  let failure: Error | undefined;
  worker.on('message', onReply);
  worker.on('error', (error) => {
    failure = thrownError(error);
  });
  worker.on('exit', (code) => {
    onEnd(failure ?? (code === 0 ? undefined : new Error(`the thread exited with ${code}`)));
  });

  // Last: a listener for messages makes the port keep the process alive again.
  worker.unref();

  const ended = (): boolean => Atomics.load(control.flags, ENDED) === 1;
  return {
    control,
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
    send: (request) => worker.postMessage(request),
    waitForFlush(id, deadlineMs) {
      const endsAt = performance.now() + deadlineMs;
      for (;;) {
        const flushed = Atomics.load(control.flags, FLUSHED);
        if (flushedUpTo(control, id)) return true;
        const leftMs = endsAt - performance.now();
        if (leftMs <= 0 || ended()) return false;
        Atomics.wait(control.flags, FLUSHED, flushed, Math.min(leftMs, WAIT_SLICE_MS));
      }
    },
    ended,
    terminate: () => void worker.terminate(),
  };
}

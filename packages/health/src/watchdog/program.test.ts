import type { RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchdogProgram } from './program.ts';

const LIMIT_MS = 1000;
const slots = { beat: 0, route: 1, headerInts: 2, routeBytes: 128 } as const;

interface Frame {
  readonly functionName: string;
  readonly location: { readonly scriptId: string; readonly lineNumber: number };
}
type Listener = (message: { readonly params: { readonly callFrames: readonly Frame[] } }) => void;

/** Runs the program of the thread here, over a main thread that is or is not held by a debugger. */
function thread({
  isHeld = false,
  pausesAfterMs = 0,
}: { readonly isHeld?: boolean; readonly pausesAfterMs?: number } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const memory = new SharedArrayBuffer(slots.headerInts * 4 + slots.routeBytes);
  const posted: string[] = [];
  const lines: unknown[] = [];
  const told: unknown[] = [];
  let answer: RequestListener | undefined;

  class Session {
    readonly #listeners = new Map<string, Listener>();
    #isOpen = true;
    connectToMainThread(): void {}
    disconnect(): void {
      this.#isOpen = false;
    }
    on(event: string, listener: Listener): void {
      this.#listeners.set(event, listener);
    }
    post(method: string, callback?: (error: Error | null) => void): void {
      posted.push(method);
      const location = { scriptId: '1', lineNumber: 0 };
      const pause = (): void =>
        this.#listeners.get('Debugger.paused')?.({
          params: { callFrames: [{ functionName: 'hash', location }] },
        });
      // V8 says of a thread that is held where it is, before it answers.
      if (method === 'Debugger.enable' && isHeld) pause();
      else if (method === 'Debugger.pause') setTimeout(pause, pausesAfterMs);
      callback?.(this.#isOpen ? null : new Error('closed'));
    }
  }

  const server = { on() {}, listen() {}, maxConnections: 0 };
  const modules: Readonly<Record<string, unknown>> = {
    'node:fs': { writeSync: (_: number, line: string) => lines.push(JSON.parse(line)) },
    'node:inspector': { Session },
    'node:http': {
      createServer(_options: object, listener: RequestListener) {
        answer = listener;
        return server;
      },
    },
    'node:worker_threads': {
      parentPort: { postMessage: (message: unknown) => told.push(message) },
      workerData: {
        memory,
        limitMs: LIMIT_MS,
        port: 0,
        host: undefined,
        takesStack: true,
        serviceName: undefined,
        paths: ['/livez'],
        slots,
      },
    },
  };
  watchdogProgram(((name: string) => modules[name]) as NodeJS.Require);
  return {
    posted,
    lines,
    told,
    beat: () => void Atomics.add(new Int32Array(memory), slots.beat, 1),
    statusOfLivez(): number {
      let status = 0;
      const response = { writeHead: (given: number) => (status = given), end() {} };
      answer?.({ url: '/livez', method: 'GET' } as never, response as never);
      return status;
    },
  };
}

describe('watchdogProgram', () => {
  it('writes where the main thread stands, and tells of it when it runs again', async () => {
    const { posted, lines, told, beat } = thread();
    await vi.advanceTimersByTimeAsync(LIMIT_MS + 500);
    expect(lines).toEqual([expect.objectContaining({ level: 'error', stack: 'hash (:1)' })]);
    expect(posted).toEqual(['Debugger.enable', 'Debugger.pause', 'Debugger.resume']);
    beat();
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toEqual([expect.objectContaining({ type: 'blocked', stack: ['hash (:1)'] })]);
  });

  it('leaves a main thread that stands at a breakpoint to the debugger, and does not complain of it', async () => {
    const { posted, lines, told, beat } = thread({ isHeld: true });
    await vi.advanceTimersByTimeAsync(10 * LIMIT_MS);
    beat();
    await vi.advanceTimersByTimeAsync(500);
    expect(new Set(posted)).toEqual(new Set(['Debugger.enable']));
    expect([lines, told]).toEqual([[], []]);
  });

  it('says how long it stood, and nothing of where it is by then, when it runs again before it is looked at', async () => {
    const { lines, told, beat } = thread({ pausesAfterMs: 500 });
    await vi.advanceTimersByTimeAsync(LIMIT_MS);
    beat();
    await vi.advanceTimersByTimeAsync(LIMIT_MS - 100);
    expect(told).toEqual([expect.objectContaining({ type: 'blocked', stack: [] })]);
    expect(lines).toEqual([expect.not.objectContaining({ stack: 'hash (:1)' })]);
    expect(lines).toEqual([expect.objectContaining({ blocked_seconds: 1 })]);
  });

  it('answers 200 when a request comes first after the whole process was stopped, and 503 to a main thread that stands', async () => {
    const { statusOfLivez } = thread();
    const stopped = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 30_000);
    expect(statusOfLivez()).toBe(200);
    stopped.mockRestore();
    const other = thread();
    await vi.advanceTimersByTimeAsync(LIMIT_MS);
    expect(other.statusOfLivez()).toBe(503);
  });
});

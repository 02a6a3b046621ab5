import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ResolvedWatchdogOptions } from '../options.ts';
import { createProblems } from '../problems.ts';
import { watchdogProgram } from './program.ts';
import { startWatchdog } from './watchdog.ts';

const options: ResolvedWatchdogOptions = { limitMs: 1000, port: undefined, host: undefined, stack: true };

/** Starts it on Node.js whose threads are only written down. */
function started({ isMainThread = true }: { readonly isMainThread?: boolean } = {}) {
  const made: { readonly text: string; readonly takesStack: unknown }[] = [];
  class Worker {
    constructor(text: string, { workerData }: { readonly workerData: { readonly takesStack: unknown } }) {
      made.push({ text, takesStack: workerData.takesStack });
    }
    on(): void {}
    unref(): void {}
    async terminate(): Promise<void> {}
  }
  vi.useFakeTimers();
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ Worker, isMainThread });
  const watchdog = startWatchdog(options, {
    serviceName: undefined,
    livenessPaths: [],
    onBlocked() {},
    problems: createProblems(() => {}),
  });
  onTestFinished(() => {
    watchdog.close();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
  vi.advanceTimersByTime(200);
  return made[0];
}

describe('startWatchdog', () => {
  it.each([true, false])('looks where the thread stands when it is the main thread: %s', (isMainThread) => {
    expect(started({ isMainThread })?.takesStack).toBe(isMainThread);
  });

  it('gives the program what a bundler that keeps names has put into it', () => {
    const text = '(require) => __name(require, "look")("beat")';
    Object.defineProperty(watchdogProgram, 'toString', { value: () => text, configurable: true });
    onTestFinished(() => void Reflect.deleteProperty(watchdogProgram, 'toString'));
    const given = started()?.text ?? '';
    expect(runInNewContext(given, { require: (name: string) => `${name} seen` })).toBe('beat seen');
  });
});

import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Destination } from './destination.ts';
import type { SinkProblem } from './sink.ts';
import type { WorkerLaneOptions } from './lane-options.ts';
import { workerLane } from './worker-lane.ts';

/** Lets the event loop and the fake timers run until something has happened. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) {
    vi.runOnlyPendingTimers();
    // oxlint-disable-next-line no-await-in-loop -- one turn of the event loop after the other
    await new Promise(setImmediate);
  }
}

/** A module with a sink that does nothing but what the test says. */
function programOf(method: string): string {
  const stats = 'stats: () => ({ queued: 0, sent: 0, dropped: 0, bytes: 0, retried: 0 })';
  const sink = `({ write() {}, flush() {}, close() {}, ${stats}, ${method} })`;
  return `data:text/javascript,${encodeURIComponent(`export const create = () => ${sink};`)}`;
}

const sinks = new URL('../../test/exit/recording-sink.mjs', import.meta.url);

describe('workerLane', () => {
  let folder = '';
  let path = '';
  const open: Destination[] = [];
  const problems: SinkProblem[] = [];
  const lane = (factory: string, options: Partial<WorkerLaneOptions> = {}): Destination => {
    const destination = workerLane(
      { module: sinks, factory, options: { path }, signals: false, ...options },
      { onProblem: (problem) => problems.push(problem) },
    );
    open.push(destination);
    return destination;
  };
  const flushed = (destination: Destination): Promise<unknown> =>
    new Promise((resolve) => {
      destination.flush(resolve);
    });
  const recorded = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-lane-'));
    path = join(folder, 'lines');
    problems.length = 0;
  });
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(open.splice(0).map((destination) => destination.close(0)));
    rmSync(folder, { recursive: true });
  });

  it('delivers what was written before the thread was up, and calls back then', async () => {
    const destination = lane('createRecordingSink');
    destination.write('a\n');
    destination.write('b\nc\n');
    await flushed(destination);
    expect(recorded()).toEqual(['a', 'b', 'c']);
    expect(destination.stats()).toEqual({ queued: 0, sent: 3, dropped: 0, bytes: 6, retried: 0 });
  });

  it('waits in flushSync until the sink has delivered', () => {
    const destination = lane('createRecordingSink');
    destination.write('a\n');
    destination.flushSync();
    expect(recorded()).toEqual(['a']);
  });

  it('gives up in flushSync when the sink hangs and the deadline has passed', () => {
    const destination = lane('createHangingSink');
    destination.write('a\n');
    const startedAt = performance.now();
    destination.flushSync(50);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
    expect(destination.stats()).toMatchObject({ queued: 1, sent: 0 });
  });

  it('drops and counts what goes past maxInFlightBytes while the thread does not take it', async () => {
    const destination = lane('createRecordingSink', { maxInFlightBytes: 64 * 1024 });
    const line = `${'x'.repeat(1023)}\n`;
    // One turn: the thread is not even up before it ends.
    for (let written = 0; written < 256; written += 1) destination.write(line);
    const { dropped } = destination.stats();
    expect(dropped).toBeGreaterThan(100);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_LANE_DROPPED']);
    await flushed(destination);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 256 - dropped, dropped });
    expect(recorded()).toHaveLength(256 - dropped);
  });

  it('closes in order: all that was written is delivered, later lines are dropped and counted', async () => {
    const destination = lane('createRecordingSink');
    destination.write('a\n');
    await destination.close();
    destination.write('b\n');
    destination.flushSync();
    expect(recorded()).toEqual(['a']);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 1, dropped: 1 });
  });

  it('counts what a hanging sink still held as dropped when it is closed', async () => {
    const destination = lane('createHangingSink');
    destination.write('a\nb\n');
    destination.flushSync(0);
    await destination.close(0);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 0, dropped: 2 });
  });

  it('starts the thread again when it dies, tells once, and sends again what was not acknowledged', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const destination = lane('createDyingSink');
    destination.write('a\n');
    await flushed(destination);
    destination.write('die once\n');
    destination.flushSync(0);
    destination.write('b\n');
    const after = flushed(destination);
    await until(() => problems.length > 0);
    expect(problems[0]?.code).toBe('SIGHTLINE_WORKER_LOST');
    await until(() => destination.stats().sent === 3);
    await after;
    expect(recorded()).toEqual(['a', 'die once', 'b']);
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 3, dropped: 0 });
    expect(problems).toHaveLength(1);
  });

  it('gives up a batch that killed the thread three times, and delivers the next', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const destination = lane('createDyingSink');
    destination.write('die always\n');
    destination.flushSync(0);
    await until(() => destination.stats().dropped > 0);
    destination.write('b\n');
    const after = flushed(destination);
    await until(() => destination.stats().sent > 0);
    await after;
    expect(recorded()).toEqual(['b']);
  });

  it('drops and counts instead of keeping when the thread cannot be started', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const destination = lane('noSuchFactory');
    destination.write('a\n');
    const after = flushed(destination);
    await until(() => destination.stats().dropped > 0);
    await after;
    destination.write('b\n');
    destination.flushSync();
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 0, dropped: 2 });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('noSuchFactory');
    // Five threads, one after the other.
  }, 60_000);

  it('calls back on the next turn when nothing waits, and once for two flushes of the same lines', async () => {
    const destination = lane('createRecordingSink');
    let calls = 0;
    const count = (): void => void (calls += 1);
    destination.flush(count);
    destination.flush();
    expect(calls).toBe(0);
    await Promise.resolve();
    expect(calls).toBe(1);
    destination.write('a\n');
    destination.flush(count);
    destination.flush();
    await flushed(destination);
    expect(calls).toBe(2);
    expect(recorded()).toEqual(['a']);
  });

  it('finds out in flushSync that the thread has died, and sends again what it did not take', async () => {
    const destination = lane('createDyingSink');
    destination.write('a\n');
    await flushed(destination);
    destination.write('die once\nb\n');
    destination.flushSync();
    expect(recorded()).toEqual(['a', 'die once', 'b']);
    expect(problems.map(({ code }) => code)).toEqual(['SIGHTLINE_WORKER_LOST']);
    expect(problems[0]?.message).toContain('without an error');
  });

  it('calls back when a new thread has flushed what it found by itself, as in a spool', async () => {
    const stats = 'stats: () => ({ queued: 1, sent: 0, dropped: 0, bytes: 0, retried: 0 })';
    const write = 'write() { setTimeout(() => process.exit(1), 50); }';
    const destination = lane('create', { module: programOf(`${write}, ${stats}`) });
    destination.write('a\n');
    await flushed(destination);
    await vi.waitFor(() => expect(problems).toHaveLength(1), 20_000);
    await vi.waitFor(() => expect(destination.stats().queued).toBe(1), 20_000);
    await flushed(destination);
    expect(problems).toHaveLength(1);
  });

  it('tells what a sink throws over lines, and counts them as dropped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const destination = lane('create', { module: programOf('write() { throw new Error("no room"); }') });
    destination.write('a\nb\n');
    await until(() => problems.length > 0);
    expect(problems).toEqual([
      {
        code: 'SIGHTLINE_WORKER_LOST',
        message: 'The sink did not take its lines and they are dropped: no room.',
      },
    ]);
    await until(() => destination.stats().dropped === 2);
  });

  it('shows what only some sinks count, and of a lost thread no disk that was its own', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const counts = 'queued: 1, sent: 0, dropped: 2, bytes: 0, retried: 0';
    const stats = `stats: () => ({ ${counts}, rejected: 2, spoolBytes: 900, spoolLimitBytes: 1000 })`;
    const write = 'write(lines) { if (lines.includes("die")) process.exit(1); }';
    const destination = lane('create', { module: programOf(`${write}, ${stats}`) });
    expect(destination.stats()).not.toHaveProperty('rejected');
    destination.write('a\n');
    await until(() => destination.stats().rejected !== undefined);
    const common = { bytes: 0, retried: 0, sent: 0 };
    expect(destination.stats()).toEqual({
      ...common,
      queued: 1,
      dropped: 2,
      rejected: 2,
      spoolBytes: 900,
      spoolLimitBytes: 1000,
    });
    destination.write('die\n');
    await until(() => problems.length > 0);
    expect(destination.stats()).toMatchObject({ dropped: 3, rejected: 2, spoolBytes: 0, spoolLimitBytes: 0 });
  });

  it('names what its thread threw, also where that is no error', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const destination = lane('create', {
      module: programOf('write() { queueMicrotask(() => { throw "words"; }); }'),
    });
    destination.write('a\n');
    await until(() => problems.length > 0);
    expect(problems[0]?.message).toContain('ended: words');
  });

  it('has each line through at once when the process exits, and says how many are left when it is over', () => {
    const before = process.listeners('exit');
    const recording = lane('createRecordingSink', { exitDeadlineMs: 5000 });
    const hanging = lane('createHangingSink', { name: 'stuck', exitDeadlineMs: 1 });
    lane('createHangingSink', { isDurable: true, exitDeadlineMs: 1 }).write('kept on disk\n');
    recording.write('a\n');
    hanging.write('x\ny\n');
    const stderr: string[] = [];
    vi.spyOn(fs, 'writeSync').mockImplementation((_fd, text) => stderr.push(text));
    syncBuiltinESMExports();
    const atExit = process.listeners('exit').find((each) => !before.includes(each));
    atExit?.(0);
    vi.restoreAllMocks();
    syncBuiltinESMExports();
    expect(stderr.join('')).toMatch(
      /SIGHTLINE_LANE_DROPPED: 2 log lines of stuck were not delivered within 1 ms/,
    );
    expect(stderr).toHaveLength(1);
    // What a handler of the app still says at its exit.
    recording.write('b\n');
    expect(recorded()).toEqual(['a', 'b']);
  });

  it('refuses options that cannot be copied to a thread', () => {
    expect(() => lane('createRecordingSink', { options: { path: () => path } })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_DESTINATION' }),
    );
  });

  it('names a wrong option', () => {
    expect(() => lane('createRecordingSink', { maxInFlightBytes: 1 })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});

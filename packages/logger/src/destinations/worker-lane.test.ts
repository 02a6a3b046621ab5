import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

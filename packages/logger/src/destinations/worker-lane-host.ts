import { parentPort, workerData } from 'node:worker_threads';
import { ACKNOWLEDGED, ENDED, FLUSHED, laneControl, publishStats } from './lane-control.ts';
import type { LaneReply, LaneRequest, LaneStart } from './lane-messages.ts';
import { countLines } from './lines.ts';
import type { Sink, SinkFactory } from './sink.ts';

/** How old the counters that the main thread sees may be while the sink works on its own [ms]. */
const PUBLISH_EVERY_MS = 250;

function reply(message: LaneReply): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(message);
}

/** The program of a lane's thread: builds the sink and feeds it what the main thread sends. */
async function host(): Promise<void> {
  const start: LaneStart = workerData;
  const control = laneControl(start.memory);
  let failedLines = 0;

  // Nobody reads what is printed here, so it would pile up.
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  process.on('exit', () => {
    Atomics.store(control.flags, ENDED, 1);
    Atomics.notify(control.flags, FLUSHED);
  });

  const loaded: Record<string, SinkFactory<unknown>> = await import(start.module);
  const factory = loaded[start.factory];
  if (!factory) throw new TypeError(`${start.module} exports no ${start.factory}`);
  const sink: Sink = await factory(start.options, (problem) => reply({ type: 'problem', problem }));

  function publish(): void {
    const stats = sink.stats();
    publishStats(control, { ...stats, dropped: stats.dropped + failedLines });
  }

  function take(lines: string): void {
    try {
      sink.write(lines);
    } catch (error) {
      if (failedLines === 0) reply({ type: 'problem', problem: refused(error) });
      failedLines += countLines(lines);
    }
    publish();
    Atomics.add(control.flags, ACKNOWLEDGED, 1);
  }

  async function flush(id: number): Promise<void> {
    await sink.flush();
    publish();
    // Flushes may end in any order; the number only ever grows.
    const last = Atomics.load(control.flags, FLUSHED);
    if (((id - last) | 0) > 0) Atomics.store(control.flags, FLUSHED, id);
    Atomics.notify(control.flags, FLUSHED);
    reply({ type: 'flushed', id });
  }

  async function close(deadlineMs: number): Promise<void> {
    await sink.close(deadlineMs);
    publish();
    reply({ type: 'closed' });
    parentPort?.close();
  }

  // Messages sent before this line wait in the port.
  parentPort?.on('message', (request: LaneRequest) => {
    if (typeof request === 'string') take(request);
    else if (request.type === 'flush') void flush(request.id);
    else void close(request.deadlineMs);
  });
  setInterval(publish, PUBLISH_EVERY_MS).unref();
  reply({ type: 'up' });
}

function refused(error: unknown): { readonly code: string; readonly message: string } {
  return {
    code: 'SIGHTLINE_WORKER_LOST',
    message: `The sink did not take its lines and they are dropped: ${error instanceof Error ? error.message : 'unknown error'}.`,
  };
}

await host();

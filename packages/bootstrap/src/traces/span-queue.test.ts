import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Sender } from '../otlp/sender.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { SpanBatch } from './span-batch.ts';
import { createSpanQueue, defaultBatchSettings } from './span-queue.ts';

interface Payload {
  readonly items: number;
}

/** A batch that counts, and throws where it is told to. A span in it has so many bytes. */
function setup(
  throwing: { add?: boolean; seal?: boolean },
  maxExportBatchSize = 2,
  spanBytes = 0,
  scheduleDelayMs = 5_000,
) {
  const sent: Payload[] = [];
  const dropped: [string, number][] = [];
  const timers: (() => void)[] = [];
  let count = 0;
  const batch: SpanBatch<Payload> = {
    get count() {
      return count;
    },
    get bytes() {
      return count * spanBytes;
    },
    takesRecords: false,
    add() {
      if (throwing.add === true) throw new Error('no room in memory');
      count += 1;
    },
    addRequest() {
      count += 1;
    },
    seal() {
      const items = count;
      count = 0;
      if (throwing.seal === true) throw new Error('too long for a text');
      return { items };
    },
  };
  const sender = {
    hasRoom: () => true,
    enqueue: (payload: Payload) => sent.push(payload),
    countDropped: (reason: string, items: number) => dropped.push([reason, items]),
  } as unknown as Sender<Payload>;
  const settings = { maxQueueSize: 10, maxExportBatchSize, scheduleDelayMs };
  const timed = createSpanQueue(batch, sender, settings);
  const queue = createSpanQueue(batch, sender, settings, (callback) => timers.push(callback));
  return { queue, timed, sent, dropped, timers };
}

const span = {} as RecordingSpan;

describe('createSpanQueue', () => {
  it('counts as failed a span that its batch cannot take', () => {
    const { queue, sent, dropped, timers } = setup({ add: true });
    queue.add(span);
    queue.addRequest(span, {} as never);
    queue.seal();
    expect(dropped).toEqual([['failed', 1]]);
    expect(sent).toEqual([{ items: 1 }]);
    expect(timers).toHaveLength(1);
  });

  it('counts as failed a batch that cannot be put together', () => {
    const { queue, sent, dropped } = setup({ seal: true });
    for (let index = 0; index < 4; index++) queue.add(span);
    expect(dropped).toEqual([
      ['failed', 2],
      ['failed', 2],
    ]);
    expect(sent).toEqual([]);
  });

  it('seals after the delay what comes while a test has fake timers, and what comes after them', async () => {
    const { timed, sent } = setup({}, 100, 0, 1);
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    timed.add(span);
    vi.useRealTimers();
    await vi.waitFor(() => expect(sent).toHaveLength(1), 20_000);
    timed.add(span);
    await vi.waitFor(() => expect(sent).toHaveLength(2), 20_000);
  });

  it('seals after the delay, with one timer at a time', () => {
    const { queue, sent, timers } = setup({}, 100);
    queue.add(span);
    queue.add(span);
    expect(timers).toHaveLength(1);
    timers[0]?.();
    queue.add(span);
    expect(timers).toHaveLength(2);
    timers[1]?.();
    expect(sent).toEqual([{ items: 2 }, { items: 1 }]);
  });

  it.each([
    { spanBytes: 1_048_576, items: 2 },
    { spanBytes: 1_048_575, items: 3 },
  ])('seals $items spans of $spanBytes bytes though it has room for more', ({ spanBytes, items }) => {
    const { queue, sent } = setup({}, 100, spanBytes);
    for (let index = 0; index < items - 1; index++) queue.add(span);
    expect(sent).toEqual([]);
    queue.add(span);
    expect(sent).toEqual([{ items }]);
  });
});

describe('defaultBatchSettings', () => {
  // Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#batch-span-processor
  it('are those of the specification', () => {
    expect(defaultBatchSettings).toEqual({
      maxQueueSize: 2_048,
      maxExportBatchSize: 512,
      scheduleDelayMs: 5_000,
    });
  });
});

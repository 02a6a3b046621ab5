import type { RequestRecord } from '@sightline/http';
// Not the global one, which tests of a service may replace for a while: a timer of theirs that never runs would be the last one.
import { setTimeout } from 'node:timers';
import type { Sender, Sized } from '../otlp/sender.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { SpanBatch } from './span-batch.ts';

/** The resolved `OTEL_BSP_*`. */
export interface BatchSettings {
  /** Spans that may wait, with those on their way; past it the newest are dropped. Default 2048. */
  readonly maxQueueSize: number;
  /** Spans of one export. Default 512. */
  readonly maxExportBatchSize: number;
  /** Longest time that a span waits for others [ms]. Default 5000. */
  readonly scheduleDelayMs: number;
}

export const defaultBatchSettings: BatchSettings = {
  maxQueueSize: 2_048,
  maxExportBatchSize: 512,
  scheduleDelayMs: 5_000,
};

/** A batch that reaches it is sent although it has room for more spans; collectors take 4 MiB [bytes]. */
const MAX_BATCH_BYTES = 2 * 1_048_576;

/** Takes ended spans that are exported. */
export interface SpanQueue {
  /** Whether a server span comes with its record. */
  readonly takesRecords: boolean;
  add(span: RecordingSpan): void;
  addRequest(span: RecordingSpan, record: Omit<RequestRecord, 'kept'>): void;
  /** Spans that wait for their batch to be full. */
  readonly collected: number;
  /** Hands over what has been collected. */
  seal(): void;
}

/** Puts spans into batches and hands those to the sender: when one is full, and at the latest after the delay. */
export function createSpanQueue<Payload extends Sized>(
  batch: SpanBatch<Payload>,
  sender: Sender<Payload>,
  settings: BatchSettings,
  setTimer: (callback: () => void, delayMs: number) => unknown = (callback, delayMs) =>
    setTimeout(callback, delayMs).unref(),
): SpanQueue {
  // An export of more spans than may wait would never have room.
  const batchSize = Math.max(1, Math.min(settings.maxExportBatchSize, settings.maxQueueSize));
  let timerRuns = false;

  const seal = (): void => {
    const { count } = batch;
    if (count === 0) return;
    let payload: Payload;
    try {
      payload = batch.seal();
    } catch {
      sender.countDropped('failed', count);
      return;
    }
    sender.enqueue(payload);
  };

  const put = (span: RecordingSpan, record: Omit<RequestRecord, 'kept'> | undefined): void => {
    // What waits is encoded already; the newest costs nothing yet.
    if (!sender.hasRoom(batch.count + 1)) {
      sender.countDropped('full', 1);
      return;
    }
    try {
      if (record === undefined) batch.add(span);
      else batch.addRequest(span, record);
    } catch {
      sender.countDropped('failed', 1);
      return;
    }
    if (batch.count >= batchSize || batch.bytes >= MAX_BATCH_BYTES) {
      seal();
    } else if (!timerRuns) {
      timerRuns = true;
      setTimer(() => {
        timerRuns = false;
        seal();
      }, settings.scheduleDelayMs);
    }
  };

  return {
    takesRecords: batch.takesRecords,
    add: (span) => put(span, undefined),
    addRequest: (span, record) => put(span, record),
    get collected() {
      return batch.count;
    },
    seal,
  };
}

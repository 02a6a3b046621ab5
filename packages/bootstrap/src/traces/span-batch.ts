import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RequestRecord } from '@sightline/http';
import type { Sized } from '../otlp/sender.ts';
import type { RecordingSpan } from './recording-span.ts';

/** Ended spans until there are enough for one export. */
export interface SpanBatch<Payload extends Sized> {
  readonly count: number;
  /** What they take, roughly [bytes]. */
  readonly bytes: number;
  /** Whether a server span comes with its record, or with its attributes. */
  readonly takesRecords: boolean;
  /** May throw: then the span is not in the batch. */
  add(span: RecordingSpan): void;
  /** The same for a server span whose attributes are in its record; only where `takesRecords` is true. */
  addRequest(span: RecordingSpan, record: Omit<RequestRecord, 'kept'>): void;
  /** What has been collected, ready to be sent; it starts anew. */
  seal(): Payload;
}

/** Collects spans as the SDK's exporters and serializers take them. */
export function createListBatch<Payload extends Sized>(
  view: (span: RecordingSpan) => ReadableSpan,
  /** @param bytes what they take, roughly */
  makePayload: (spans: readonly ReadableSpan[], bytes: number) => Payload,
): SpanBatch<Payload> {
  let spans: ReadableSpan[] = [];
  let bytes = 0;
  const add = (span: RecordingSpan): void => {
    spans.push(view(span));
    bytes += span.approximateSize();
  };
  return {
    get count() {
      return spans.length;
    },
    get bytes() {
      return bytes;
    },
    takesRecords: false,
    add,
    addRequest: add,
    seal() {
      const payload = makePayload(spans, bytes);
      spans = [];
      bytes = 0;
      return payload;
    },
  };
}

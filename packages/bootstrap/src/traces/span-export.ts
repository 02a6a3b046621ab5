import { createRequire } from 'node:module';
import type * as transformer from '@opentelemetry/otlp-transformer';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Redactor } from '@sightline/redact';
import type { AttributeCensor } from '../otlp/attribute-censor.ts';
import type { ExportProblem } from '../otlp/export-problems.ts';
import { createExporterTransport, grpcPackage } from '../otlp/grpc.ts';
import type { GrpcExporterLoader } from '../otlp/grpc.ts';
import { createHttpPost } from '../otlp/http-post.ts';
import type { SyncPost } from '../otlp/send-sync.ts';
import { createSender } from '../otlp/sender.ts';
import type { ExportStats, Sender, SenderOptions, Sized } from '../otlp/sender.ts';
import { createEndpoint, httpUrlOf } from '../otlp/target.ts';
import type { Endpoint, OtlpTarget } from '../otlp/target.ts';
import { createHttpTransport, syncRequestOf } from '../otlp/transport.ts';
import type { ExportPayload } from '../otlp/transport.ts';
import { createEncodedBatch } from './encoded-batch.ts';
import type { RecordingSpan } from './recording-span.ts';
import type { ServerSpanFacts } from './server-span-facts.ts';
import { createListBatch } from './span-batch.ts';
import type { SpanBatch } from './span-batch.ts';
import { createSpanEncoder } from './span-encoder.ts';
import { createSpanQueue } from './span-queue.ts';
import type { BatchSettings, SpanQueue } from './span-queue.ts';

export interface SpanExportOptions {
  readonly target: OtlpTarget;
  readonly batch: BatchSettings;
  readonly censor: AttributeCensor;
  readonly redactor: Redactor;
  readonly serverSpan: ServerSpanFacts;
  /** Without secrets. */
  readonly resource: Resource;
  readonly view: (span: RecordingSpan) => ReadableSpan;
  readonly grpcExporter: GrpcExporterLoader;
  readonly onProblem: (problem: ExportProblem) => void;
  /** Told how many spans wait or are on their way, whenever that changes. */
  readonly onQueued?: ((spans: number) => void) | undefined;
}

/** The way of spans out of the process. */
export interface SpanExport {
  readonly queue: SpanQueue;
  stats(): ExportStats;
  /** Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  drain(): readonly SyncPost[];
  /** Counts spans of somebody else's that were not delivered before the end. */
  countLost(spans: number): void;
}

/** @throws {TypeError} when the URL of the target is none */
export function createSpanExport(options: SpanExportOptions): SpanExport {
  const { target, onProblem } = options;
  if (target.protocol !== 'grpc') return createHttpExport(options);
  const exporter = options.grpcExporter(target);
  if (exporter !== undefined) {
    const endpoint = createEndpoint(target);
    const sender = createSender({
      ...senderOptions(options, endpoint),
      transport: createExporterTransport(exporter),
    });
    const batch = createListBatch(options.view, (spans, length) => ({
      items: spans.length,
      spans,
      body: { length },
    }));
    // No exporter of the SDK sends without an event loop.
    return assemble(options, batch, sender, () => undefined);
  }
  const instead = { url: httpUrlOf(target.url, 'traces').href, protocol: 'http/protobuf' } as const;
  const { label } = createEndpoint({ url: instead.url, headers: {} });
  onProblem({
    code: 'SIGHTLINE_EXPORT_PROTOCOL',
    message:
      `OTEL_EXPORTER_OTLP_PROTOCOL is grpc and ${grpcPackage} is not installed: traces go to ${label} as http/protobuf. ` +
      'Install it beside the service, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf.',
    recovered: false,
    instead,
  });
  return createHttpExport({ ...options, target: { ...target, ...instead } });
}

function createHttpExport(options: SpanExportOptions): SpanExport {
  const { target, censor, redactor, serverSpan, resource, view } = options;
  const endpoint = createEndpoint(target);
  const transport = createHttpTransport(
    'traces',
    endpoint,
    target.compression,
    createHttpPost(target.tls),
    Date.now,
  );
  const sender = createSender({ ...senderOptions(options, endpoint), transport });
  const batch =
    target.protocol === 'http/json'
      ? createJsonBatch(view)
      : createEncodedBatch(createSpanEncoder(censor, redactor, serverSpan), resource);
  return assemble(options, batch, sender, (payload) => syncRequestOf(endpoint, target.tls, payload));
}

function senderOptions(
  { target, batch, onProblem }: SpanExportOptions,
  endpoint: Endpoint,
): Omit<SenderOptions<never>, 'transport'> {
  return { signal: 'traces', endpoint, timeoutMs: target.timeoutMs, maxItems: batch.maxQueueSize, onProblem };
}

/** The official serializer, which is loaded only for this. */
function createJsonBatch(view: SpanExportOptions['view']): SpanBatch<ExportPayload> {
  const { JsonTraceSerializer } = createRequire(import.meta.url)(
    '@opentelemetry/otlp-transformer',
  ) as typeof transformer;
  return createListBatch(view, (spans) => ({
    items: spans.length,
    body: Buffer.from(JsonTraceSerializer.serializeRequest([...spans]) ?? []),
    contentType: 'application/json',
  }));
}

function assemble<Payload extends Sized>(
  options: SpanExportOptions,
  batch: SpanBatch<Payload>,
  sender: Sender<Payload>,
  requestOf: (payload: Payload) => SyncPost['request'] | undefined,
): SpanExport {
  const plainQueue = createSpanQueue(batch, sender, options.batch);
  const queue = options.onQueued ? tellingQueue(plainQueue, sender, options.onQueued) : plainQueue;
  return {
    queue,
    stats() {
      const stats = sender.stats();
      return { ...stats, queued: stats.queued + queue.collected };
    },
    flush(deadlineMs) {
      queue.seal();
      return sender.flush(deadlineMs);
    },
    shutdown(deadlineMs) {
      queue.seal();
      return sender.shutdown(deadlineMs);
    },
    drain() {
      queue.seal();
      return sender.drain().flatMap((payload) => {
        const request = requestOf(payload);
        if (request === undefined) {
          sender.countDropped('deadline', payload.items);
          return [];
        }
        const settled = (delivered: boolean): void => {
          if (delivered) sender.countExported(payload.items);
          else sender.countDropped('deadline', payload.items);
        };
        return [{ request, settled }];
      });
    },
    countLost(spans) {
      sender.countDropped('deadline', spans);
    },
  };
}

function tellingQueue(
  queue: SpanQueue,
  sender: Pick<Sender<never>, 'queued' | 'onSettled'>,
  onQueued: (spans: number) => void,
): SpanQueue {
  const tell = (): void => onQueued(sender.queued + queue.collected);
  sender.onSettled(tell);
  return {
    takesRecords: queue.takesRecords,
    add(span) {
      queue.add(span);
      tell();
    },
    addRequest(span, record) {
      queue.addRequest(span, record);
      tell();
    },
    get collected() {
      return queue.collected;
    },
    seal: queue.seal,
  };
}

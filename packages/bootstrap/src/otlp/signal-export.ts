import type { Resource } from '@opentelemetry/resources';
import type { ExportProblem } from './export-problems.ts';
import { createHttpPost } from './http-post.ts';
import { ByteWriter } from './byte-writer.ts';
import { encodeMessage, keyValues, logsRequestShape, resourceShape, scopeShape } from './otlp-message.ts';
import type { OtlpMessage } from './otlp-message.ts';
import type { SyncPost } from './send-sync.ts';
import { createSender } from './sender.ts';
import type { Sender } from './sender.ts';
import { createEndpoint, httpUrlOf } from './target.ts';
import type { OtlpTarget } from './target.ts';
import { createHttpTransport, syncRequestOf } from './transport.ts';
import type { ExportPayload } from './transport.ts';

export interface SignalExportOptions {
  readonly signal: 'metrics' | 'logs';
  readonly target: OtlpTarget;
  /** Without secrets. */
  readonly resource: Resource;
  readonly maxItems: number;
  readonly onProblem: (problem: ExportProblem) => void;
}

/** The way of metrics and log records out of the process. */
export interface SignalExport {
  readonly sender: Sender<ExportPayload>;
  /** Whether items go as JSON; else as protobuf. */
  readonly isJson: boolean;
  /**
   * Encodes items of the signal and hands them to the sender.
   *
   * @param items log records, or metrics that go as JSON
   * @param count points or records in them
   */
  enqueue(items: readonly OtlpMessage[], count: number): void;
  /**
   * The same with metrics that are protobuf.
   *
   * @param metrics each a field of `ScopeMetrics`; copied
   */
  enqueueEncoded(metrics: Uint8Array, count: number): void;
  drain(): readonly SyncPost[];
}

/** Names of the fields around the items. */
const FIELDS = {
  metrics: { resources: 'resourceMetrics', scopes: 'scopeMetrics', items: 'metrics' },
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' },
} as const;

const SCOPE = { name: '@sightline/bootstrap' };

/**
 * Protobuf or JSON over HTTP. There is no gRPC for these two: where it is asked for, it is said, and protobuf is sent.
 *
 * @throws {TypeError} when the URL of the target is none
 */
export function createSignalExport(options: SignalExportOptions): SignalExport {
  const { signal, resource, maxItems, onProblem } = options;
  const target = options.target.protocol === 'grpc' ? withoutGrpc(options) : options.target;
  const endpoint = createEndpoint(target);
  const sender = createSender<ExportPayload>({
    signal,
    endpoint,
    transport: createHttpTransport(
      signal,
      endpoint,
      target.compression,
      createHttpPost(target.tls),
      Date.now,
    ),
    timeoutMs: target.timeoutMs,
    maxItems,
    onProblem,
  });
  const fields = FIELDS[signal];
  const isJson = target.protocol === 'http/json';
  let prefixes: Prefixes | undefined;

  return {
    sender,
    isJson,
    enqueue(items, count) {
      try {
        const request = {
          [fields.resources]: [
            {
              resource: { attributes: keyValues(resource.attributes) },
              [fields.scopes]: [{ scope: SCOPE, [fields.items]: items }],
            },
          ],
        };
        sender.enqueue({
          items: count,
          body: isJson ? Buffer.from(JSON.stringify(request)) : encodeMessage(logsRequestShape, request),
          contentType: isJson ? 'application/json' : 'application/x-protobuf',
        });
      } catch {
        sender.countDropped('failed', count);
      }
    },
    enqueueEncoded(metrics, count) {
      try {
        prefixes ??= prefixesOf(resource);
        const body = metricsRequest(prefixes, metrics);
        sender.enqueue({ items: count, body, contentType: 'application/x-protobuf' });
      } catch {
        sender.countDropped('failed', count);
      }
    },
    drain: () =>
      sender.drain().map((payload) => ({
        request: syncRequestOf(endpoint, target.tls, payload),
        settled(delivered) {
          if (delivered) sender.countExported(payload.items);
          else sender.countDropped('deadline', payload.items);
        },
      })),
  };
}

/** What stands before the metrics of each request, as fields of `ResourceMetrics` and of `ScopeMetrics`. */
interface Prefixes {
  readonly resource: Buffer;
  readonly scope: Buffer;
}

function prefixesOf(resource: Resource): Prefixes {
  return {
    resource: encodeMessage(resourceShape, { resource: { attributes: keyValues(resource.attributes) } }),
    scope: encodeMessage(scopeShape, { scope: SCOPE }),
  };
}

/** `resource_metrics` of the request, and `scope_metrics` in it. */
const RESOURCE_METRICS = 0x0a;
const SCOPE_METRICS = 0x12;
/** The tags and the lengths of both [bytes]. */
const FRAME_BYTES = 12;

function metricsRequest({ resource, scope }: Prefixes, metrics: Uint8Array): Buffer {
  const scopeLength = scope.length + metrics.length;
  const resourceLength = resource.length + scopeLength;
  const writer = new ByteWriter(resourceLength + FRAME_BYTES);
  writer.byte(RESOURCE_METRICS);
  const at = writer.begin(resourceLength);
  writer.raw(resource);
  writer.byte(SCOPE_METRICS);
  writer.varint(scopeLength);
  writer.raw(scope);
  writer.raw(metrics);
  writer.end(at, resourceLength);
  return writer.bytes.subarray(0, writer.pos);
}

function withoutGrpc({ signal, target, onProblem }: SignalExportOptions): OtlpTarget {
  const url = httpUrlOf(target.url, signal);
  onProblem({
    code: 'SIGHTLINE_EXPORT_PROTOCOL',
    message: `OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which ${signal} are not sent with: they go to ${url.origin}${url.pathname} as http/protobuf.`,
    recovered: false,
  });
  return { ...target, url: url.href, protocol: 'http/protobuf' };
}

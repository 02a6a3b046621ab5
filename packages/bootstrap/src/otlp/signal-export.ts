import type { Resource } from '@opentelemetry/resources';
import type { ExportProblem } from './export-problems.ts';
import { createHttpPost } from './http-post.ts';
import { encodeMessage, keyValues, requestShapes } from './otlp-message.ts';
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
  /** Encodes items of the signal and hands them to the sender. @param count points or records in them */
  enqueue(items: readonly OtlpMessage[], count: number): void;
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
    transport: createHttpTransport(endpoint, target.compression, createHttpPost(target.tls), Date.now),
    timeoutMs: target.timeoutMs,
    maxItems,
    onProblem,
  });
  const fields = FIELDS[signal];

  return {
    sender,
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
        const isJson = target.protocol === 'http/json';
        sender.enqueue({
          items: count,
          body: isJson ? Buffer.from(JSON.stringify(request)) : encodeMessage(requestShapes[signal], request),
          contentType: isJson ? 'application/json' : 'application/x-protobuf',
        });
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

function withoutGrpc({ signal, target, onProblem }: SignalExportOptions): OtlpTarget {
  const url = httpUrlOf(target.url, signal);
  onProblem({
    code: 'SIGHTLINE_EXPORT_PROTOCOL',
    message: `OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which ${signal} are not sent with: they go to ${url.origin}${url.pathname} as http/protobuf.`,
    recovered: false,
  });
  return { ...target, url: url.href, protocol: 'http/protobuf' };
}

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT_CONTEXT, context } from '@opentelemetry/api';
import { ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import { thrownText } from '@sightline/errors';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { hookedFiles } from '../hooks/hooked-files.ts';
import { createEndpoint } from './target.ts';
import type { OtlpTarget } from './target.ts';
import type { ExportTransport } from './transport.ts';
import { judgeError } from './verdict.ts';
import type { FailureReason, Verdict } from './verdict.ts';

/** The package that the service installs when it wants gRPC. */
export const grpcPackage = '@opentelemetry/exporter-trace-otlp-grpc';

/** What the exporter sends with: they come with it. */
const exporterBase = '@opentelemetry/otlp-grpc-exporter-base';
const grpcJs = '@grpc/grpc-js';

/** Spans as an exporter of the SDK takes them. */
export interface SpanPayload {
  readonly items: number;
  readonly spans: readonly ReadableSpan[];
  /** What they take, roughly [bytes]; it bounds what waits. */
  readonly body: { readonly length: number };
}

/** Finds an exporter for gRPC; undefined when there is none. */
export type GrpcExporterLoader = (target: OtlpTarget) => SpanExporter | undefined;

/** Below it nothing is traced: gRPC is instrumented for the service, and an export would make a span that is exported. */
const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

/** The exporter of OpenTelemetry, from the service's own packages; undefined when it, or what it needs, is not there. */
export function loadGrpcExporter(target: OtlpTarget): SpanExporter | undefined {
  const { cache } = createRequire(import.meta.url);
  const before = new Set(Object.keys(cache));
  const exporter = makeExporter(target);
  // gRPC, which comes with it: the service has not loaded it, and so it is not late.
  for (const path of Object.keys(cache)) if (!before.has(path)) hookedFiles().add(path);
  return exporter;
}

function makeExporter(target: OtlpTarget): SpanExporter | undefined {
  // As a folder, which it is for `node .`; from a file, packages are found as well.
  for (const from of [process.argv[1], process.cwd()]) {
    if (from === undefined) continue;
    try {
      const load = createRequire(join(from, 'package.json'));
      const { OTLPTraceExporter } = load(grpcPackage) as {
        OTLPTraceExporter: new (config: object) => SpanExporter;
      };
      const { url, timeoutMs, compression } = target;
      const metadata = metadataOf(target, load.resolve(grpcPackage));
      return new OTLPTraceExporter({ url, timeoutMillis: timeoutMs, compression, metadata });
    } catch {
      // Not there; it may be at the next place.
    }
  }
  return undefined;
}

/** The part of `@grpc/grpc-js` that is used. */
interface Grpc {
  readonly Metadata: new () => { set(name: string, value: string): void };
}

/**
 * Headers as gRPC has them: the exporter itself reads only those of the environment. Undefined without any.
 *
 * @param exporter the file of the exporter
 * @throws when there are headers and gRPC cannot be loaded, or takes no such header
 */
function metadataOf(target: OtlpTarget, exporter: string): object | undefined {
  const { 'user-agent': _, ...headers } = createEndpoint(target).headers;
  const entries = Object.entries(headers);
  if (entries.length === 0) return undefined;
  const metadata = new (grpcOf(exporter).Metadata)();
  for (const [name, value] of entries) metadata.set(name, String(value));
  return metadata;
}

/** The copy that the exporter sends with: gRPC checks metadata by their class. */
function grpcOf(exporter: string): Grpc {
  const sender = createRequire(exporter).resolve(exporterBase);
  return createRequire(sender)(grpcJs) as Grpc;
}

/** Makes an exporter of the SDK one attempt of ours; it repeats what gRPC says may be repeated itself. */
export function createExporterTransport(exporter: SpanExporter): ExportTransport<SpanPayload> {
  return {
    send: ({ spans }, timeoutMs) =>
      new Promise<Verdict>((resolve) => {
        // It has a timeout of its own; one that forgets to call back must not stop exports.
        const timer = setTimeout(() => resolve(judgeError(undefined, true)), timeoutMs * 2);
        timer.unref();
        const done = (result: ExportResult): void => {
          clearTimeout(timer);
          resolve(judgeResult(result));
        };
        try {
          context.with(SUPPRESSED, () => exporter.export([...spans], done));
        } catch (error) {
          clearTimeout(timer);
          resolve(judgeError(error, false));
        }
      }),
    halve({ spans, body }) {
      const middle = Math.ceil(spans.length / 2);
      const halves = spans.length < 2 ? [] : [spans.slice(0, middle), spans.slice(middle)];
      return halves.map((half) => ({
        items: half.length,
        spans: half,
        body: { length: Math.ceil((body.length * half.length) / spans.length) },
      }));
    },
    close() {
      exporter.shutdown().catch(() => undefined);
    },
  };
}

/** Codes of gRPC. Source: https://grpc.io/docs/guides/status-codes/ */
const UNAUTHORIZED: ReadonlySet<unknown> = new Set([7, 16]);
const INVALID: ReadonlySet<unknown> = new Set([3, 5, 12]);
const RESOURCE_EXHAUSTED = 8;
/** What servers say of a message above their limit; the same code stands for a quota that is used up. */
const TOO_LARGE = /larger than max/i;

function judgeResult({ code, error }: ExportResult): Verdict {
  if (code === ExportResultCode.SUCCESS) return { kind: 'stored', rejected: 0, message: '' };
  const status = error !== undefined && 'code' in error ? error.code : undefined;
  const refused = (failure: FailureReason): Verdict => ({
    kind: 'refused',
    failure,
    reason: `gRPC status ${String(status)}${detailsOf(error)}`,
  });
  if (status === RESOURCE_EXHAUSTED && TOO_LARGE.test(thrownText(error))) {
    return { kind: 'too-large', failure: 'rejected', reason: `gRPC status ${RESOURCE_EXHAUSTED}` };
  }
  if (UNAUTHORIZED.has(status)) return refused('unauthorized');
  return INVALID.has(status) ? refused('rejected') : judgeError(error, status === 4);
}

/** What the collector says besides the code; not cleaned yet, and not cut, as half of a secret would not be found. */
function detailsOf(error: Error | undefined): string {
  const details: unknown = error !== undefined && 'details' in error ? error.details : undefined;
  return typeof details === 'string' && details !== '' ? `: ${details}` : '';
}

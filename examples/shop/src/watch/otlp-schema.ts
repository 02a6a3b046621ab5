// The messages as generated from the official schema, which come without their types.
import schema from 'otlp-schema/build/src/generated/root.js';

/** A number of 64 bits. */
type Long = number | { toNumber(): number };

/** One of these; the others are null. */
export interface OtlpValue {
  readonly stringValue: string | null;
  readonly boolValue: boolean | null;
  readonly intValue: Long | null;
  readonly doubleValue: number | null;
  readonly arrayValue: { readonly values: readonly OtlpValue[] } | null;
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue | null;
}

export interface OtlpSpan {
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly parentSpanId: Uint8Array | null;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: Long;
  readonly endTimeUnixNano: Long;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code: number } | null;
}

interface OtlpTraces {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] } | null;
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

interface Messages {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: {
          readonly v1: {
            readonly ExportTraceServiceRequest: { decode(bytes: Uint8Array): OtlpTraces };
          };
        };
      };
    };
  };
}

const { ExportTraceServiceRequest } = (schema as unknown as Messages).opentelemetry.proto.collector.trace.v1;

export function longToNumber(long: Long): number {
  return typeof long === 'number' ? long : long.toNumber();
}

/** @throws when these are not the bytes of an export of traces */
export function decodeTraces(bytes: Uint8Array): OtlpTraces {
  return ExportTraceServiceRequest.decode(bytes);
}

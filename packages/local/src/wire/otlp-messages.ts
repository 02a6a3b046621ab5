/**
 * What `readProtobuf` and `readJson` make of OTLP: every field may be missing. Times are nanoseconds since 1970, ids
 * hexadecimal.
 */

export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: bigint;
  readonly doubleValue?: number;
  readonly bytesValue?: Uint8Array;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}

export interface KeyValue {
  readonly key?: string;
  readonly value?: AnyValue;
}

interface WithAttributes {
  readonly attributes?: readonly KeyValue[];
}

export interface OtlpScope extends WithAttributes {
  readonly name?: string;
  readonly version?: string;
}

export interface OtlpSpan extends WithAttributes {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly traceState?: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: bigint;
  readonly endTimeUnixNano?: bigint;
  readonly events?: readonly (WithAttributes & { readonly timeUnixNano?: bigint; readonly name?: string })[];
  readonly links?: readonly (WithAttributes & {
    readonly traceId?: string;
    readonly spanId?: string;
    readonly traceState?: string;
  })[];
  readonly status?: { readonly message?: string; readonly code?: number };
}

export interface OtlpTraces {
  readonly resourceSpans?: readonly {
    readonly resource?: WithAttributes;
    readonly scopeSpans?: readonly { readonly scope?: OtlpScope; readonly spans?: readonly OtlpSpan[] }[];
  }[];
}

export interface OtlpExemplar {
  readonly timeUnixNano?: bigint;
  readonly asDouble?: number;
  readonly asInt?: bigint;
  readonly spanId?: string;
  readonly traceId?: string;
}

interface Point extends WithAttributes {
  readonly timeUnixNano?: bigint;
  readonly flags?: number;
}

export interface NumberPoint extends Point {
  readonly asDouble?: number;
  readonly asInt?: bigint;
  readonly exemplars?: readonly OtlpExemplar[];
}

export interface HistogramPoint extends Point {
  readonly count?: bigint;
  readonly sum?: number;
  readonly bucketCounts?: readonly bigint[];
  readonly explicitBounds?: readonly number[];
  readonly exemplars?: readonly OtlpExemplar[];
}

export interface ExponentialBuckets {
  readonly offset?: number;
  readonly bucketCounts?: readonly bigint[];
}

export interface ExponentialPoint extends Point {
  readonly count?: bigint;
  readonly sum?: number;
  readonly scale?: number;
  readonly zeroCount?: bigint;
  readonly zeroThreshold?: number;
  readonly positive?: ExponentialBuckets;
  readonly negative?: ExponentialBuckets;
  readonly exemplars?: readonly OtlpExemplar[];
}

export interface SummaryPoint extends Point {
  readonly count?: bigint;
  readonly sum?: number;
  readonly quantileValues?: readonly { readonly quantile?: number; readonly value?: number }[];
}

interface WithTemporality<Each> {
  readonly dataPoints?: readonly Each[];
  /** 1 delta, 2 cumulative. */
  readonly aggregationTemporality?: number;
}

export interface OtlpMetric {
  readonly name?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly gauge?: { readonly dataPoints?: readonly NumberPoint[] };
  readonly sum?: WithTemporality<NumberPoint> & { readonly isMonotonic?: boolean };
  readonly histogram?: WithTemporality<HistogramPoint>;
  readonly exponentialHistogram?: WithTemporality<ExponentialPoint>;
  readonly summary?: { readonly dataPoints?: readonly SummaryPoint[] };
}

export interface OtlpMetrics {
  readonly resourceMetrics?: readonly {
    readonly resource?: WithAttributes;
    readonly scopeMetrics?: readonly {
      readonly scope?: OtlpScope;
      readonly metrics?: readonly OtlpMetric[];
    }[];
  }[];
}

export interface OtlpLogRecord extends WithAttributes {
  readonly timeUnixNano?: bigint;
  readonly observedTimeUnixNano?: bigint;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: AnyValue;
  readonly droppedAttributesCount?: number;
  readonly flags?: number;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly eventName?: string;
}

export interface OtlpLogs {
  readonly resourceLogs?: readonly {
    readonly resource?: WithAttributes;
    readonly scopeLogs?: readonly {
      readonly scope?: OtlpScope;
      readonly logRecords?: readonly OtlpLogRecord[];
    }[];
  }[];
}

/** Bounds of one span. Source: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-limits */
export interface SpanLimits {
  /** `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, else `OTEL_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributeCount: number;
  /** Characters of one string [UTF-16 code units]: `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, else `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`. */
  readonly attributeValueLength: number;
  /** `OTEL_SPAN_EVENT_COUNT_LIMIT`. */
  readonly eventCount: number;
  /** `OTEL_SPAN_LINK_COUNT_LIMIT`. */
  readonly linkCount: number;
  /** `OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributesPerEvent: number;
  /** `OTEL_LINK_ATTRIBUTE_COUNT_LIMIT`. */
  readonly attributesPerLink: number;
}

export const defaultSpanLimits: SpanLimits = {
  attributeCount: 128,
  attributeValueLength: Number.POSITIVE_INFINITY,
  eventCount: 128,
  linkCount: 128,
  attributesPerEvent: 128,
  attributesPerLink: 128,
};

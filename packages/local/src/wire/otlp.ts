import { addFields, messageShape } from './shape.ts';

/**
 * The messages of OTLP 1.10, as far as they are read.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-proto
 */
const anyValue = messageShape({
  stringValue: [1, 'string'],
  boolValue: [2, 'bool'],
  intValue: [3, 'int64'],
  doubleValue: [4, 'double'],
  bytesValue: [7, 'bytes'],
});
const keyValue = messageShape({ key: [1, 'string'], value: [2, anyValue] });
addFields(anyValue, {
  arrayValue: [5, messageShape({ values: [1, [anyValue]] })],
  kvlistValue: [6, messageShape({ values: [1, [keyValue]] })],
});

const resource = messageShape({ attributes: [1, [keyValue]] });
const scope = messageShape({ name: [1, 'string'], version: [2, 'string'], attributes: [3, [keyValue]] });

const spanEvent = messageShape({
  timeUnixNano: [1, 'fixed64'],
  name: [2, 'string'],
  attributes: [3, [keyValue]],
});
const spanLink = messageShape({
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'string'],
  attributes: [4, [keyValue]],
});
/** What exports have many of; they are read one at a time. */
export const span = messageShape({
  traceId: [1, 'id'],
  spanId: [2, 'id'],
  traceState: [3, 'string'],
  parentSpanId: [4, 'id'],
  name: [5, 'string'],
  kind: [6, 'enum'],
  startTimeUnixNano: [7, 'fixed64'],
  endTimeUnixNano: [8, 'fixed64'],
  attributes: [9, [keyValue]],
  events: [11, [spanEvent]],
  links: [13, [spanLink]],
  status: [15, messageShape({ message: [2, 'string'], code: [3, 'enum'] })],
});

const exemplar = messageShape({
  timeUnixNano: [2, 'fixed64'],
  asDouble: [3, 'double'],
  spanId: [4, 'id'],
  traceId: [5, 'id'],
  asInt: [6, 'sfixed64'],
});
const numberPoint = messageShape({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  asDouble: [4, 'double'],
  exemplars: [5, [exemplar]],
  asInt: [6, 'sfixed64'],
  attributes: [7, [keyValue]],
  flags: [8, 'uint32'],
});
const histogramPoint = messageShape({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  bucketCounts: [6, ['fixed64']],
  explicitBounds: [7, ['double']],
  exemplars: [8, [exemplar]],
  attributes: [9, [keyValue]],
  flags: [10, 'uint32'],
});
const exponentialBuckets = messageShape({ offset: [1, 'sint32'], bucketCounts: [2, ['uint64']] });
const exponentialPoint = messageShape({
  attributes: [1, [keyValue]],
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  scale: [6, 'sint32'],
  zeroCount: [7, 'fixed64'],
  positive: [8, exponentialBuckets],
  negative: [9, exponentialBuckets],
  flags: [10, 'uint32'],
  exemplars: [11, [exemplar]],
  zeroThreshold: [14, 'double'],
});
const quantile = messageShape({ quantile: [1, 'double'], value: [2, 'double'] });
const summaryPoint = messageShape({
  startTimeUnixNano: [2, 'fixed64'],
  timeUnixNano: [3, 'fixed64'],
  count: [4, 'fixed64'],
  sum: [5, 'double'],
  quantileValues: [6, [quantile]],
  attributes: [7, [keyValue]],
  flags: [8, 'uint32'],
});
export const metric = messageShape({
  name: [1, 'string'],
  description: [2, 'string'],
  unit: [3, 'string'],
  gauge: [5, messageShape({ dataPoints: [1, [numberPoint]] })],
  sum: [
    7,
    messageShape({
      dataPoints: [1, [numberPoint]],
      aggregationTemporality: [2, 'enum'],
      isMonotonic: [3, 'bool'],
    }),
  ],
  histogram: [9, messageShape({ dataPoints: [1, [histogramPoint]], aggregationTemporality: [2, 'enum'] })],
  exponentialHistogram: [
    10,
    messageShape({ dataPoints: [1, [exponentialPoint]], aggregationTemporality: [2, 'enum'] }),
  ],
  summary: [11, messageShape({ dataPoints: [1, [summaryPoint]] })],
});

export const logRecord = messageShape({
  timeUnixNano: [1, 'fixed64'],
  severityNumber: [2, 'enum'],
  severityText: [3, 'string'],
  body: [5, anyValue],
  attributes: [6, [keyValue]],
  droppedAttributesCount: [7, 'uint32'],
  flags: [8, 'fixed32'],
  traceId: [9, 'id'],
  spanId: [10, 'id'],
  observedTimeUnixNano: [11, 'fixed64'],
  eventName: [12, 'string'],
});

const resourceSpans = messageShape({
  resource: [1, resource],
  scopeSpans: [2, [messageShape({ scope: [1, scope], spans: [2, [span]] })]],
});

/** A trace, and an export of spans, which has the same fields. */
export const traceData = messageShape({ resourceSpans: [1, [resourceSpans]] });
/** Tempo's answer of its second version. Source: grafana/tempo, pkg/tempopb/tempo.proto */
export const traceByIdResponse = messageShape({ trace: [1, traceData] });

export const metricsRequest = messageShape({
  resourceMetrics: [
    1,
    [
      messageShape({
        resource: [1, resource],
        scopeMetrics: [2, [messageShape({ scope: [1, scope], metrics: [2, [metric]] })]],
      }),
    ],
  ],
});

export const logsRequest = messageShape({
  resourceLogs: [
    1,
    [
      messageShape({
        resource: [1, resource],
        scopeLogs: [2, [messageShape({ scope: [1, scope], logRecords: [2, [logRecord]] })]],
      }),
    ],
  ],
});

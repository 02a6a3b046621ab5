import type { Labels } from '@sightline/query';
import type { AttributeValue, Attributes } from '@sightline/query/traceql';
import type { OtlpLogRecord, OtlpLogs, OtlpScope } from '../../wire/otlp-messages.ts';
import { readNow } from '../../wire/read-protobuf.ts';
import type { LogSink } from '../log-sink.ts';
import { attributeText, attributeValue, attributesOf } from './attributes.ts';
import { attributeLabels, labelName } from './resource-labels.ts';

/** Resource attributes that are labels of the stream; the others go with each line. DESIGN: few labels, few streams. */
const STREAM_ATTRIBUTES = ['service.name', 'service.namespace', 'deployment.environment.name'] as const;

/** Levels by the first number of each. Source: https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const LEVELS = [
  [21, 'fatal'],
  [17, 'error'],
  [13, 'warn'],
  [9, 'info'],
  [5, 'debug'],
  [1, 'trace'],
] as const;

/**
 * Hands on the records of an export, one a step: the body is the line, resource, scope and attributes are structured metadata.
 *
 * @param nowNs asked for a record without any time
 */
export function* readLogs(request: OtlpLogs, sink: LogSink, nowNs: () => bigint): Generator<undefined, void> {
  for (const { resource, scopeLogs } of request.resourceLogs ?? []) {
    const attributes = attributesOf(resource?.attributes);
    const streams = new Map<string | undefined, Labels>();
    const labels = streamLabels(attributes);
    const ofResource = attributeLabels(
      flattened(
        new Map([...attributes].filter(([key]) => !(STREAM_ATTRIBUTES as readonly string[]).includes(key))),
      ),
    );
    for (const { scope, logRecords } of scopeLogs ?? []) {
      const shared = { ...ofResource, ...scopeMetadata(scope) };
      for (const each of logRecords ?? []) {
        const record = readNow(each);
        const level = levelOf(record);
        let stream = streams.get(level);
        if (stream === undefined)
          streams.set(level, (stream = level === undefined ? labels : { ...labels, level }));
        sink.entry(stream, {
          timeNs: record.timeUnixNano || record.observedTimeUnixNano || nowNs(),
          line: lineOf(record),
          metadata: { ...shared, ...metadataOf(record) },
        });
        yield;
      }
    }
  }
}

function streamLabels(attributes: Attributes): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const key of STREAM_ATTRIBUTES) {
    const value = attributes.get(key);
    if (value !== undefined) labels[labelName(key)] = attributeText(value);
  }
  labels['service_name'] ??= 'unknown_service';
  return labels;
}

/** As Loki has it: the attributes as they are, the name and the version under their own names. */
function scopeMetadata(scope: OtlpScope | undefined): Record<string, string> {
  const metadata = attributeLabels(flattened(attributesOf(scope?.attributes)));
  if (scope?.name !== undefined && scope.name !== '') metadata['scope_name'] = scope.name;
  if (scope?.version !== undefined && scope.version !== '') metadata['scope_version'] = scope.version;
  return metadata;
}

function levelOf({ severityNumber = 0, severityText }: OtlpLogRecord): string | undefined {
  const known = LEVELS.find(([from]) => severityNumber >= from)?.[1];
  return (
    known ?? (severityText === undefined || severityText === '' ? undefined : severityText.toLowerCase())
  );
}

function lineOf({ body, eventName }: OtlpLogRecord): string {
  const value: AttributeValue | undefined = body === undefined ? undefined : attributeValue(body);
  return value === undefined ? (eventName ?? '') : attributeText(value);
}

/** A map within is one attribute for each of its own, as in Loki: `fingerprint` of `err` is `err_fingerprint`. */
function flattened(
  attributes: Attributes,
  prefix = '',
  into = new Map<string, AttributeValue>(),
): Attributes {
  for (const [key, value] of attributes) {
    if (isMap(value)) flattened(new Map(Object.entries(value)), `${prefix}${key}_`, into);
    else into.set(prefix + key, value);
  }
  return into;
}

function isMap(value: AttributeValue): value is { readonly [key: string]: AttributeValue } {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function metadataOf(record: OtlpLogRecord): Record<string, string> {
  const metadata = attributeLabels(flattened(attributesOf(record.attributes)));
  if (record.traceId !== undefined && record.traceId !== '') metadata['trace_id'] = record.traceId;
  if (record.spanId !== undefined && record.spanId !== '') metadata['span_id'] = record.spanId;
  if (record.eventName !== undefined && record.eventName !== '') metadata['event_name'] = record.eventName;
  if (record.severityText !== undefined && record.severityText !== '')
    metadata['severity_text'] = record.severityText;
  if (record.severityNumber) metadata['severity_number'] = String(record.severityNumber);
  if (record.droppedAttributesCount)
    metadata['dropped_attributes_count'] = String(record.droppedAttributesCount);
  if (record.flags) metadata['flags'] = String(record.flags);
  return metadata;
}

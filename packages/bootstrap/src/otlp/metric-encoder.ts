import type { FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import { writeAttribute } from './attribute-writer.ts';
import type { ByteWriter } from './byte-writer.ts';
import { otlpExemplar } from './exemplar-ids.ts';
import { CUMULATIVE, OVERFLOW_KEY, PROCESS_START_MS, attributeKeysOf, otelNameOf } from './metric-names.ts';

/** Field numbers, shifted, with their wire types. Source: opentelemetry/proto/metrics/v1/metrics.proto */
const METRIC_IN_SCOPE = 0x12;
const NAME = 0x0a;
const DESCRIPTION = 0x12;
const UNIT = 0x1a;
const GAUGE = 0x2a;
const SUM = 0x3a;
const HISTOGRAM = 0x4a;
const SUMMARY = 0x5a;
const POINT = 0x0a;
const TEMPORALITY = 0x10;
const MONOTONIC = 0x18;
/** Of every point. */
const START_TIME = 0x11;
const TIME = 0x19;
/** Of a point of a sum or a gauge. */
const AS_DOUBLE = 0x21;
const NUMBER_EXEMPLAR = 0x2a;
const NUMBER_ATTRIBUTE = 0x3a;
/** Of a point of a histogram; the first two of one of a summary as well. */
const COUNT = 0x21;
const TOTAL = 0x29;
const BUCKET_COUNTS = 0x32;
const BOUNDS = 0x3a;
const HISTOGRAM_EXEMPLAR = 0x42;
const HISTOGRAM_ATTRIBUTE = 0x4a;
/** Of a point of a summary. */
const QUANTILE_VALUE = 0x32;
const SUMMARY_ATTRIBUTE = 0x3a;
const QUANTILE = 0x09;
const VALUE = 0x11;
/** Of an exemplar. */
const EXEMPLAR_TIME = 0x11;
const EXEMPLAR_DOUBLE = 0x19;
const EXEMPLAR_SPAN_ID = 0x22;
const EXEMPLAR_TRACE_ID = 0x2a;

/** Values of one label whose bytes are copied; others are written anew. */
const MAX_KNOWN_VALUES = 200;

const TWO_POW_32 = 4_294_967_296;
/** What comes to be near to that takes no move of the bytes: a metric, the points of it, a point, an exemplar [bytes]. */
const USUAL_METRIC_BYTES = 20_000;
const USUAL_POINT_BYTES = 130;
const USUAL_EXEMPLAR_BYTES = 44;

/**
 * Writes a metric as a field of `ScopeMetrics`; `metricOf` makes the same in JSON. By hand, as there may be ten thousand points
 * every few seconds: through a description of the messages a push takes twice as long.
 *
 * @param series those that are in it
 * @param timeMs when it was read [ms since 1970]
 */
export function writeMetric(
  writer: ByteWriter,
  { definition }: Pick<FamilySnapshot, 'definition'>,
  series: readonly SeriesSnapshot[],
  timeMs: number,
): void {
  const { type, help, unit } = definition;
  writer.byte(METRIC_IN_SCOPE);
  const metricAt = writer.begin(USUAL_METRIC_BYTES);
  writer.byte(NAME);
  writer.string(otelNameOf(definition));
  writer.byte(DESCRIPTION);
  writer.string(help);
  writer.byte(UNIT);
  writer.string(unit);
  const field = fieldOf(definition);
  writer.byte(field);
  const dataAt = writer.begin(USUAL_METRIC_BYTES);
  if (field === SUM || field === HISTOGRAM) {
    writer.byte(TEMPORALITY);
    writer.byte(CUMULATIVE);
  }
  if (type === 'counter') {
    writer.byte(MONOTONIC);
    writer.byte(1);
  }
  writePoints(writer, definition, series, timeMs);
  writer.end(dataAt, USUAL_METRIC_BYTES);
  writer.end(metricAt, USUAL_METRIC_BYTES);
}

function fieldOf({ type, otel }: FamilyDefinition): number {
  if (type === 'histogram') return HISTOGRAM;
  if (type === 'summary') return SUMMARY;
  return type === 'counter' || otel?.isSum === true ? SUM : GAUGE;
}

function writePoints(
  writer: ByteWriter,
  definition: FamilyDefinition,
  series: readonly SeriesSnapshot[],
  timeMs: number,
): void {
  const { type, boundaries = [] } = definition;
  const labels = createLabelWriter(attributeKeysOf(definition));
  // The series of a metric are much alike: each has about the size of the one before it.
  let expected = USUAL_POINT_BYTES;
  for (const each of series) {
    writer.byte(POINT);
    const at = writer.begin(expected);
    writer.byte(START_TIME);
    writer.timeNanos(each.startTimeMs ?? PROCESS_START_MS);
    writer.byte(TIME);
    writer.timeNanos(timeMs);
    if (type === 'histogram') {
      writeHistogram(writer, each, boundaries);
      labels(writer, HISTOGRAM_ATTRIBUTE, each);
    } else if (type === 'summary') {
      writeSummary(writer, each);
      labels(writer, SUMMARY_ATTRIBUTE, each);
    } else {
      writer.byte(AS_DOUBLE);
      writer.double(each.value ?? 0);
      if (type === 'counter') writeExemplar(writer, NUMBER_EXEMPLAR, each.exemplar);
      labels(writer, NUMBER_ATTRIBUTE, each);
    }
    const length = writer.pos - at;
    writer.end(at, expected);
    expected = length;
  }
}

/**
 * Writes the labels of the series of one metric, all under the same tag. Most of their values are those of other series as well:
 * they are copied, for pushes are too seldom for the code that writes texts to become fast.
 */
function createLabelWriter(
  keys: readonly string[],
): (writer: ByteWriter, tag: number, series: SeriesSnapshot) => void {
  const known = keys.map((key) => ({ key, attributes: new Map<string, Uint8Array>() }));

  return (writer, tag, { labelValues, overflow }) => {
    if (overflow === true) {
      writeAttribute(writer, tag, OVERFLOW_KEY, true);
      return;
    }
    let index = 0;
    for (const { key, attributes } of known) {
      const value = labelValues[index++];
      if (value === undefined) continue;
      const bytes = attributes.get(value);
      if (bytes !== undefined) {
        writer.raw(bytes);
        continue;
      }
      const start = writer.pos;
      writeAttribute(writer, tag, key, value);
      if (attributes.size < MAX_KNOWN_VALUES)
        attributes.set(value, Buffer.from(writer.bytes.subarray(start, writer.pos)));
    }
  };
}

function writeHistogram(
  writer: ByteWriter,
  { histogram }: SeriesSnapshot,
  boundaries: readonly number[],
): void {
  const bucketCount = histogram?.counts.length ?? boundaries.length + 1;
  let count = 0;
  writer.byte(BUCKET_COUNTS);
  writer.varint(bucketCount * 8);
  for (let at = 0; at < bucketCount; at++) {
    const inBucket = histogram?.counts[at] ?? 0;
    count += inBucket;
    writeInteger(writer, inBucket);
  }
  writer.byte(COUNT);
  writeInteger(writer, count);
  writer.byte(TOTAL);
  writer.double(histogram?.sum ?? 0);
  writer.byte(BOUNDS);
  writer.varint(boundaries.length * 8);
  for (const boundary of boundaries) writer.double(boundary);
  for (const exemplar of histogram?.exemplars ?? []) writeExemplar(writer, HISTOGRAM_EXEMPLAR, exemplar);
}

function writeSummary(writer: ByteWriter, { summary }: SeriesSnapshot): void {
  writer.byte(COUNT);
  writeInteger(writer, summary?.count ?? 0);
  writer.byte(TOTAL);
  writer.double(summary?.sum ?? 0);
  for (const [quantile, value] of Object.entries(summary?.quantiles ?? {})) {
    writer.byte(QUANTILE_VALUE);
    // Two doubles with their tags.
    writer.byte(18);
    writer.byte(QUANTILE);
    writer.double(Number(quantile));
    writer.byte(VALUE);
    writer.double(value);
  }
}

function writeExemplar(writer: ByteWriter, tag: number, given: SeriesSnapshot['exemplar']): void {
  const exemplar = otlpExemplar(given);
  if (exemplar === undefined) return;
  const { value, timeMs, traceId, spanId } = exemplar;
  writer.byte(tag);
  const at = writer.begin(USUAL_EXEMPLAR_BYTES);
  writer.byte(EXEMPLAR_TIME);
  writer.timeNanos(timeMs);
  writer.byte(EXEMPLAR_DOUBLE);
  writer.double(value);
  writer.byte(EXEMPLAR_SPAN_ID);
  writer.varint(spanId.length >>> 1);
  writer.hex(spanId);
  writer.byte(EXEMPLAR_TRACE_ID);
  writer.varint(traceId.length >>> 1);
  writer.hex(traceId);
  writer.end(at, USUAL_EXEMPLAR_BYTES);
}

/** A fixed64 of an integer from 0 to 2⁵³. */
function writeInteger(writer: ByteWriter, value: number): void {
  writer.fixed32(value % TWO_POW_32);
  writer.fixed32(Math.floor(value / TWO_POW_32));
}

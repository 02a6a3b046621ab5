import type { FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import { otlpExemplar } from './exemplar-ids.ts';
import { CUMULATIVE, OVERFLOW_KEY, PROCESS_START_MS, attributeKeysOf, otelNameOf } from './metric-names.ts';
import { doubleValue, nanosText } from './otlp-message.ts';
import type { OtlpMessage } from './otlp-message.ts';

/**
 * A metric as OTLP/JSON has it; `writeMetric` writes the same as protobuf.
 *
 * @param series those that are in it
 * @param timeMs when it was read [ms since 1970]
 */
export function metricOf(
  { definition }: Pick<FamilySnapshot, 'definition'>,
  series: readonly SeriesSnapshot[],
  timeMs: number,
): OtlpMessage {
  const head = { name: otelNameOf(definition), description: definition.help, unit: definition.unit };
  const attributeKeys = attributeKeysOf(definition);
  const timeUnixNano = nanosText(timeMs);
  const common = (each: SeriesSnapshot): OtlpMessage => ({
    attributes: each.overflow === true ? OVERFLOW : attributesOf(attributeKeys, each.labelValues),
    startTimeUnixNano: nanosText(each.startTimeMs ?? PROCESS_START_MS),
    timeUnixNano,
  });

  switch (definition.type) {
    case 'histogram':
      return {
        ...head,
        histogram: {
          aggregationTemporality: CUMULATIVE,
          dataPoints: series.map((each) => ({
            ...common(each),
            ...histogramOf(each, definition.boundaries ?? []),
          })),
        },
      };
    case 'summary':
      return {
        ...head,
        summary: { dataPoints: series.map((each) => ({ ...common(each), ...summaryOf(each) })) },
      };
    case 'counter':
      return {
        ...head,
        sum: {
          aggregationTemporality: CUMULATIVE,
          isMonotonic: true,
          dataPoints: series.map((each) => ({
            ...common(each),
            asDouble: doubleValue(each.value ?? 0),
            ...exemplarsOf([each.exemplar]),
          })),
        },
      };
    default: {
      const dataPoints = series.map((each) => ({ ...common(each), asDouble: doubleValue(each.value ?? 0) }));
      return definition.otel?.isSum === true
        ? { ...head, sum: { aggregationTemporality: CUMULATIVE, dataPoints } }
        : { ...head, gauge: { dataPoints } };
    }
  }
}

const OVERFLOW: readonly OtlpMessage[] = [{ key: OVERFLOW_KEY, value: { boolValue: true } }];

function attributesOf(keys: readonly string[], values: SeriesSnapshot['labelValues']): OtlpMessage[] {
  const attributes: OtlpMessage[] = [];
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) attributes.push({ key, value: { stringValue: value } });
  }
  return attributes;
}

function histogramOf({ histogram }: SeriesSnapshot, boundaries: readonly number[]): OtlpMessage {
  const counts = histogram?.counts ?? boundaries.concat(0).map(() => 0);
  return {
    count: String(counts.reduce((sum, count) => sum + count, 0)),
    sum: doubleValue(histogram?.sum ?? 0),
    bucketCounts: counts.map(String),
    explicitBounds: boundaries,
    ...exemplarsOf(histogram?.exemplars ?? []),
  };
}

function summaryOf({ summary }: SeriesSnapshot): OtlpMessage {
  return {
    count: String(summary?.count ?? 0),
    sum: doubleValue(summary?.sum ?? 0),
    quantileValues: Object.entries(summary?.quantiles ?? {}).map(([quantile, value]) => ({
      quantile: Number(quantile),
      value: doubleValue(value),
    })),
  };
}

function exemplarsOf(all: readonly SeriesSnapshot['exemplar'][]): OtlpMessage {
  const exemplars = all.flatMap((each) => otlpExemplar(each) ?? []);
  return exemplars.length === 0 ? {} : { exemplars: exemplars.map(exemplarOf) };
}

function exemplarOf({
  value,
  timeMs,
  traceId,
  spanId,
}: NonNullable<SeriesSnapshot['exemplar']>): OtlpMessage {
  return { timeUnixNano: nanosText(timeMs), asDouble: doubleValue(value), spanId, traceId };
}

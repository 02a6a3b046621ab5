import type { Labels } from '@sightline/query';
import { readProtobuf } from '../../wire/read-protobuf.ts';
import { messageShape } from '../../wire/shape.ts';
import { uncompressSnappy } from '../../wire/snappy.ts';
import type { Exemplar, MetricType, SampleSink } from '../samples.ts';
import { isStaleBits } from './stale-bits.ts';
import { type WrittenHistogram, histogramShape, readHistogram } from './written-histogram.ts';

/** Prometheus's remote write 1.0. Source: prometheus/prometheus, prompb/remote.proto and types.proto */
const label = messageShape({ name: [1, 'string'], value: [2, 'string'] });
const writeRequest = messageShape({
  timeseries: [
    1,
    [
      messageShape({
        labels: [1, [label]],
        // The value as its bits: a stale marker is a NaN like any other once it is a number.
        samples: [2, [messageShape({ value: [1, 'fixed64'], timestamp: [2, 'int64'] })]],
        exemplars: [
          3,
          [messageShape({ labels: [1, [label]], value: [2, 'double'], timestamp: [3, 'int64'] })],
        ],
        histograms: [4, [histogramShape]],
      }),
    ],
  ],
  metadata: [
    3,
    [
      messageShape({
        type: [1, 'enum'],
        metricFamilyName: [2, 'string'],
        help: [4, 'string'],
        unit: [5, 'string'],
      }),
    ],
  ],
});

interface Label {
  readonly name?: string;
  readonly value?: string;
}

interface WriteRequest {
  readonly timeseries?: readonly {
    readonly labels?: readonly Label[];
    readonly samples?: readonly { readonly value?: bigint; readonly timestamp?: bigint }[];
    readonly exemplars?: readonly {
      readonly labels?: readonly Label[];
      readonly value?: number;
      readonly timestamp?: bigint;
    }[];
    readonly histograms?: readonly WrittenHistogram[];
  }[];
  readonly metadata?: readonly {
    readonly type?: number;
    readonly metricFamilyName?: string;
    readonly help?: string;
    readonly unit?: string;
  }[];
}

/** By their numbers; gauge histograms and info are told apart nowhere else here. */
const types: readonly MetricType[] = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'unknown',
  'summary',
  'info',
  'stateset',
];

const bits = new BigUint64Array(1);
const float = new Float64Array(bits.buffer);

/**
 * Reads a request of remote write, compressed by snappy.
 *
 * @throws {WireError} with nothing handed on when it cannot be read
 */
export function readWrite(bytes: Uint8Array, maxBytes: number, sink: SampleSink): void {
  const request = readProtobuf(writeRequest, uncompressSnappy(bytes, maxBytes)) as WriteRequest;
  for (const { type, metricFamilyName, help, unit } of request.metadata ?? []) {
    sink.metadata(metricFamilyName ?? '', {
      type: types[type ?? 0] ?? 'unknown',
      help: help ?? '',
      unit: unit ?? '',
    });
  }
  for (const { labels, samples, exemplars, histograms } of request.timeseries ?? []) {
    const named = labelsOf(labels);
    const given = (exemplars ?? []).map((each): Exemplar => ({
      labels: labelsOf(each.labels),
      value: each.value ?? 0,
      timeMs: Number(each.timestamp ?? 0n),
    }));
    for (const [at, { value, timestamp }] of (samples ?? []).entries()) {
      sink.sample(named, Number(timestamp ?? 0n), numberOf(value ?? 0n), at === 0 ? given : undefined);
    }
    for (const [at, histogram] of (histograms ?? []).entries()) {
      const own = at === 0 && samples === undefined ? given : undefined;
      sink.sample(named, Number(histogram.timestamp ?? 0n), readHistogram(histogram), own);
    }
  }
}

function numberOf(value: bigint): number | undefined {
  if (isStaleBits(value)) return undefined;
  bits[0] = value;
  return float[0] ?? 0;
}

function labelsOf(labels: readonly Label[] | undefined): Labels {
  const result: Record<string, string> = {};
  for (const { name, value } of labels ?? []) if (name !== undefined) result[name] = value ?? '';
  return result;
}

import { type Labels, setLabel } from '@sightline/query';
import { readNow, readProtobufInSteps } from '../../wire/read-protobuf.ts';
import { messageShape } from '../../wire/shape.ts';
import { uncompressSnappy } from '../../wire/snappy.ts';
import type { Exemplar } from '../samples.ts';
import { metricTypes } from './metric-types.ts';
import { type WrittenHistogram, histogramShape } from './written-histogram.ts';
import { type AnsweringSink, type Written, handOn } from './written-series.ts';

/** Prometheus's remote write 1.0. Source: prometheus/prometheus, prompb/remote.proto and types.proto */
const label = messageShape({ name: [1, 'string'], value: [2, 'string'] });
const seriesShape = messageShape({
  labels: [1, [label]],
  // The value as its bits: a stale marker is a NaN like any other once it is a number.
  samples: [2, [messageShape({ value: [1, 'fixed64'], timestamp: [2, 'int64'] })]],
  exemplars: [3, [messageShape({ labels: [1, [label]], value: [2, 'double'], timestamp: [3, 'int64'] })]],
  histograms: [4, [histogramShape]],
});
const writeRequest = messageShape({
  timeseries: [1, [seriesShape]],
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

/**
 * Reads a request of remote write 1.0, compressed by snappy, a series a step.
 *
 * @throws {WireError} with nothing handed on when it cannot be read
 */
export function* readWrite(
  bytes: Uint8Array,
  maxBytes: number,
  sink: AnsweringSink,
): Generator<undefined, Written> {
  const uncompressed = uncompressSnappy(bytes, maxBytes);
  const request = (yield* readProtobufInSteps(writeRequest, uncompressed, seriesShape)) as WriteRequest;
  const written: Written = { samples: 0, histograms: 0, exemplars: 0, refused: {} };
  for (const { type, metricFamilyName, help, unit } of request.metadata ?? []) {
    sink.metadata(metricFamilyName ?? '', {
      type: metricTypes[type ?? 0] ?? 'unknown',
      help: help ?? '',
      unit: unit ?? '',
    });
  }
  for (const each of request.timeseries ?? []) {
    const { labels, samples, exemplars, histograms } = readNow(each);
    const given = (exemplars ?? []).map((exemplar): Exemplar => ({
      labels: labelsOf(exemplar.labels),
      value: exemplar.value ?? 0,
      timeMs: Number(exemplar.timestamp ?? 0n),
    }));
    handOn({ labels: labelsOf(labels), samples, histograms, exemplars: given }, sink, written);
    yield;
  }
  return written;
}

function labelsOf(labels: readonly Label[] | undefined): Labels {
  const result: Record<string, string> = {};
  for (const { name, value } of labels ?? []) if (name !== undefined) setLabel(result, name, value ?? '');
  return result;
}

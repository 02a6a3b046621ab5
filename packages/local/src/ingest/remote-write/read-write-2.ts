import type { Labels } from '@sightline/query';
import { readNow, readProtobufInSteps } from '../../wire/read-protobuf.ts';
import { messageShape } from '../../wire/shape.ts';
import { uncompressSnappy } from '../../wire/snappy.ts';
import { WireError } from '../../wire/wire-error.ts';
import { metricTypes } from './metric-types.ts';
import { type WrittenHistogram, histogramShape } from './written-histogram.ts';
import { type AnsweringSink, type Written, handOn } from './written-series.ts';

/** Prometheus's remote write 2.0: texts stand once in a list. Source: prometheus/prometheus, prompb/io/prometheus/write/v2/types.proto */
const seriesShape = messageShape({
  labelsRefs: [1, ['uint32']],
  // The value as its bits: a stale marker is a NaN like any other once it is a number.
  samples: [2, [messageShape({ value: [1, 'fixed64'], timestamp: [2, 'int64'] })]],
  histograms: [3, [histogramShape]],
  exemplars: [
    4,
    [messageShape({ labelsRefs: [1, ['uint32']], value: [2, 'double'], timestamp: [3, 'int64'] })],
  ],
  metadata: [5, messageShape({ type: [1, 'enum'], helpRef: [3, 'uint32'], unitRef: [4, 'uint32'] })],
});
const writeRequest = messageShape({ symbols: [4, ['string']], timeseries: [5, [seriesShape]] });

interface WriteRequest {
  readonly symbols?: readonly string[];
  readonly timeseries?: readonly {
    readonly labelsRefs?: readonly number[];
    readonly samples?: readonly { readonly value?: bigint; readonly timestamp?: bigint }[];
    readonly histograms?: readonly WrittenHistogram[];
    readonly exemplars?: readonly {
      readonly labelsRefs?: readonly number[];
      readonly value?: number;
      readonly timestamp?: bigint;
    }[];
    readonly metadata?: { readonly type?: number; readonly helpRef?: number; readonly unitRef?: number };
  }[];
}

const SUFFIX = /_(?:total|bucket|sum|count)$/;

/**
 * Reads a request of remote write 2.0, compressed by snappy, a series a step.
 *
 * @throws {WireError} when it cannot be read; the series before one that names a text which is not there are handed on
 */
export function* readWrite2(
  bytes: Uint8Array,
  maxBytes: number,
  sink: AnsweringSink,
): Generator<undefined, Written> {
  const { symbols = [], timeseries = [] } = (yield* readProtobufInSteps(
    writeRequest,
    uncompressSnappy(bytes, maxBytes),
    seriesShape,
  )) as WriteRequest;
  if (symbols[0] !== undefined && symbols[0] !== '')
    throw new WireError('symbols: the first of them has to be empty');
  const written: Written = { samples: 0, histograms: 0, exemplars: 0, refused: {} };
  const symbol = (ref: number): string => {
    const text = symbols[ref];
    if (text === undefined && ref !== 0) throw new WireError(`symbols: there is no ${ref}`);
    return text ?? '';
  };
  const labelsOf = (refs: readonly number[] = []): Labels => {
    if (refs.length % 2 !== 0) throw new WireError('labelsRefs: a name without a value');
    return Object.fromEntries(
      Array.from({ length: refs.length / 2 }, (_, at) => [symbol(refs[2 * at]!), symbol(refs[2 * at + 1]!)]),
    );
  };
  for (const each of timeseries) {
    const { labelsRefs, samples, histograms, exemplars, metadata } = readNow(each);
    const labels = labelsOf(labelsRefs);
    if (metadata !== undefined) {
      const type = metricTypes[metadata.type ?? 0] ?? 'unknown';
      const name = labels['__name__'] ?? '';
      sink.metadata(type === 'gauge' || type === 'unknown' ? name : name.replace(SUFFIX, ''), {
        type,
        help: symbol(metadata.helpRef ?? 0),
        unit: symbol(metadata.unitRef ?? 0),
      });
    }
    const given = (exemplars ?? []).map((exemplar) => ({
      labels: labelsOf(exemplar.labelsRefs),
      value: exemplar.value ?? 0,
      timeMs: Number(exemplar.timestamp ?? 0n),
    }));
    handOn({ labels, samples, histograms, exemplars: given }, sink, written);
    yield;
  }
  return written;
}

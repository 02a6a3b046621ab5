import type { BucketSpan, FloatHistogram } from '@sightline/query/promql';
import { messageShape } from '../../wire/shape.ts';
import { isStaleBits } from './stale-bits.ts';

const span = messageShape({ offset: [1, 'sint32'], length: [2, 'uint32'] });

/** Source: prometheus/prometheus, prompb/types.proto */
export const histogramShape = messageShape({
  countInt: [1, 'uint64'],
  countFloat: [2, 'double'],
  sum: [3, 'fixed64'],
  schema: [4, 'sint32'],
  zeroThreshold: [5, 'double'],
  zeroCountInt: [6, 'uint64'],
  zeroCountFloat: [7, 'double'],
  negativeSpans: [8, [span]],
  negativeDeltas: [9, ['sint64']],
  negativeCounts: [10, ['double']],
  positiveSpans: [11, [span]],
  positiveDeltas: [12, ['sint64']],
  positiveCounts: [13, ['double']],
  resetHint: [14, 'enum'],
  timestamp: [15, 'int64'],
  customValues: [16, ['double']],
});

interface WrittenSpan {
  readonly offset?: number;
  readonly length?: number;
}

export interface WrittenHistogram {
  readonly countInt?: bigint;
  readonly countFloat?: number;
  /** Its bits, as a stale histogram is one whose sum is the marker. */
  readonly sum?: bigint;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCountInt?: bigint;
  readonly zeroCountFloat?: number;
  readonly negativeSpans?: readonly WrittenSpan[];
  readonly negativeDeltas?: readonly bigint[];
  readonly negativeCounts?: readonly number[];
  readonly positiveSpans?: readonly WrittenSpan[];
  readonly positiveDeltas?: readonly bigint[];
  readonly positiveCounts?: readonly number[];
  readonly resetHint?: number;
  readonly timestamp?: bigint;
  readonly customValues?: readonly number[];
}

const resets = ['unknown', 'reset', 'not-reset', 'gauge'] as const;

const bits = new BigUint64Array(1);
const float = new Float64Array(bits.buffer);

/** As the engine computes with it; undefined where it is the stale marker. */
export function readHistogram(written: WrittenHistogram): FloatHistogram | undefined {
  if (isStaleBits(written.sum ?? 0n)) return undefined;
  bits[0] = written.sum ?? 0n;
  return {
    schema: written.schema ?? 0,
    count: written.countFloat ?? Number(written.countInt ?? 0n),
    sum: float[0]!,
    zeroThreshold: written.zeroThreshold ?? 0,
    zeroCount: written.zeroCountFloat ?? Number(written.zeroCountInt ?? 0n),
    positiveSpans: spansOf(written.positiveSpans),
    positiveBuckets: bucketsOf(written.positiveCounts, written.positiveDeltas),
    negativeSpans: spansOf(written.negativeSpans),
    negativeBuckets: bucketsOf(written.negativeCounts, written.negativeDeltas),
    customValues: Float64Array.from(written.customValues ?? []),
    counterReset: resets[written.resetHint ?? 0] ?? 'unknown',
  };
}

/**
 * Why spans and buckets do not fit together, in the words of Prometheus; undefined where they do. Spans of buckets that are
 * not there cost nothing to send, and whoever reads them would make room for all.
 */
export function histogramProblem({
  positiveSpans,
  positiveBuckets,
  negativeSpans,
  negativeBuckets,
}: FloatHistogram): string | undefined {
  return (
    sideProblem('positive', positiveSpans, positiveBuckets.length) ??
    sideProblem('negative', negativeSpans, negativeBuckets.length)
  );
}

function sideProblem(side: string, spans: readonly BucketSpan[], have: number): string | undefined {
  const backwards = spans.findIndex(({ offset }, at) => at > 0 && offset < 0);
  if (backwards !== -1)
    return `${side} side: span number ${backwards + 1} with offset ${spans[backwards]!.offset}: histogram has a span whose offset is negative`;
  const need = spans.reduce((sum, { length }) => sum + length, 0);
  return need === have
    ? undefined
    : `${side} side: spans need ${need} buckets, have ${have} buckets: histogram spans specify different number of buckets than provided`;
}

function spansOf(spans: readonly WrittenSpan[] | undefined): readonly BucketSpan[] {
  return (spans ?? []).map(({ offset, length }) => ({ offset: offset ?? 0, length: length ?? 0 }));
}

/** Counts are written as they are where they are floats, and each as the change from the one before where not. */
function bucketsOf(
  counts: readonly number[] | undefined,
  deltas: readonly bigint[] | undefined,
): Float64Array {
  if (counts !== undefined && counts.length > 0) return Float64Array.from(counts);
  let count = 0n;
  return Float64Array.from(deltas ?? [], (delta) => Number((count += delta)));
}

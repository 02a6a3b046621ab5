import type { Labels } from '@sightline/query';
import type { Exemplar, SampleSink } from '../samples.ts';
import { isStaleBits } from './stale-bits.ts';
import { type WrittenHistogram, readHistogram } from './written-histogram.ts';

/** What of a request was kept; the rest is out of order, too old, or of a series too many. */
export interface Written {
  samples: number;
  histograms: number;
  exemplars: number;
  refused: number;
}

/** One series of a request, of either version. */
interface WrittenSeries {
  readonly labels: Labels;
  readonly samples: readonly { readonly value?: bigint; readonly timestamp?: bigint }[] | undefined;
  readonly histograms: readonly WrittenHistogram[] | undefined;
  readonly exemplars: readonly Exemplar[];
}

/** A way in that says of each sample whether it is kept. */
export interface AnsweringSink extends SampleSink {
  sample(...given: Parameters<SampleSink['sample']>): boolean;
  exemplars(labels: Labels, exemplars: readonly Exemplar[]): void;
}

const bits = new BigUint64Array(1);
const float = new Float64Array(bits.buffer);

/** Hands on the samples of a series, the exemplars with the first of them; Prometheus sends them without any. */
export function handOn(
  { labels, samples = [], histograms = [], exemplars }: WrittenSeries,
  sink: AnsweringSink,
  written: Written,
): void {
  let given: readonly Exemplar[] | undefined = exemplars;
  const count = (isKept: boolean, kind: 'samples' | 'histograms'): void => {
    written[isKept ? kind : 'refused'] += 1;
    if (isKept && given !== undefined) written.exemplars += given.length;
    given = undefined;
  };
  for (const { value, timestamp } of samples)
    count(sink.sample(labels, Number(timestamp ?? 0n), numberOf(value ?? 0n), given), 'samples');
  for (const histogram of histograms) {
    const timeMs = Number(histogram.timestamp ?? 0n);
    count(sink.sample(labels, timeMs, readHistogram(histogram), given), 'histograms');
  }
  if (samples.length > 0 || histograms.length > 0 || exemplars.length === 0) return;
  sink.exemplars(labels, exemplars);
  written.exemplars += exemplars.length;
}

function numberOf(value: bigint): number | undefined {
  if (isStaleBits(value)) return undefined;
  bits[0] = value;
  return float[0]!;
}

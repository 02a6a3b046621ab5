import type { Labels } from '@sightline/query';
import type { CountingSink } from '../../store/sample-sink.ts';
import { type RefusedSamples, isKept } from '../refused-samples.ts';
import type { Exemplar } from '../samples.ts';
import { isStaleBits } from './stale-bits.ts';
import { type WrittenHistogram, histogramProblem, readHistogram } from './written-histogram.ts';

/** What of a request was kept, and what was not. */
export interface Written {
  samples: number;
  histograms: number;
  exemplars: number;
  readonly refused: RefusedSamples;
}

/** One series of a request, of either version. */
interface WrittenSeries {
  readonly labels: Labels;
  readonly samples: readonly { readonly value?: bigint; readonly timestamp?: bigint }[] | undefined;
  readonly histograms: readonly WrittenHistogram[] | undefined;
  readonly exemplars: readonly Exemplar[];
}

/** A way in that says of each sample what became of it. */
export type AnsweringSink = Omit<CountingSink, 'counts'>;

const bits = new BigUint64Array(1);
const float = new Float64Array(bits.buffer);

/** Hands on the samples of a series, the exemplars with the first of them; Prometheus sends them without any. */
export function handOn(
  { labels, samples = [], histograms = [], exemplars }: WrittenSeries,
  sink: AnsweringSink,
  written: Written,
): void {
  let given: readonly Exemplar[] | undefined = exemplars;
  const count = (fate: ReturnType<AnsweringSink['sample']>, kind: 'samples' | 'histograms'): void => {
    if (isKept(fate, written.refused)) {
      written[kind] += 1;
      written.exemplars += given?.length ?? 0;
    }
    given = undefined;
  };
  for (const { value, timestamp } of samples)
    count(sink.sample(labels, Number(timestamp ?? 0n), numberOf(value ?? 0n), given), 'samples');
  for (const histogram of histograms) {
    const timeMs = Number(histogram.timestamp ?? 0n);
    const value = readHistogram(histogram);
    const problem = value && histogramProblem(value);
    if (problem === undefined) count(sink.sample(labels, timeMs, value, given), 'histograms');
    else {
      const { refused } = written;
      refused.invalid = {
        count: (refused.invalid?.count ?? 0) + 1,
        problem: refused.invalid?.problem ?? problem,
      };
      given = undefined;
    }
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

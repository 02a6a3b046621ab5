import { withoutMetadata } from '../label-set.ts';
import type { StepSeries } from '../step-matrix.ts';
import type { Semantics } from './query.ts';

/** The series of a value that the metric itself never had: without its name, now or at the end. */
export function nameless({ labels }: StepSeries, { delayedNameRemoval }: Semantics): StepSeries {
  return { labels: delayedNameRemoval ? labels : withoutMetadata(labels), dropName: true };
}

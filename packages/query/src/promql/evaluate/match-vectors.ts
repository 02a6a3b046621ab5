/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { QueryError } from '../../query-error.ts';
import type { FloatHistogram } from '../histogram/index.ts';
import type { LabelSet } from '../label-set.ts';
import type { BinaryPlan } from '../plan-node.ts';
import { createMatrixBuilder, sampleAt, type StepMatrix } from '../step-matrix.ts';
import { elementOperation } from './element-operation.ts';
import { createResultRows } from './result-rows.ts';
import { createOneSide } from './one-side.ts';
import type { Query } from './query.ts';
import { matchLabels, signaturesOf } from './signatures.ts';

/** Arithmetic and comparisons between the series of two vectors, by the labels that they share. */
export async function matchVectors(
  plan: BinaryPlan,
  left: StepMatrix,
  right: StepMatrix,
  query: Query,
): Promise<StepMatrix> {
  const { matching } = plan;
  const swapped = matching.card === 'one-to-many';
  // From here on, `many` is the side that may have several series for one of the other.
  const many = swapped ? right : left;
  const one = swapped ? left : right;
  const { steps } = many;
  const { fillLeft, fillRight } = matching;
  const nothingToDo = many.series.length === 0 && one.series.length === 0;
  const filled = fillLeft !== undefined || fillRight !== undefined;
  if (nothingToDo || ((many.series.length === 0 || one.series.length === 0) && !filled)) {
    return createMatrixBuilder(steps).build();
  }
  const signatures = signaturesOf(many.series, one.series, matching);
  const oneSide = createOneSide(plan, many, one, signatures.right, signatures.count);
  const isOneToOne = matching.card === 'one-to-one';
  const crowded = isOneToOne ? isCrowded(signatures.left, signatures.count) : true;
  const matched = crowded || fillLeft !== undefined ? new Uint8Array(signatures.count * steps) : undefined;
  const rows = createResultRows(plan, steps, many.series.length, query);

  const combine = (
    manyLabels: LabelSet,
    oneLabels: LabelSet,
    manySample: number | FloatHistogram,
    oneSample: number | FloatHistogram,
    signature: number,
    step: number,
  ): void => {
    const outcome = swapped
      ? elementOperation(plan, oneSample, manySample, query)
      : elementOperation(plan, manySample, oneSample, query);
    if (outcome === undefined) return;
    // Version 2 does not ask whether a match is the only one when the comparison does not let it through.
    if (query.compatibility === 2 && !plan.returnBool && !outcome.keep) return;
    const row = rows.rowOf(manyLabels, oneLabels);
    if (isOneToOne) markOneToOne(matched, signature * steps + step);
    else {
      rows.claim(row, signature, step);
      matched![signature * steps + step] = 1;
    }
    if (plan.returnBool) rows.set(row, step, Number(outcome.keep));
    else if (outcome.keep) rows.set(row, step, outcome.sample);
  };

  for (const [row, { labels }] of many.series.entries()) {
    const signature = signatures.left[row]!;
    const filledLabels = matchLabels(labels, matching);
    query.budget.take(steps);
    for (let step = 0; step < steps; step += 1) {
      const sample = sampleAt(many, row * steps + step);
      if (sample === undefined) continue;
      const partner = oneSide.rowAt(signature, step);
      if (partner !== -1) {
        const partnerSample = sampleAt(one, partner * steps + step)!;
        combine(labels, one.series[partner]!.labels, sample, partnerSample, signature, step);
      } else if (fillRight !== undefined) {
        combine(labels, filledLabels, sample, fillRight, signature, step);
      }
    }
    if (query.budget.spent(steps * 2 + 20)) await query.budget.pause();
  }
  if (fillLeft !== undefined) {
    for (const [row, { labels }] of one.series.entries()) {
      const signature = signatures.right[row]!;
      const filledLabels = matchLabels(labels, matching);
      for (let step = 0; step < steps; step += 1) {
        const sample = sampleAt(one, row * steps + step);
        if (sample === undefined || matched?.[signature * steps + step] === 1) continue;
        combine(filledLabels, labels, fillLeft, sample, signature, step);
      }
      if (query.budget.spent(steps * 2 + 20)) await query.budget.pause();
    }
  }
  return rows.build();
}

/** Whether any signature has more than one series on a side. */
function isCrowded(signatures: Int32Array, count: number): boolean {
  const seen = new Uint8Array(count);
  for (const signature of signatures) {
    if (seen[signature] === 1) return true;
    seen[signature] = 1;
  }
  return false;
}

function markOneToOne(matched: Uint8Array | undefined, cell: number): void {
  if (matched === undefined) return;
  if (matched[cell] === 1) {
    throw new QueryError(
      'execution',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    );
  }
  matched[cell] = 1;
}

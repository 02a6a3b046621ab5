/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import type { BinaryPlan } from '../plan-node.ts';
import {
  createMatrixBuilder,
  type MatrixBuilder,
  NOTHING,
  sampleAt,
  type StepMatrix,
} from '../step-matrix.ts';
import { mergedResult } from './merge-rows.ts';
import type { Query } from './query.ts';
import { signaturesOf } from './signatures.ts';

/** `and`, `or`, `unless`: samples of either side, by whether the other one has a match at that step. */
export async function setOperation(
  plan: BinaryPlan,
  left: StepMatrix,
  right: StepMatrix,
  query: Query,
): Promise<StepMatrix> {
  const { steps } = left;
  const signatures = signaturesOf(left.series, right.series, plan.matching);
  const rows = left.series.length + (plan.op === 'or' ? right.series.length : 0);
  const builder = createMatrixBuilder(steps, rows);
  if (plan.op === 'or') {
    const inLeft = await presence(left, signatures.left, signatures.count, query);
    await copy(left, builder, () => true, query);
    await copy(right, builder, (row, step) => inLeft[signatures.right[row]! * steps + step] === 0, query);
  } else {
    const inRight = await presence(right, signatures.right, signatures.count, query);
    const wanted = plan.op === 'and' ? 1 : 0;
    await copy(left, builder, (row, step) => inRight[signatures.left[row]! * steps + step] === wanted, query);
  }
  return mergedResult(builder.build(), query);
}

/** 1 for each signature and step that has a sample. */
async function presence(
  { series, steps, kinds }: StepMatrix,
  signatures: Int32Array,
  count: number,
  { budget }: Query,
): Promise<Uint8Array> {
  const present = new Uint8Array(count * steps);
  for (let row = 0; row < series.length; row += 1) {
    for (let step = 0; step < steps; step += 1) {
      if (kinds[row * steps + step] !== NOTHING) present[signatures[row]! * steps + step] = 1;
    }
    if (budget.spent(steps)) await budget.pause();
  }
  return present;
}

async function copy(
  from: StepMatrix,
  builder: MatrixBuilder,
  wanted: (row: number, step: number) => boolean,
  { budget }: Query,
): Promise<void> {
  const { steps } = from;
  for (const [row, series] of from.series.entries()) {
    const target = builder.addRow(series) * steps;
    budget.take(steps);
    for (let step = 0; step < steps; step += 1) {
      if (wanted(row, step)) builder.set(target + step, sampleAt(from, row * steps + step));
    }
    builder.dropLastRowIfEmpty();
    if (budget.spent(steps + 10)) await budget.pause();
  }
}

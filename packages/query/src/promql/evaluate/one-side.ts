import { QueryError } from '../../query-error.ts';
import { labelText } from '../label-set.ts';
import type { BinaryPlan } from '../plan-node.ts';
import { NOTHING, type StepMatrix } from '../step-matrix.ts';
import { matchLabels } from './signatures.ts';

/** The side of which one series at most has a sample for each signature and step. */
export interface OneSide {
  /** Row of that series; -1 without one. */
  rowAt(signature: number, step: number): number;
}

/**
 * @param many the other side; where it has nothing at a step, nothing is looked for in this one
 * @throws {QueryError} `execution` when two series of one signature have a sample at the same step
 */
export function createOneSide(
  plan: BinaryPlan,
  many: StepMatrix,
  one: StepMatrix,
  signatures: Int32Array,
  count: number,
): OneSide {
  const { steps } = one;
  const rowsOf = new Map<number, number[]>();
  signatures.forEach((signature, row) => {
    const rows = rowsOf.get(signature);
    if (rows === undefined) rowsOf.set(signature, [row]);
    else rows.push(row);
  });
  if (rowsOf.size === one.series.length) {
    const only = new Int32Array(count).fill(-1);
    signatures.forEach((signature, row) => {
      only[signature] = row;
    });
    return {
      rowAt(signature, step) {
        const row = only[signature]!;
        return row === -1 || one.kinds[row * steps + step] === NOTHING ? -1 : row;
      },
    };
  }
  return crowdedSide(plan, many, one, rowsOf, count);
}

function crowdedSide(
  plan: BinaryPlan,
  many: StepMatrix,
  one: StepMatrix,
  rowsOf: ReadonlyMap<number, readonly number[]>,
  count: number,
): OneSide {
  const { steps } = one;
  const { fillLeft, fillRight } = plan.matching;
  const always = fillLeft !== undefined || fillRight !== undefined;
  const asked = always ? new Uint8Array(steps).fill(1) : stepsWithSamples(many);
  const table = new Int32Array(count * steps).fill(-1);
  for (const [signature, rows] of rowsOf) {
    for (const row of rows) {
      for (let step = 0; step < steps; step += 1) {
        if (one.kinds[row * steps + step] === NOTHING || asked[step] === 0) continue;
        const cell = signature * steps + step;
        const earlier = table[cell]!;
        if (earlier !== -1) duplicate(plan, one, row, earlier);
        table[cell] = row;
      }
    }
  }
  return { rowAt: (signature, step) => table[signature * steps + step]! };
}

function stepsWithSamples({ series, steps, kinds }: StepMatrix): Uint8Array {
  const present = new Uint8Array(steps);
  for (let row = 0; row < series.length; row += 1) {
    for (let step = 0; step < steps; step += 1) {
      if (kinds[row * steps + step] !== NOTHING) present[step] = 1;
    }
  }
  return present;
}

function duplicate({ matching }: BinaryPlan, one: StepMatrix, row: number, other: number): never {
  const { labels } = one.series[row]!;
  const group = labelText(matchLabels(labels, matching));
  const texts = [labels, one.series[other]!.labels].map(labelText).toSorted();
  const side = matching.card === 'one-to-many' ? 'left' : 'right';
  throw new QueryError(
    'execution',
    `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: ` +
      `[${texts.join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

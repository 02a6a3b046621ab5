import { QueryError } from '../../query-error.ts';
import {
  type LabelSet,
  labelKey,
  labelValue,
  onlyLabels,
  withLabel,
  withoutLabels,
  withoutMetadata,
} from '../label-set.ts';
import { changesMetric } from '../operators.ts';
import type { BinaryPlan } from '../plan-node.ts';
import { createMatrixBuilder, NOTHING, type Sample, type StepMatrix } from '../step-matrix.ts';
import type { Query } from './query.ts';

/** The series that come of matched ones, a row for each set of labels. */
export interface ResultRows {
  rowOf(many: LabelSet, one: LabelSet): number;
  /** Says that a match of this signature yields this row at a step; only one may. */
  claim(row: number, signature: number, step: number): void;
  set(row: number, step: number, sample: Sample): void;
  build(): StepMatrix;
}

export function createResultRows(
  plan: BinaryPlan,
  steps: number,
  expectedRows: number,
  query: Query,
): ResultRows {
  const builder = createMatrixBuilder(steps, expectedRows);
  const rows = new Map<string, number>();
  // Labels of both sides are the same objects for all steps, so what has been joined once is found by them.
  const joined = new Map<LabelSet, { one: LabelSet; row: number }>();
  // Of each row, the signature + 1 that last yielded it at each step.
  const claims: Int32Array[] = [];

  function rowFor(many: LabelSet, one: LabelSet): number {
    const labels = resultLabels(plan, many, one, query);
    const key = labelKey(labels);
    const row = rows.get(key) ?? builder.addRow({ labels, dropName: plan.returnBool });
    rows.set(key, row);
    return row;
  }

  return {
    rowOf(many, one) {
      const known = joined.get(many);
      if (known?.one === one) return known.row;
      const row = rowFor(many, one);
      joined.set(many, { one, row });
      return row;
    },
    claim(row, signature, step) {
      const claimed = (claims[row] ??= new Int32Array(steps));
      if (claimed[step] === signature + 1) {
        throw new QueryError(
          'execution',
          'multiple matches for labels: grouping labels must ensure unique matches',
        );
      }
      claimed[step] = signature + 1;
    },
    set(row, step, sample) {
      const cell = row * steps + step;
      if (builder.kinds[cell] !== NOTHING) {
        throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
      }
      builder.set(cell, sample);
    },
    build: () => withoutEmptyRows(builder.build()),
  };
}

function resultLabels(
  { op, matching, returnBool }: BinaryPlan,
  many: LabelSet,
  one: LabelSet,
  query: Query,
): LabelSet {
  const dropsName = changesMetric(op, query.compatibility) || (returnBool && !query.delayedNameRemoval);
  let labels = dropsName ? withoutMetadata(many) : many;
  if (matching.card === 'one-to-one') {
    labels = matching.on ? onlyLabels(labels, matching.labels) : withoutLabels(labels, matching.labels);
  }
  for (const name of matching.include) labels = withLabel(labels, name, labelValue(one, name));
  return labels;
}

function withoutEmptyRows(matrix: StepMatrix): StepMatrix {
  const { steps, series, kinds } = matrix;
  const full = series.map((_, row) =>
    kinds.subarray(row * steps, (row + 1) * steps).some((kind) => kind !== NOTHING),
  );
  if (full.every(Boolean)) return matrix;
  const builder = createMatrixBuilder(steps, series.length);
  series.forEach((one, row) => {
    if (full[row] !== true) return;
    const target = builder.addRow(one) * steps;
    for (let step = 0; step < steps; step += 1) {
      const cell = row * steps + step;
      builder.set(target + step, kinds[cell] === 1 ? matrix.values[cell] : matrix.histograms.get(cell));
    }
  });
  return builder.build();
}

import { QueryError } from '../../query-error.ts';
import { labelKey, withoutMetadata } from '../label-set.ts';
import { createMatrixBuilder, NOTHING, sampleAt, type StepMatrix } from '../step-matrix.ts';
import type { Query, Semantics } from './query.ts';

function sameLabels(): never {
  throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
}

function hasSameLabels({ series }: StepMatrix): boolean {
  if (series.length < 2) return false;
  const keys = new Set<string>();
  for (const { labels } of series) keys.add(labelKey(labels));
  return keys.size < series.length;
}

/**
 * Joins rows that have the same labels, as they can when a name or a label has gone.
 *
 * @throws {QueryError} `execution` when both have a sample at the same step
 */
export function mergeRows(matrix: StepMatrix): StepMatrix {
  if (!hasSameLabels(matrix)) return matrix;
  const { steps } = matrix;
  const builder = createMatrixBuilder(steps, matrix.series.length);
  const rows = new Map<string, number>();
  matrix.series.forEach((series, row) => {
    const key = labelKey(series.labels);
    const target = rows.get(key) ?? builder.addRow(series);
    rows.set(key, target);
    for (let step = 0; step < steps; step += 1) {
      const sample = sampleAt(matrix, row * steps + step);
      if (sample === undefined) continue;
      const cell = target * steps + step;
      if (builder.kinds[cell] !== NOTHING) sameLabels();
      builder.set(cell, sample);
    }
  });
  return builder.build();
}

/**
 * The same for the result of a function of an instant vector. With delayed removal of names, rows of an instant query
 * may still differ by a name that is about to go.
 */
export function mergedResult(matrix: StepMatrix, { delayedNameRemoval }: Semantics): StepMatrix {
  return delayedNameRemoval && matrix.steps === 1 ? matrix : mergeRows(matrix);
}

/** For functions of ranges: no two results may have the same labels, whenever they have samples. */
export async function refuseSameLabels(
  matrix: StepMatrix,
  { delayedNameRemoval, budget }: Pick<Query, 'delayedNameRemoval' | 'budget'>,
): Promise<StepMatrix> {
  if (delayedNameRemoval) return matrix;
  const keys = new Set<string>();
  for (const { labels } of matrix.series) {
    keys.add(labelKey(labels));
    // oxlint-disable-next-line no-await-in-loop -- others work meanwhile
    if (budget.spent(100)) await budget.pause();
  }
  if (keys.size < matrix.series.length) sameLabels();
  return matrix;
}

/** Takes the names off that were kept to the end. */
export function withNamesRemoved(matrix: StepMatrix): StepMatrix {
  const series = matrix.series.map((row) =>
    row.dropName ? { labels: withoutMetadata(row.labels), dropName: false } : row,
  );
  return mergeRows({ ...matrix, series });
}

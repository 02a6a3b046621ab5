/* oxlint-disable no-await-in-loop -- the event loop gets its turn between pieces of work */
import { type LabelMatcher, labelTest } from '../../labels.ts';
import { QueryError } from '../../query-error.ts';
import { mergeRows } from '../evaluate/merge-rows.ts';
import type { Query } from '../evaluate/query.ts';
import { type LabelSet, labelKey, labelText, labelValue, onlyLabels, withLabel } from '../label-set.ts';
import { createMatrixBuilder, NOTHING, sampleAt, type StepMatrix, type StepSeries } from '../step-matrix.ts';

/** Labels by which a series finds the series that tells about it. */
export const identifying: readonly string[] = ['instance', 'job'];

/** Info series and the time of the sample [ms] that each has at each step. */
export interface InfoSeries {
  readonly series: readonly StepSeries[];
  readonly timesMs: StepMatrix;
}

/** The series of a vector with the labels of the info series that belong to them at each step. */
export async function enriched(
  base: StepMatrix,
  isInfo: readonly boolean[],
  info: InfoSeries | undefined,
  data: readonly LabelMatcher[],
  query: Query,
): Promise<StepMatrix> {
  const { steps } = base;
  const builder = createMatrixBuilder(steps, base.series.length);
  const rows = new Map<string, number>();
  const byIdentity = infoByIdentity(info);
  const optional = data.every((matcher) => labelTest(matcher)(''));
  for (const [row, series] of base.series.entries()) {
    const candidates = isInfo[row] === true ? [] : (byIdentity.get(identity(series.labels)) ?? []);
    for (let step = 0; step < steps; step += 1) {
      const sample = sampleAt(base, row * steps + step);
      if (sample === undefined) continue;
      const found = info === undefined ? [] : newest(candidates, info, step);
      if (found.length === 0 && !optional && isInfo[row] !== true) continue;
      const labels = withInfo(series.labels, found, data);
      const key = labelKey(labels);
      const target = rows.get(key) ?? builder.addRow({ ...series, labels });
      rows.set(key, target);
      const cell = target * steps + step;
      if (builder.kinds[cell] !== NOTHING) {
        throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
      }
      builder.set(cell, sample);
      if (query.budget.spent(50)) await query.budget.pause();
    }
  }
  return mergeRows(builder.build());
}

function identity(labels: LabelSet): string {
  return labelKey(onlyLabels(labels, identifying));
}

function infoByIdentity(info: InfoSeries | undefined): ReadonlyMap<string, readonly number[]> {
  const byIdentity = new Map<string, number[]>();
  info?.series.forEach(({ labels }, row) => {
    const key = identity(labels);
    const rows = byIdentity.get(key);
    if (rows === undefined) byIdentity.set(key, [row]);
    else rows.push(row);
  });
  return byIdentity;
}

/** Of each info metric the series with the newest sample. */
function newest(rows: readonly number[], { series, timesMs }: InfoSeries, step: number): readonly LabelSet[] {
  const byName = new Map<string, number>();
  for (const row of rows) {
    const cell = row * timesMs.steps + step;
    if (timesMs.kinds[cell] === NOTHING) continue;
    const { labels } = series[row]!;
    const name = labelValue(labels, '__name__');
    const other = byName.get(name);
    const timeMs = timesMs.values[cell]!;
    const otherMs =
      other === undefined ? Number.NEGATIVE_INFINITY : timesMs.values[other * timesMs.steps + step]!;
    if (timeMs === otherMs && other !== undefined) {
      const text = labelText(series[other]!.labels);
      throw new QueryError(
        'execution',
        `found duplicate series for info metric: existing ${text} @ ${otherMs}, new ${labelText(labels)} @ ${timeMs}`,
      );
    }
    if (timeMs > otherMs) byName.set(name, row);
  }
  return Array.from(byName.values(), (row) => series[row]!.labels);
}

function withInfo(base: LabelSet, infos: readonly LabelSet[], data: readonly LabelMatcher[]): LabelSet {
  let labels = base;
  const added = new Map<string, string>();
  for (const info of infos) {
    info.names.forEach((name, index) => {
      const value = info.values[index]!;
      if (name === '__name__' || (data.length > 0 && !data.some((matcher) => matcher.name === name))) return;
      const other = added.get(name);
      if (other !== undefined && other !== value)
        throw new QueryError('execution', `conflicting label: ${name}`);
      if (base.names.includes(name)) return;
      added.set(name, value);
      labels = withLabel(labels, name, value);
    });
  }
  return labels;
}
